import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { compileFunction } from "node:vm";
import { expect, onTestFinished, test } from "vitest";
import type { Diagnostic } from "../src/node.ts";
import * as gundam from "../src/node.ts";
import { bundled } from "./bundled.ts";
import { describeCopies, type Gundam } from "./copies.ts";
import { startNodeServer } from "./suite-servers/node-server.ts";

async function load(program: string, change = (text: string) => text): Promise<Gundam> {
  const text = change(await bundled(program, "node"));
  const module = { exports: {} };
  compileFunction(text, ["module", "require"])(module, createRequire(import.meta.url));
  return module.exports as Gundam;
}

describeCopies({ exported: Object.keys(gundam), load, startServer: startNodeServer, isNode: true });

test("each event of a client is published once, whichever copy the client is of", async () => {
  const server = await startNodeServer();
  const copies = [await load('export * from "gundam";'), await load('export * from "gundam";')];
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
  await server.stop();
  expect(published).toEqual(clients);
});

test("a client names the version of its package", () => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const client = new gundam.WebSocketClient({ url: "ws://127.0.0.1:9/" });
  expect(Object.getOwnPropertyNames(client)).toEqual([`gundam ${version}`]);
});
