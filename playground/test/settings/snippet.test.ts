// The code to be copied, run as whoever copies it would: saved as a file and started, with a server and without.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { afterAll, beforeAll, describe, it, vi } from "vitest";
import type { ServerChoice } from "../../src/server/server-choice.ts";
import { fields } from "../../src/settings/fields.ts";
import { presets, type Settings } from "../../src/settings/settings.ts";
import { snippetOf } from "../../src/settings/snippet.ts";

/** Where `gundam` is found as an installed package. */
const folder = mkdtempSync(fileURLToPath(new URL("../../node_modules/.snippets-", import.meta.url)));
/** Nobody listens there. */
const closedUrl = "ws://127.0.0.1:1/";
const [resilient, faithful] = presets as [Settings["preset"], Settings["preset"]];

let server: EchoServer;

beforeAll(async () => {
  server = await startEchoServer();
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

let count = 0;

/** Runs the code until it has printed a line like this, or has ended; gives what it printed. */
async function run(code: string, last?: RegExp): Promise<string[]> {
  count += 1;
  const file = `${folder}/snippet-${count}.mjs`;
  writeFileSync(file, code);
  const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "pipe"] });
  const printed: string[] = [];
  const until = await new Promise<number>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        const length = printed.push(line);
        if (last?.test(line)) resolve(length);
      });
    }
    child.once("close", () => resolve(printed.length));
  });
  child.kill("SIGKILL");
  // More lines may have come in the same chunk.
  return printed.slice(0, until);
}

/** Every option that the form offers, with a value that it takes. */
const everything: Record<string, string> = Object.fromEntries(
  fields.map(({ path, control }) => {
    if ("example" in control) return [path, control.example];
    if (control.type === "choice") return [path, control.choices[0]!.code];
    return [path, control.type === "flag" ? "true" : "7000"];
  }),
);

const cases: [name: string, server: ServerChoice, settings: (url: string) => Settings][] = [
  ["a preset", "embedded", (url) => ({ url, preset: resilient, values: {} })],
  ["no preset", "embedded", (url) => ({ url, preset: faithful, values: {} })],
  [
    "endpoints, of which the first is away",
    "embedded",
    (url) => ({ url: `${closedUrl}\n${url}`, preset: resilient, values: {} }),
  ],
  [
    "a url by http:",
    "embedded",
    (url) => ({ url: url.replace("ws:", "http:"), preset: faithful, values: {} }),
  ],
  [
    "every option of the form",
    "embedded",
    (url) => ({ url, preset: resilient, values: { ...everything, trace: "false" } }),
  ],
];

describe.concurrent("what is copied", { timeout: 60_000 }, () => {
  it.for(cases)("connects and echoes: %s", async ([, choice, settingsAt], { expect }) => {
    const printed = await run(snippetOf(settingsAt(server.url), choice), /received/);
    expect(printed.slice(-2)).toEqual(["connected", "received hello"]);
  });

  it("leads where the page's own url leads that is relative", ({ expect }) => {
    vi.stubGlobal("document", { baseURI: "https://example.org/playground/" });
    const code = snippetOf({ url: "../feed", preset: resilient, values: {} }, "any");
    vi.unstubAllGlobals();
    expect(code).toContain('url: "wss://example.org/feed"');
  });

  it("traces where that is asked for", async ({ expect }) => {
    const settings = { url: server.url, preset: faithful, values: { trace: "true" } };
    const printed = await run(snippetOf(settings, "embedded"), /"type":"connect"/);
    expect(JSON.parse(printed.at(-1)!)).toMatchObject({ type: "connect" });
  });

  it("sends nothing to a server that is not ours", ({ expect }) => {
    const code = snippetOf({ url: server.url, preset: resilient, values: {} }, "any");
    expect(code).toContain(server.url);
    expect(code).not.toContain("send");
  });

  it("of a server in the page connects to one that its comment starts", async ({ expect }) => {
    const code = snippetOf({ url: "ws://in-page/", preset: resilient, values: {} }, "in-page");
    expect(code).not.toContain("in-page");
    const [, name, command, port] = /npx -p (\S+) (\S+) --port (\d+)$/m.exec(code)!;
    expect(code).toContain(`url: "ws://127.0.0.1:${port}/"`);
    // As npx finds it.
    const place = fileURLToPath(new URL(`../../node_modules/${name}/`, import.meta.url));
    const { bin } = JSON.parse(readFileSync(`${place}package.json`, "utf8"));
    const started = spawn(process.execPath, [place + bin[command!], "--port", "0"], { stdio: "pipe" });
    try {
      const [url] = await new Promise<string[]>((resolve) =>
        createInterface({ input: started.stdout }).once("line", (line) => resolve([line])),
      );
      const elsewhere = code.replace(`ws://127.0.0.1:${port}/`, url!);
      expect(await run(elsewhere, /received/)).toEqual(["connected", "received hello"]);
    } finally {
      started.kill("SIGKILL");
    }
  });

  it("says why it does not connect, and that it has given up", async ({ expect }) => {
    const settings = { url: closedUrl, preset: faithful, values: { retry: "1", retryTimeout: "10" } };
    const printed = await run(snippetOf(settings, "any"));
    expect(printed).toEqual([
      expect.stringMatching(/^could not connect to 127\.0\.0\.1:1 \(ECONNREFUSED\): nothing listens there/),
      expect.stringMatching(/ECONNREFUSED/),
      expect.stringMatching(/^closed 1006 .*ECONNREFUSED/),
    ]);
  });

  it("says what cannot be", async ({ expect }) => {
    const settings = { url: server.url, preset: resilient, values: { retry: "-1" } };
    const printed = await run(snippetOf(settings, "embedded"));
    expect(printed.join("\n")).toContain("retry must be a whole number, 0 or more, or Infinity, not -1");
  });
});
