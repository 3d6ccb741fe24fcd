// A process that has all the files open that it may (ulimit -n): an attempt that fails of it says so, whatever the system
// calls it, and one that is made once there is room again succeeds.

import type { LookupFunction } from "node:net";
import { describe, expect, test, vi } from "vitest";
import { next, start } from "./connecting.ts";
import { echoServer } from "./dialling.ts";
import { program } from "./program.ts";

vi.setConfig({ testTimeout: 30_000 });

describe.runIf(process.platform !== "win32")("while no more files can be opened", () => {
  const programWith = program("file-limit", { openFiles: 100 });
  // Newer Nodes read these certificates in a thread, whose file may be closed once all the others are open.
  const run = (args: readonly string[]) => programWith(args, { NODE_EXTRA_CA_CERTS: "" });

  test.each([
    ["tcp", "an address", "127.0.0.1", []],
    ["lookup", "a name that /etc/hosts has", "localhost", []],
    ["lookup", "a name that the name server is asked for", "gundam.invalid", []],
    ["tcp", "a name of several addresses", "gundam.invalid", ["127.0.0.1 ::1"]],
  ])("the %s phase of an attempt says so: %s", async (phase, _, host, found) => {
    const { port } = await echoServer();
    const process = run([`ws://${host}:${port}/`, ...found]);
    expect(await process.line()).toBe("EMFILE");
    const what = phase === "tcp" ? `connect to ${host}:${port}` : `look up ${host}`;
    const whatToDo = "raise the limit of this process (ulimit -n), or close what is open";
    expect(JSON.parse(await process.line())).toMatchObject({
      code: "ERR_CONNECT",
      phase,
      message: `could not ${what} (EMFILE): too many open files here; ${whatToDo}`,
    });
  });

  test.each(["127.0.0.1", "localhost"])("%s is tried again, and reached once there is room", async (host) => {
    const { port } = await echoServer();
    const process = run([`ws://${host}:${port}/`]);
    expect(await process.line()).toBe("EMFILE");
    expect(await process.line()).toContain("too many open files here");
    process.tell("close your files");
    const { code, lines } = await process.ended();
    expect([code, lines.at(-1)]).toEqual([0, "connected"]);
  });
});

test.each([
  ["ENFILE", "too many open files on this machine; raise its limit (fs.file-max), or close what is open"],
  ["ENOTFOUND", "there is no such host name; check the url"],
])("while there is room here, %s of a lookup is what it says", async (code, whatToDo) => {
  const lookup: LookupFunction = (_hostname, _options, answer) =>
    answer(Object.assign(new Error(code), { code }), []);
  const error = await next(start({ url: "ws://gundam.invalid/", retry: 0, tcpOpts: { lookup } }), "error");
  expect(error.message).toBe(`could not look up gundam.invalid (${code}): ${whatToDo}`);
});
