// After `close()` a Node process ends by itself, whatever the client was at. The processes import the built package:
// `npm run build` comes before this test.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { afterEach, describe, expect, test } from "vitest";

const script = fileURLToPath(new URL("exit/closes-in.mjs", import.meta.url));

let cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const clean of cleanUp) await clean();
  cleanUp = [];
});

async function serverThat(misbehaves: (server: EchoServer) => unknown = () => {}): Promise<string> {
  const server = await startEchoServer();
  cleanUp.push(() => server.stop());
  await misbehaves(server);
  return server.url;
}

/** A port whose SYNs are dropped: a stopped process whose accept queue is full. */
async function fullBacklog(): Promise<string> {
  const listen = `require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 },
    function () { console.log(this.address().port); })`;
  const stopped = spawn(process.execPath, ["-e", listen], { stdio: ["ignore", "pipe", "inherit"] });
  const [data] = (await once(stopped.stdout, "data")) as [Buffer];
  // Not by `stopped.kill`: on Deno that is the end of it, and SIGKILL is not sent any more.
  process.kill(stopped.pid!, "SIGSTOP");
  const port = Number(data);
  const fillers: Socket[] = [];
  cleanUp.push(() => {
    for (const filler of fillers) filler.destroy();
    stopped.kill("SIGKILL");
  });
  // The queue takes one more than its backlog.
  for (let i = 0; i < 2; i++) {
    const filler = connectTcp(port, "127.0.0.1").on("error", () => {});
    fillers.push(filler);
    await once(filler, "connect");
  }
  fillers.push(connectTcp(port, "127.0.0.1").on("error", () => {}));
  return `ws://127.0.0.1:${port}/`;
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(situation: string, url: string): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, situation, url], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
    cleanUp.push(() => child.kill("SIGKILL"));
  });
}

describe("a process ends by itself after close()", { timeout: 20_000 }, () => {
  test.each([
    ["idle", "idle", () => serverThat()],
    ["preparing", "preparing", () => serverThat()],
    ["lookup", "connecting", () => serverThat()],
    ["tcp", "connecting", fullBacklog],
    ["tls", "connecting", () => serverThat((server) => server.stallAtAccept())],
    ["upgrade", "connecting", () => serverThat((server) => server.stallAtUpgrade())],
    ["greeting", "open", () => serverThat()],
    ["open", "open", () => serverThat()],
    ["open, with a slow onMessage", "open", () => serverThat()],
    ["deciding", "deciding", () => serverThat((server) => server.refuse(503))],
    ["waiting", "waiting", () => serverThat((server) => server.refuse(503))],
    [
      "closing, with a peer that never answers",
      "closing",
      () => serverThat((server) => server.ignoreClose()),
    ],
    ["closed", "closed", () => serverThat((server) => server.refuse(503))],
  ] as const)("while %s", async (situation, phase, serve) => {
    const ended = await run(situation, await serve());
    expect(ended).toEqual({ code: 0, stdout: `${phase}\nclosed\n`, stderr: "" });
  });

  test("with a peer that is silent, or keeps TCP up", async () => {
    const url = await serverThat((server) => server.keepTcp());
    expect(await run("open", url)).toMatchObject({ code: 0, stdout: "open\nclosed\n" });
  });
});
