// What a browser client warns of: ignored options that carry credentials or guard the connection, once a client.

import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { commands } from "vitest/browser";
import type {} from "../../../scripts/vitest-server-commands.ts";
import { type ClientOptions, connect, info, type WebSocketClient } from "../src/index.ts";

let server: { readonly id: string; readonly url: string };
let printed: string[];

beforeEach(async () => {
  server = await commands.startServer();
  printed = [];
  const print = vi.spyOn(console, "warn").mockImplementation((line) => void printed.push(String(line)));
  onTestFinished(() => print.mockRestore());
});

function start(options: Partial<ClientOptions>): WebSocketClient {
  const client = connect({ url: server.url, stableAfter: 0, ...options });
  onTestFinished(async () => {
    client.terminate();
    await commands.stopServer(server.id);
  });
  return client;
}

async function reconnected(client: WebSocketClient): Promise<void> {
  await client.ready();
  const connected = new Promise((resolve) => client.once("connect", resolve));
  await commands.fault(server.id, { name: "close" });
  await connected;
}

const warningOf = (what: string) =>
  `gundam: browsers ignore ${what}: credentials can go in a cookie or a message`;

test.each([
  ["headers", { headers: { authorization: "Bearer 7" } }],
  ["headers", { headers: () => ({}) }],
  ["cookieStore", { cookieStore: { getCookieString: () => "", setCookie() {} } }],
  ["tlsOpts", { tlsOpts: { ca: "…" } }],
  ["tcpOpts.proxy", { tcpOpts: { proxy: "http://127.0.0.1:1" } }],
])("%s is warned of once, on the reconnect no more", async (option, options) => {
  await reconnected(start(options));
  expect(printed).toEqual([warningOf(option)]);
});

test("each is warned of", () => {
  start({ headers: {}, tlsOpts: {}, tcpOpts: { proxy: "http://127.0.0.1:1", noDelay: true } });
  expect(printed).toEqual(["headers", "tlsOpts", "tcpOpts.proxy"].map(warningOf));
});

test("what can be missed without harm is listed in silence", () => {
  const client = start({ transport: "tls", tcpOpts: { noDelay: false }, wsOpts: { compress: true } });
  expect(info(client).ignoredOptions).toEqual(["tcpOpts", "transport", "wsOpts.compress"]);
  expect(printed).toEqual([]);
});

test("headers that a callback returns are warned of too", async () => {
  const client = start({
    onConnect: (_, __, state) => ({ ...state, headers: { authorization: `Bearer ${Math.random()}` } }),
  });
  await reconnected(client);
  expect(printed).toEqual([warningOf("headers")]);
});

describe("userinfo in the url is removed, and warned of once", () => {
  const withUserinfo = () => server.url.replace("://", "://me:secret@");

  test.each<[string, () => ClientOptions["url"]]>([
    ["a string", () => withUserinfo()],
    ["a URL", () => new URL(withUserinfo())],
    ["what a function answers", () => () => withUserinfo()],
  ])("in %s", async (_, urlOf) => {
    const client = start({ url: urlOf() });
    await reconnected(client);
    expect(client.state.uri).toBe(server.url);
    const { upgrades } = await commands.serverRecord(server.id);
    expect(upgrades.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
    expect(printed).toEqual([warningOf("the userinfo of url")]);
  });
});
