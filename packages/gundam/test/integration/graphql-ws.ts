// graphql-ws over our WebSocket: its own retries recover a subscription when the connection is lost, ours add none, and
// nothing is left after dispose(). One suite for Node and for browsers.

import { createClient } from "graphql-ws";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

export interface GraphqlSuite {
  readonly WebSocket: typeof globalThis.WebSocket;
  readonly startServer: () => Promise<SuiteServer>;
}

export interface SuiteServer {
  readonly url: string;
  /** Ends every link without a Close frame, as when the process dies. */
  drop(): Promise<void>;
  /** Links that there were, and that there are. */
  counts(): Promise<{ readonly total: number; readonly open: number }>;
  stop(): Promise<void>;
}

export function describeGraphqlWs({ WebSocket, startServer }: GraphqlSuite): void {
  let server: SuiteServer;

  beforeEach(async () => {
    server = await startServer();
  });

  afterEach(() => server.stop());

  const until = (holds: () => void | Promise<void>) => vi.waitFor(holds, { timeout: 20_000 });

  /** A client that keeps one connection, and opens it again at once when it is lost. */
  const createClientOf = (url: string) =>
    createClient({
      url,
      webSocketImpl: WebSocket,
      lazy: false,
      onNonLazyError: () => {},
      retryAttempts: 20,
      retryWait: async () => {},
      shouldRetry: () => true,
    });

  type Client = ReturnType<typeof createClientOf>;

  async function ask(client: Client, query: string): Promise<unknown> {
    for await (const { data } of client.iterate<Record<string, unknown>>({ query }))
      return Object.values(data!)[0];
  }

  const listeners = (client: Client, count: number) =>
    until(async () => expect(await ask(client, "{ listeners }")).toBe(count));

  test("a subscription goes on through a loss of the connection", { timeout: 30_000 }, async () => {
    const client = createClientOf(server.url);
    const told: unknown[] = [];
    const unsubscribe = client.subscribe<{ numbers: number }>(
      { query: "subscription { numbers }" },
      { next: ({ data }) => told.push(data?.numbers), error: () => {}, complete: () => {} },
    );
    await listeners(client, 1);
    await ask(client, "mutation { publish(value: 1) }");
    await until(() => expect(told).toEqual([1]));

    await server.drop();
    await until(async () => expect(await server.counts()).toEqual({ total: 2, open: 1 }));
    await listeners(client, 1);
    await ask(client, "mutation { publish(value: 2) }");
    await until(() => expect(told).toEqual([1, 2]));

    unsubscribe();
    await client.dispose();
    await until(async () => expect(await server.counts()).toEqual({ total: 2, open: 0 }));
    // Another client comes and goes meanwhile: nobody else has come.
    const other = createClientOf(server.url);
    await listeners(other, 0);
    await other.dispose();
    await until(async () => expect(await server.counts()).toEqual({ total: 3, open: 0 }));
  });
}
