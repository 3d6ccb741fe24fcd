// y-websocket over our WebSocket: two documents are kept in step, also what was written without a connection.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { WebSocket } from "../../src/websocket-node.ts";
import { CountingServer } from "./counting-server.ts";
import { serveDocument } from "./yjs-server.ts";

let tcp: CountingServer;
let providers: WebsocketProvider[];

beforeEach(async () => {
  tcp = await new CountingServer().listen();
  serveDocument(tcp);
  providers = [];
});

afterEach(async () => {
  for (const provider of providers) provider.destroy();
  await tcp.stop();
});

const until = (holds: () => void) => vi.waitFor(holds, { timeout: 20_000 });

function open(): { text: Y.Text; provider: WebsocketProvider } {
  const document = new Y.Doc();
  const provider = new WebsocketProvider(`ws://127.0.0.1:${tcp.port}`, "room", document, {
    WebSocketPolyfill: WebSocket,
    disableBc: true,
    maxBackoffTime: 100,
  });
  providers.push(provider);
  return { text: document.getText("text"), provider };
}

test("documents are in step, through a loss of the connection", { timeout: 30_000 }, async () => {
  const one = open();
  const two = open();
  one.text.insert(0, "hello");
  await until(() => expect(two.text.toString()).toBe("hello"));

  const lost = new Promise((resolve) => one.provider.once("connection-close", resolve));
  tcp.drop();
  await lost;
  one.text.insert(5, " world");
  await until(() => expect(two.text.toString()).toBe("hello world"));
  await until(() => expect([tcp.total, tcp.open]).toEqual([4, 2]));

  for (const { provider } of [one, two]) provider.destroy();
  await until(() => expect(tcp.open).toBe(0));
  // Another one comes and goes meanwhile: nobody else has come.
  const other = open();
  await until(() => expect(other.text.toString()).toBe("hello world"));
  other.provider.destroy();
  await until(() => expect([tcp.total, tcp.open]).toEqual([5, 0]));
});
