// Each callback of the original against a real server, with what it returns used by the next attempt: one suite for
// Node and for browsers.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ClientOptions, State, WebSocketClient } from "../src/node.ts";
import { requestedOf, type StartServer, type SuiteServer } from "./suite-servers/suite-server.ts";

export interface CallbackSuite {
  readonly connect: (options: ClientOptions) => WebSocketClient;
  readonly WebSocketClient: typeof WebSocketClient;
  readonly startServer: StartServer;
  /** What `onClose` is told when the server is not there: browsers hide a refusal's status. */
  readonly refusalCode: number;
}

export function describeCallbacks({
  connect,
  WebSocketClient,
  startServer,
  refusalCode,
}: CallbackSuite): void {
  let server: SuiteServer;
  let clients: WebSocketClient[];

  beforeEach(async () => {
    server = await startServer();
    clients = [];
  });

  afterEach(async () => {
    for (const client of clients) client.terminate();
    await server.stop();
  });

  function start(options: Partial<ClientOptions>): WebSocketClient {
    const client = connect({ url: `${server.url}?first`, retryTimeout: 20, stableAfter: 0, ...options });
    clients.push(client);
    return client;
  }

  async function requested(...paths: string[]): Promise<void> {
    await vi.waitFor(async () => expect(await requestedOf(server)).toEqual(paths), { timeout: 10_000 });
  }

  /** A state that leads the next attempt elsewhere. */
  const elsewhere = (state: State) => ({ ...state, uri: `${server.url}?second` });
  const later = async (state: State) => {
    await Promise.resolve();
    return elsewhere(state);
  };

  for (const [kind, returned] of [
    ["returns", elsewhere],
    ["resolves to", later],
  ] as const) {
    describe(`a state that a callback ${kind}`, () => {
      test("from onConnect is used by the reconnect", async () => {
        const client = start({ onConnect: (_, __, state) => returned(state) });
        await client.ready();
        await server.fault({ name: "drop", how: "fin" });
        await requested("/?first", "/?second");
        await client.ready();
        expect(client.state.uri).toBe(`${server.url}?second`);
      });

      test("from onMessage is used by the reconnect", async () => {
        const got: unknown[] = [];
        const client = start({
          onMessage(message, _, state) {
            got.push(message);
            return returned(state);
          },
        });
        await client.ready();
        client.send("hello");
        await vi.waitFor(() => expect(got).toEqual(["hello"]));
        await server.fault({ name: "close", code: 1000, reason: "bye" });
        await requested("/?first", "/?second");
      });

      test("from onDisconnect is used by the reconnect", async () => {
        const client = start({ onDisconnect: (_, state) => returned(state) });
        await client.ready();
        await server.fault({ name: "close", code: 4001, reason: "bye" });
        await requested("/?first", "/?second");
        expect(client.lastClose).toMatchObject({ code: 4001, reason: "bye", wasClean: true });
      });

      test("from onError is used by the next attempt", async () => {
        await server.fault({ name: "refuse", status: 503, times: 1 });
        const client = start({ onError: (_, __, state) => returned(state) });
        await requested("/?first", "/?second");
        await client.ready();
      });

      test("from onClose is used by the next life", async () => {
        const ends: unknown[] = [];
        const client = start({
          onClose(code, reason, _, state) {
            ends.push([code, reason]);
            return returned(state);
          },
        });
        await client.ready();
        await client.close(4000, "done");
        await vi.waitFor(() => expect(ends).toEqual([[4000, "done"]]));
        client.reconnect();
        await requested("/?first", "/?second");
        await client.ready();
      });
    });
  }

  test("onClose tells that it is over, once, when the retries are exhausted", async () => {
    await server.fault({ name: "refuse", status: 503 });
    const told: unknown[] = [];
    const client = start({
      retry: 2,
      onError: (error) => told.push(error.code),
      onClose: (code) => told.push(code),
    });
    await expect(client.ready()).rejects.toThrow();
    await vi.waitFor(() => expect(told).toHaveLength(4));
    expect(told.at(-1)).toBe(refusalCode);
    expect(await requestedOf(server)).toHaveLength(3);
    expect(client.phase).toBe("closed");
  });

  test("a subclass has the callbacks as methods, with its own state", async () => {
    const told: unknown[] = [];
    class Ticker extends WebSocketClient<{ last?: unknown }> {
      override onConnect(_headers: Headers, client: this) {
        told.push("connect");
        client.send("subscribe");
      }

      override onMessage(message: unknown, _client: this, state: State<{ last?: unknown }>) {
        return { ...state, last: message };
      }

      override async onDisconnect(client: this, state: State<{ last?: unknown }>) {
        told.push(`disconnect ${client.lastClose?.code} after ${state.last}`);
      }
    }
    const ticker = Ticker.start({ url: server.url, stableAfter: 0 });
    clients.push(ticker);
    await vi.waitFor(() => expect(ticker.state.last).toBe("subscribe"));
    await server.fault({ name: "close", code: 4002 });
    await vi.waitFor(() => expect(told).toEqual(["connect", "disconnect 4002 after subscribe", "connect"]));
  });

  test("a parsed message that looks like a state redirects nobody", async () => {
    const client = start({ onMessage: (message) => JSON.parse(message as string) });
    await client.ready();
    client.send(JSON.stringify({ uri: "ws://elsewhere.test/", headers: {}, wsOpts: {}, openOpts: {} }));
    client.send('"next"');
    await new Promise<void>((resolve) =>
      client.on("message", (message) => message === '"next"' && resolve()),
    );
    await server.fault({ name: "drop", how: "rst" });
    await requested("/?first", "/?first");
  });

  test("what callbacks throw reaches onError and breaks nothing", async () => {
    const errors: string[] = [];
    const client = start({
      onMessage() {
        throw new Error("in onMessage");
      },
      onDisconnect: () => Promise.reject(new Error("in onDisconnect")),
      onError: (error) => errors.push(error.message),
    });
    await client.ready();
    client.send("hello");
    await vi.waitFor(() => expect(errors).toEqual(["onMessage failed: in onMessage"]));
    await server.fault({ name: "close", code: 1000 });
    await requested("/?first", "/?first");
    await client.ready();
    expect(errors).toContain("onDisconnect failed: in onDisconnect");
  });
}
