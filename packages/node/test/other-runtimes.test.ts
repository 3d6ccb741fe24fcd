// What is told of options that Bun or Deno leave undone: each by its name in `info`, and once a client in a warning. Node plays
// both; they play themselves.

import { info } from "@gundam/core";
import { startEchoServer } from "@gundam/testing/server";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

const here = ["bun", "deno"].find((name) => name in process.versions);
const played = [
  ["bun", "Bun", ["tlsOpts.ciphers"]],
  ["deno", "Deno", ["tlsOpts.ciphers", "tlsOpts.crl"]],
] as const;

let warned: string[];

beforeEach(() => {
  warned = [];
  vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warned.push(String(warning)));
  vi.resetModules();
  onTestFinished(() => void vi.restoreAllMocks());
});

/** The package as it is on that runtime. */
async function packageOn(runtime: string): Promise<typeof import("../src/index.ts")> {
  const own = Object.getOwnPropertyDescriptor(process, "versions")!;
  const { bun: _b, deno: _d, ...versions } = process.versions;
  Object.defineProperty(process, "versions", { ...own, value: { ...versions, [runtime]: "1.0.0" } });
  onTestFinished(() => void Object.defineProperty(process, "versions", own));
  return import("../src/index.ts");
}

async function start(runtime: string, given: object) {
  const { connect } = await packageOn(runtime);
  const server = await startEchoServer();
  const client = connect({ url: server.url, stableAfter: 0, ...given });
  onTestFinished(async () => {
    client.terminate();
    await server.stop();
  });
  await client.ready();
  return { client, server };
}

describe.each(played.filter(([runtime]) => runtime === (here ?? runtime)))(
  "on %s",
  (runtime, name, undone) => {
    const tlsOpts = { ciphers: "HIGH", crl: "a list", ca: "an authority" };
    const warnings = undone.map(
      (option) => `gundam: ${name} ignores ${option}: the connection is not guarded by it`,
    );

    test("they are listed, and warned of once, on the reconnect no more", async () => {
      const { client, server } = await start(runtime, { tlsOpts });
      expect(info(client).ignoredOptions).toEqual(undone);
      const again = new Promise((resolve) => client.once("connect", resolve));
      server.drop();
      await again;
      expect(warned).toEqual(warnings);
    });

    test("those that a callback returns are, too", async () => {
      const { client, server } = await start(runtime, {
        onDisconnect: (_client: unknown, state: object) => ({ ...state, openOpts: { tlsOpts } }),
      });
      expect(warned).toEqual([]);
      const again = new Promise((resolve) => client.once("connect", resolve));
      server.drop();
      await again;
      expect(warned).toEqual(warnings);
    });

    test("what works is not", async () => {
      const { client } = await start(runtime, { tlsOpts: { ca: "an authority", minVersion: "TLSv1.3" } });
      expect(info(client).ignoredOptions).toEqual([]);
      expect(warned).toEqual([]);
    });
  },
);

if (here === undefined) {
  test("Node leaves none of them undone", async () => {
    const { client } = await start("node", { tlsOpts: { ciphers: "HIGH", crl: "a list" } });
    expect(info(client).ignoredOptions).toEqual([]);
    expect(warned).toEqual([]);
  });
}
