// What a client says of itself where nobody would know: that nobody listens to its end, and that a callback hangs. One
// suite for Node and for browsers.

import { deliver, messages } from "@gundam/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ClientOptions, WebSocketClient } from "../src/node.ts";
import type { StartServer, SuiteServer } from "./suite-servers/suite-server.ts";

export interface UnheardSuite {
  readonly connect: (options: ClientOptions) => WebSocketClient;
  readonly WebSocketClient: typeof WebSocketClient;
  readonly startServer: StartServer;
  /** Calls `heard` with each line on the platform's report, until what it returns is called. */
  readonly listen: (heard: (line: string) => void) => () => void;
}

export function describeUnheard({ connect, WebSocketClient, startServer, listen }: UnheardSuite): void {
  let server: SuiteServer;
  let lines: string[];
  let stopListening: () => void;
  const clients: WebSocketClient[] = [];

  beforeEach(async () => {
    server = await startServer();
    lines = [];
    stopListening = listen((line) => lines.push(line));
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.terminate();
    stopListening();
    await server.stop();
  });

  function started(client: WebSocketClient): WebSocketClient {
    clients.push(client);
    return client;
  }

  /** A client that gives up after one retry. */
  const start = (options: Partial<ClientOptions> = {}) =>
    started(connect({ url: server.url, retry: 1, retryTimeout: 0, ...options }));

  const ended = (client: WebSocketClient) =>
    vi.waitFor(() => expect(client.phase).toBe("closed"), { timeout: 10_000 });

  test("a client that nobody listens to says once that it fails, whoever traces it or delivers", async () => {
    await server.fault({ name: "refuse", status: 503 });
    const client = start({ trace: () => {} });
    const delivered = deliver(client, "in vain").catch(({ code }) => code);
    await ended(client);
    await expect(delivered).resolves.toBe("ERR_UNSENT");
    const said = lines.filter((line) => line.startsWith("gundam: "));
    expect(said).toEqual([
      expect.stringMatching(
        /^gundam: .+; the client tries again in 0 ms, and nobody listens: give it onError or onClose$/,
      ),
    ]);
  });

  test("one whose messages are read says it to the reader alone", async () => {
    await server.fault({ name: "refuse", status: 503 });
    const client = start();
    const read = async () => {
      for await (const message of messages(client)) expect(message).toBe("none");
    };
    await expect(read()).rejects.toMatchObject({ isGundamError: true });
    expect(lines).toEqual([]);
  });

  test.each(["onError", "onClose"])("one whose class has an %s says nothing", async (name) => {
    await server.fault({ name: "refuse", status: 503 });
    class Listening extends WebSocketClient {}
    const heard = vi.fn();
    Object.assign(Listening.prototype, { [name]: heard });
    const client = started(Listening.start({ url: server.url, retry: 1, retryTimeout: 0 }));
    await ended(client);
    await vi.waitFor(() => expect(heard).toHaveBeenCalled());
    expect(lines).toEqual([]);
  });

  test("an onMessage that hangs is told once, and keeps its turn", async () => {
    const handled: unknown[] = [];
    const errors: unknown[] = [];
    let goOn!: () => void;
    class Slow extends WebSocketClient {
      override onMessage(message: unknown): unknown {
        handled.push(message);
        return handled.length === 1 ? new Promise<void>((resolve) => (goOn = resolve)) : undefined;
      }
      override onError(error: { readonly code: string; readonly phase?: string }): void {
        errors.push([error.code, error.phase]);
      }
    }
    const client = started(Slow.start({ url: server.url, callbackTimeout: 50 }));
    await client.ready();
    for (const message of ["1", "2", "3"]) client.send(message);
    await vi.waitFor(() => expect(errors).toHaveLength(1), { timeout: 10_000 });
    await server.fault({ name: "push", message: "4" });
    expect(handled).toEqual(["1"]);
    goOn();
    await vi.waitFor(() => expect(handled).toEqual(["1", "2", "3", "4"]), { timeout: 10_000 });
    expect(errors).toEqual([["ERR_TIMEOUT", "onMessage"]]);
    expect(client.phase).toBe("open");
  });
}
