// Several addresses of one service, with real servers: what refuses, hangs, ends connections or is gone, at first and after
// a connection that worked. One suite for Node and for browsers.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ClientOptions, endpoints, explain, GundamError, info, WebSocketClient } from "../src/node.ts";
import type { StartServer, SuiteServer } from "./suite-servers/suite-server.ts";

export interface EndpointsSuite {
  readonly connect: (options: ClientOptions) => WebSocketClient;
  readonly endpoints: typeof endpoints;
  readonly explain: typeof explain;
  readonly info: typeof info;
  readonly startServer: StartServer;
}

export function describeEndpoints({ connect, endpoints, explain, info, startServer }: EndpointsSuite): void {
  let servers: SuiteServer[];
  let clients: WebSocketClient[];
  let retries: number[];
  let errors: GundamError[];

  beforeEach(() => {
    servers = [];
    clients = [];
    retries = [];
    errors = [];
  });

  afterEach(async () => {
    for (const client of clients) client.terminate();
    await Promise.all(servers.map((server) => server.stop()));
  });

  async function start(): Promise<SuiteServer> {
    const server = await startServer();
    servers.push(server);
    return server;
  }

  /** A url at which nobody answers any more. */
  async function gone(): Promise<string> {
    const server = await startServer();
    await server.stop();
    return server.url;
  }

  function connected(
    urls: Parameters<typeof endpoints>[0],
    options: Partial<ClientOptions> = {},
  ): WebSocketClient {
    const url = options.url ?? endpoints(urls);
    const client = connect({ retryTimeout: 20, stableAfter: 0, ...options, url });
    client.on("retry", ({ delay }) => retries.push(delay));
    client.on("error", (error) => errors.push(error));
    clients.push(client);
    return client;
  }

  const usedBy = (client: WebSocketClient) => new URL(client.state.uri).host;
  const hostOf = ({ url }: { readonly url: string }) => new URL(url).host;

  const connectionOf = (client: WebSocketClient) => new Promise((resolve) => client.once("connect", resolve));

  test("one that is gone is followed by the next, at once", async () => {
    const server = await start();
    const client = connected([await gone(), await gone(), server.url], { retryTimeout: 60_000 });
    await client.ready();
    expect([usedBy(client), retries]).toEqual([hostOf(server), [0, 0]]);
    expect(info(client).endpoint).toBe(client.state.uri);
    expect(explain(client).attempts.map(({ endpoint }) => endpoint)).toEqual([
      "endpoints[0]",
      "endpoints[1]",
      "endpoints[2]",
    ]);
  });

  test.each(["stall-at-accept", "stall-at-upgrade"])("one that is slow (%s) has its time", async (name) => {
    const [slow, server] = [await start(), await start()];
    await slow.fault({ name });
    const client = connected([slow.url, server.url], { openTimeout: 500, retry: Infinity });
    await client.ready();
    expect(usedBy(client)).toBe(hostOf(server));
    expect(errors[0]).toMatchObject({ code: "ERR_TIMEOUT" });
  });

  test("all that are gone end the client when the rounds are used up", async () => {
    const client = connected([await gone(), await gone()], { retry: 1 });
    await expect(client.ready()).rejects.toMatchObject({ code: "ERR_CONNECT" });
    expect(retries).toEqual([0, 20, 0]);
  });

  test("one that is gone while it is used is followed by the next, and is the first again when it is back", async () => {
    const [first, second] = [await start(), await start()];
    const client = connected([first.url, second.url], { retryTimeout: 60_000 });
    await client.ready();
    await first.fault({ name: "drop-at-accept" });
    const moved = connectionOf(client);
    await first.fault({ name: "drop" });
    await moved;
    expect(usedBy(client)).toBe(hostOf(second));
    await first.fault({ name: "behave" });
    await client.ready();
    const movedBack = connectionOf(client);
    await second.fault({ name: "drop" });
    await movedBack;
    expect(usedBy(client)).toBe(hostOf(first));
  });

  describe("a close code", () => {
    test("that blames the credentials strikes out its endpoint, and ends the client when that is the last", async () => {
      const [strict, server] = [await start(), await start()];
      await strict.fault({ name: "close-at-open", code: 1008 });
      const client = connected([strict.url, server.url], { retryTimeout: 60_000, stableAfter: 60_000 });
      await vi.waitFor(() => expect(usedBy(client)).toBe(hostOf(server)), { timeout: 10_000 });
      await client.ready();
      expect(explain(client).attempts[0]!.verdict).toMatchObject({ next: "endpoints[1]", isStruckOut: true });
      const closed = new Promise((resolve) => client.once("close", resolve));
      await server.fault({ name: "close", code: 3000 });
      expect(await closed).toMatchObject({ code: 3000 });
    });

    test("that asks for time asks for that endpoint alone", async () => {
      const [busy, server] = [await start(), await start()];
      const client = connected([busy.url, server.url], { retryTimeout: 60_000 });
      await client.ready();
      await busy.fault({ name: "refuse", status: 503 });
      const moved = connectionOf(client);
      await busy.fault({ name: "close", code: 1013 });
      await moved;
      expect(usedBy(client)).toBe(hostOf(server));
      expect(retries).toEqual([0]);
      expect((await busy.record()).counts.upgrades).toBe(1);
    });
  });

  test("a function among them that fails is followed by the next", async () => {
    const server = await start();
    const client = connected([() => Promise.reject(new Error("no name yet")), () => server.url]);
    await client.ready();
    expect(errors).toMatchObject([{ code: "ERR_PROVIDER", provider: "endpoints[0]" }]);
    expect(info(client).endpoint).toBe("endpoints[1]");
  });

  test("clients that share them spread over them, if their order is random", async () => {
    const shared = [await start(), await start()];
    const url = endpoints(
      shared.map(({ url }) => url),
      { order: "random" },
    );
    const crowd = Array.from({ length: 24 }, () => connected([], { url }));
    await Promise.all(crowd.map((client) => client.ready()));
    const hosts = crowd.map(usedBy);
    for (const server of shared) expect(hosts).toContain(hostOf(server));
  });
}
