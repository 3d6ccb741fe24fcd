import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { closed, failure, open, refused, roundTrip } from "./clients.ts";

const packageFolder = fileURLToPath(new URL("../../", import.meta.url));
let folder: string;
const children: ChildProcessByStdio<Writable, Readable, Readable>[] = [];

// Bundled from its source, because Node 20 runs no TypeScript, into a place from which ws is found.
beforeAll(async () => {
  const modules = path.join(packageFolder, "node_modules");
  mkdirSync(modules, { recursive: true });
  folder = mkdtempSync(path.join(modules, ".command-test-"));
  await build({
    root: packageFolder,
    configFile: false,
    logLevel: "silent",
    ssr: { resolve: { conditions: ["@gundam/source"] }, noExternal: ["@gundam/core"] },
    build: {
      ssr: "src/server/command.ts",
      outDir: folder,
      target: "node20",
      rolldownOptions: { output: { entryFileNames: "command.js" } },
    },
  });
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** The command as a child process: what it prints, line by line. */
class Command {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly lines: string[] = [];
  stderr = "";
  /** The exit code, or the signal's name. */
  readonly ended: Promise<number | string>;

  constructor(...args: string[]) {
    this.child = spawn(process.execPath, [path.join(folder, "command.js"), ...args], { stdio: "pipe" });
    children.push(this.child);
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      this.lines.push(line);
      this.child.emit("printed");
    });
    this.child.stderr.on("data", (chunk) => {
      this.stderr += chunk;
    });
    this.ended = once(this.child, "close").then(([code, signal]) => code ?? signal);
  }

  type(line: string): void {
    this.child.stdin.write(`${line}\n`);
  }

  async printed(pattern: RegExp): Promise<string> {
    for (;;) {
      const line = this.lines.find((line) => pattern.test(line));
      if (line !== undefined) return line;
      await once(this.child, "printed");
    }
  }

  url(): Promise<string> {
    return this.printed(/^ws:/);
  }
}

describe("gundam-echo-server", () => {
  it("prints its url first, echoes, and tells what it sees", async () => {
    const command = new Command();
    const url = await command.url();
    expect(command.lines[0]).toBe(url);
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/$/);
    const client = await open(`${url}room`);
    expect(await roundTrip(client, "hello")).toBe("hello");
    await command.printed(/#1 asks to upgrade \/room/);
    await command.printed(/#1 sent "hello"/);
  });

  it("shows what a client says in one line each, without credentials and without control characters", async () => {
    const command = new Command();
    const client = await open(`${await command.url()}room?token=secret`);
    client.send("\u001b[2J\u009b31m\u202e");
    await command.printed(/^#1 sent "\\u001b\[2J%C2%9B31m%E2%80%AE"$/);
    client.close(4000, "bye\n#2 open\u2028");
    await command.printed(/^#1 sent Close 4000 "bye\\n#2 open%E2%80%A8"$/);
    expect(await command.printed(/asks to upgrade/)).toBe("#1 asks to upgrade /room?***");
  });

  it("triggers faults by lines on stdin", async () => {
    const command = new Command("--quiet");
    const url = await command.url();
    const client = await open(url);
    command.type("close 4001 see you");
    expect(await closed(client)).toEqual({ code: 4001, reason: "see you" });

    command.type("refuse 503 1");
    await command.printed(/^ok: refuse/);
    expect((await refused(url)).status).toBe(503);

    const dropped = closed(await open(url));
    command.type("drop");
    expect((await dropped).code).toBe(1006);

    command.type("away");
    await command.printed(/^ok: away/);
    expect((await failure(url)).code).toBe("ECONNREFUSED");
    command.type("back");
    await command.printed(/^ok: back/);
    expect(await roundTrip(await open(url), "again")).toBe("again");
  });

  it("explains a line it does not understand, and goes on", async () => {
    const command = new Command();
    await command.url();
    command.type("explode");
    await command.printed(/"explode" is no fault; the faults are behave, .* \(help lists the faults\)/);
    command.type("close soon");
    await command.printed(/close\.code must be an integer from 0 to 65535, not "soon"/);
    command.type("help");
    await command.printed(/away \[MS\]/);
    await command.printed(/\?refuse=503/);
  });

  it.each(["quit", "SIGINT", "SIGTERM"])("ends by %s whatever its clients do", async (how) => {
    const command = new Command();
    const client = await open(await command.url());
    const gone = closed(client);
    command.type("silence");
    await command.printed(/^ok: silence/);
    if (how === "quit") command.type("quit");
    else command.child.kill(how as NodeJS.Signals);
    expect(await command.ended).toBe(0);
    expect((await gone).code).toBe(1006);
  });

  it("goes on when its stdin ends", async () => {
    const command = new Command();
    const url = await command.url();
    command.child.stdin.end();
    expect(await roundTrip(await open(url), "still there")).toBe("still there");
  });

  it("takes the subprotocols it supports", async () => {
    const command = new Command("--protocol", "chat", "--protocol=news", "--deflate");
    const client = await open(await command.url(), ["mail", "news"]);
    expect(client.protocol).toBe("news");
    expect(client.extensions).toBe("permessage-deflate");
  });

  it("takes the origins that it lets in", async () => {
    const url = await new Command("--allow-origin", "https://app.example").url();
    const page = (origin: string) => open(url, [], { headers: { Origin: origin } });
    expect(await roundTrip(await page("https://app.example"), "welcome")).toBe("welcome");
    await expect(page("https://evil.example")).rejects.toThrow("403");
  });

  it("tells that its port is taken", async () => {
    const { port } = new URL(await new Command().url());
    const second = new Command("--port", port);
    expect(await second.ended).toBe(1);
    expect(second.stderr).toBe(
      `gundam-echo-server: port ${port} on 127.0.0.1 is taken; choose another with --port, or 0 for any free one\n`,
    );
  });

  it.each<[string[], string]>([
    [["--host", "0.0.0.0"], "host must be 127.0.0.1 or ::1: the echo server is loopback only"],
    [["--port", "high"], '--port must be an integer from 0 to 65535, not "high"'],
    [["--tls-key", "key.pem"], "--tls-key and --tls-cert go together"],
    [["--allow-origin", "app.example"], "allowOrigins must be origins as browsers send them"],
    [["--loud"], "Unknown option '--loud'"],
    [["8080"], "Unexpected argument '8080'"],
  ])("refuses %j", async (args, text) => {
    const command = new Command(...args);
    expect(await command.ended).toBe(2);
    expect(command.stderr).toContain(text);
    expect(command.lines).toEqual([]);
  });

  it("prints its usage", async () => {
    const command = new Command("--help");
    expect(await command.ended).toBe(0);
    expect(command.lines.join("\n")).toContain("Usage: gundam-echo-server [options]");
  });
});
