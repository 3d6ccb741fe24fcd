import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { inspect } from "node:util";
import { compileFunction } from "node:vm";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Diagnostic } from "../src/node.ts";
import * as gundam from "../src/node.ts";
import { bundled } from "./bundled.ts";
import { describeCopies, type Gundam } from "./copies.ts";
import { startNodeServer } from "./suite-servers/node-server.ts";
import type { SuiteServer } from "./suite-servers/suite-server.ts";

async function load(program: string, change = (text: string) => text): Promise<Gundam> {
  const text = change(await bundled(program, "node"));
  const module = { exports: {} };
  compileFunction(text, ["module", "require"])(module, createRequire(import.meta.url));
  return module.exports as Gundam;
}

describeCopies({ exported: Object.keys(gundam), load, startServer: startNodeServer, isNode: true });

describe("two copies in one process", () => {
  let server: SuiteServer;
  let copies: readonly [Gundam, Gundam];

  beforeEach(async () => {
    server = await startNodeServer();
    copies = [await load('export * from "gundam";'), await load('export * from "gundam";')];
  });
  afterEach(() => server.stop());

  test("publish each event of a client once, whichever copy the client is of", async () => {
    const published: unknown[] = [];
    const listen = (diagnostic: unknown) => published.push((diagnostic as Diagnostic).client);
    subscribe("gundam:connect", listen);
    onTestFinished(() => void unsubscribe("gundam:connect", listen));
    const clients: unknown[] = [];
    for (const { connect } of copies) {
      const client = connect({ url: server.url });
      clients.push(client);
      await client.ready();
      await Promise.all(copies.map(({ deliver }) => deliver(client, "hello", { ack: true })));
      await client.close();
    }
    expect(published).toEqual(clients);
  });

  test("that ask the same client for acks are both told when its connection is lost", async () => {
    await server.fault({ name: "ignore-pings" });
    const client = copies[0].connect({ url: server.url, onError() {} });
    onTestFinished(() => client.terminate());
    await client.ready();
    const asked = copies.map(({ deliver }) => deliver(client, "hello", { ack: true }));
    await vi.waitFor(async () => expect((await server.record()).messages).toHaveLength(2));
    await server.fault({ name: "drop" });
    const unknown = { status: "rejected", reason: { code: "ERR_UNKNOWN_DELIVERY" } };
    expect(await Promise.allSettled(asked)).toMatchObject([unknown, unknown]);
  });
});

test("a client names the version of its package, and shows nothing that it holds", () => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const client = new gundam.WebSocketClient({ url: "ws://127.0.0.1:9/?token=secret" });
  expect(inspect(client)).toBe("WebSocketClient {}");
  expect(Object.getOwnPropertyNames(client)).toEqual([`gundam ${version}`]);
});
