// Two copies of the library in one program, as two bundles of a page bring them, or a second install: every export of one
// copy is used with clients, and values, of the other. One suite for Node and for browsers.

import { Client, type Platform } from "@gundam/core";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { ClientOptions, WebSocketClient } from "../src/node.ts";
import type { StartServer, SuiteServer } from "./suite-servers/suite-server.ts";

export type Gundam = typeof import("../src/node.ts");

export interface CopiesSuite {
  /** What the library exports. */
  readonly exported: readonly string[];
  /** The exports of a program, in a copy of the library of its own; `change` is done to its text before it is run. */
  readonly load: (program: string, change?: (text: string) => string) => Promise<Gundam>;
  readonly startServer: StartServer;
  /** The platform pings, and stops reading. */
  readonly isNode: boolean;
}

const everything = 'export * from "gundam";';
const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

export function describeCopies({ exported, load, startServer, isNode }: CopiesSuite): void {
  const platformName = isNode ? "nodePlatform" : "browserPlatform";
  let copies: { readonly one: Gundam; readonly other: Gundam };
  let later: Gundam;
  let server: SuiteServer;
  const clients: WebSocketClient[] = [];

  beforeAll(async () => {
    copies = { one: await load(everything), other: await load(everything) };
    later = await load(everything, (text) => text.replace(/"gundam \d+\.\d+\.\d+"/, '"gundam 999.0.0"'));
  }, 60_000);

  beforeEach(async () => {
    server = await startServer();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.terminate();
    await server.stop();
  });

  /** A client of that copy, on Node with room for one message. */
  function start(
    { connect }: Pick<Gundam, "connect">,
    { wsOpts, ...options }: Partial<ClientOptions> = {},
  ): WebSocketClient {
    const client = connect({
      url: server.url,
      retryTimeout: 20,
      onError() {},
      wsOpts: { flow: 1, ...wsOpts },
      ...options,
    });
    clients.push(client);
    return client;
  }

  async function opened(copy: Pick<Gundam, "connect">): Promise<WebSocketClient> {
    const client = start(copy);
    await client.ready();
    return client;
  }

  function received(client: WebSocketClient): unknown[] {
    const messages: unknown[] = [];
    client.on("message", (message) => messages.push(message));
    return messages;
  }

  const until = (holds: () => void | Promise<void>) => vi.waitFor(holds, { timeout: 10_000 });

  /** The functions over a client, each called with one that is open. */
  const overClients: Record<string, (copy: Gundam, client: WebSocketClient) => unknown> = {
    async deliver({ deliver }, client) {
      expect(await deliver(client, "hello", { ack: true })).toBe(isNode ? "acked" : "flushed");
    },
    explain({ explain }, client) {
      expect(explain(client).attempts).toMatchObject([{ attempt: 1, opened: true, url: server.url }]);
    },
    async flush({ flush }, client) {
      client.send("hello");
      expect(await flush(client, { ack: true })).toBe(isNode ? "acked" : "flushed");
    },
    async handover({ handover, info }, client) {
      await handover(client);
      expect(info(client)).toMatchObject({ phase: "open", life: { connections: 2 } });
    },
    info({ info }, client) {
      expect(info(client)).toMatchObject({ phase: "open", url: server.url, life: { connections: 1 } });
    },
    async messages({ messages }, client) {
      const reader = messages(client);
      client.send("hello");
      expect(await reader.next()).toEqual({ value: "hello", done: false });
      const next = reader.next();
      await client.close();
      expect(await next).toEqual({ value: undefined, done: true });
    },
    async ping({ ping }, client) {
      if (isNode) expect(await ping(client)).toBeGreaterThanOrEqual(0);
      else await expect(ping(client)).rejects.toMatchObject({ code: "ERR_NOT_OPEN" });
    },
    async updateFlow({ updateFlow }, client) {
      const messages = received(client);
      client.send("one");
      client.send("two");
      updateFlow(client, 1);
      await until(() => expect(messages).toEqual(["one", "two"]));
    },
  };

  /** All else: what is made by one copy, and used by another. */
  const values: Record<string, (maker: Gundam, user: Gundam) => unknown> = {
    async backoff({ backoff }, user) {
      const client = start(user, { retry: 3, retryTimeout: 60_000, stableAfter: 0, retryFun: backoff() });
      await client.ready();
      const planned = new Promise((resolve) => client.once("retry", resolve));
      await server.fault({ name: "drop" });
      expect(await planned).toMatchObject({
        retriesLeft: 2,
        delay: expect.toSatisfy((delay) => delay <= 100),
      });
      await client.ready();
    },
    async connect(maker, user) {
      const { state } = start(maker, { url: `${server.url}?other` });
      const client = start(user, {
        stableAfter: 0,
        onDisconnect: (_, { headers }) => ({ ...state, headers }),
      });
      await client.ready();
      await server.fault({ name: "drop" });
      await until(() => expect(client.state.uri).toBe(`${server.url}?other`));
      await client.ready();
    },
    async endpoints({ endpoints }, user) {
      const failing = () => Promise.reject(new Error("no name yet"));
      const client = start(user, { url: endpoints([failing, server.url]), retryTimeout: 60_000 });
      await client.ready();
      expect(user.info(client).endpoint).toBe(server.url);
      expect(user.explain(client).attempts).toMatchObject([{ endpoint: "endpoints[0]" }, { opened: true }]);
    },
    async heartbeat({ heartbeat }, user) {
      const isReply = (message: unknown) => message === "still there?";
      const options = { message: "still there?", interval: 40, timeout: 400, isReply };
      const client = start(user, { wsOpts: { heartbeat: heartbeat(options), flow: Infinity } });
      const messages = received(client);
      await until(async () => expect((await server.record()).messages.length).toBeGreaterThan(1));
      await server.fault({ name: "silence" });
      await until(() => expect(client.lastError?.code).toBe("ERR_DEAD_PEER"));
      expect(user.isGundamError(client.lastError)).toBe(true);
      expect(messages).toEqual([]);
    },
    isGundamError({ isGundamError }, user) {
      expect(() => start(user, { retry: -1 })).toThrow(expect.toSatisfy(isGundamError));
      expect(isGundamError(new Error("retry"))).toBe(false);
    },
    async json({ json }, user) {
      const client = start(user, { wsOpts: { codec: json() } });
      const messages = received(client);
      client.send({ price: 1 } as never);
      await until(() => expect(messages).toEqual([{ price: 1 }]));
    },
    ...(isNode && {
      async proxyFromEnv({ proxyFromEnv }: Gundam & { proxyFromEnv?: () => unknown }, user: Gundam) {
        const proxy = vi.fn(proxyFromEnv!() as () => undefined);
        const client = start(user, { tcpOpts: { proxy } });
        await client.ready();
        expect(proxy).toHaveReturnedWith(undefined);
      },
    }),
    async [platformName](maker, user) {
      const client = new Client((maker as unknown as Record<string, Platform>)[platformName]!, {
        url: server.url,
      });
      clients.push(client as WebSocketClient);
      client.reconnect();
      await client.ready();
      expect(user.info(client).phase).toBe("open");
    },
    platform({ platform }, user) {
      expect(platform).toBe(user.platform);
    },
    async printTrace({ printTrace }, user) {
      const lines: string[] = [];
      const client = start(user, { trace: (event) => printTrace(event, (line) => lines.push(line)) });
      await client.ready();
      expect(lines).toContainEqual(expect.stringMatching(/Z = connecting → open$/));
    },
    async resilient({ resilient }, user) {
      const client = start(user, resilient({ url: server.url }));
      await client.ready();
      expect(user.info(client).retriesLeft).toBe(Infinity);
    },
    async Supervisor({ Supervisor }, user) {
      const supervisor = new Supervisor();
      const client = start(user, { supervise: supervisor });
      expect(supervisor.children()).toEqual([client]);
      await supervisor.shutdown();
      expect(client.phase).toBe("closed");
      expect(supervisor.children()).toEqual([]);
    },
    async supervisor({ supervisor }, user) {
      const client = start(user, { supervise: true });
      expect(user.supervisor).toBe(supervisor);
      expect(later.supervisor).not.toBe(supervisor);
      expect(supervisor.children()).toEqual([client]);
      await supervisor.shutdown();
      expect(client.phase).toBe("closed");
    },
    async WebSocketClient({ WebSocketClient }, user) {
      class Ticker extends WebSocketClient {}
      const ticker = Ticker.start({ url: server.url });
      clients.push(ticker);
      expect(ticker).not.toBeInstanceOf(user.WebSocketClient);
      for (const client of [ticker, start(user)]) {
        await client[asyncDispose]();
        expect(client.phase).toBe("closed");
      }
    },
  };

  /** An error class, instances of which need not make sense. */
  async function error(maker: Gundam, user: Gundam, name: string): Promise<void> {
    const Class = maker[name as "NotOpenError"];
    const made: unknown = new Class();
    expect(user.isGundamError(made)).toBe(true);
    expect(made).not.toBeInstanceOf(user[name as "NotOpenError"]);
  }

  test("every export has its use here", () => {
    const used = [...Object.keys(overClients), ...Object.keys(values)];
    expect(used.sort()).toEqual(
      exported.filter((name) => !name.endsWith("Error") || used.includes(name)).sort(),
    );
  });

  describe.each([
    ["one", "other"],
    ["other", "one"],
  ] as const)("%s copy beside the %s:", (name, otherName) => {
    test.each(exported)("%s", async (used) => {
      const { [name]: copy, [otherName]: other } = copies;
      if (overClients[used]) await overClients[used](copy, await opened(other));
      else if (values[used]) await values[used](copy, other);
      else await error(copy, other, used);
    });
  });

  /** The members of a client, each used by way of what is around the client. */
  const members: Record<PropertyKey, (client: WebSocketClient, inside: WebSocketClient) => unknown> = {
    bufferedAmount: (client) => expect(client.bufferedAmount).toBe(0),
    async close(client) {
      await client.close(4000, "done");
      expect(client.lastClose).toMatchObject({ code: 4000, wasClean: true });
    },
    connectionSignal: (client) => expect(client.connectionSignal.aborted).toBe(false),
    async lastClose(client) {
      await server.fault({ name: "close", code: 4001 });
      await until(() => expect(client.lastClose?.code).toBe(4001));
    },
    async lastError(client) {
      await server.fault({ name: "close", code: 4001 });
      await until(() => expect(client.lastError?.code).toBe("ERR_CLOSED"));
    },
    async off(client, inside) {
      const heard = received(client);
      const left: unknown[] = [];
      const leave = (message: unknown) => left.push(message);
      inside.on("message", leave);
      client.off("message", leave);
      client.send("hello");
      await until(() => expect(heard).toEqual(["hello"]));
      expect(left).toEqual([]);
    },
    async on(client) {
      const heard: unknown[] = [];
      const off = client.on("change", ({ to }) => heard.push(to));
      void client.close();
      off();
      await client.close();
      expect(heard).toEqual(["closing"]);
    },
    async once(client) {
      const heard: unknown[] = [];
      client.once("change", ({ to }) => heard.push(to));
      await client.close();
      expect(heard).toEqual(["closing"]);
    },
    phase: (client) => expect(client.phase).toBe("open"),
    ready: (client) => client.ready(),
    async reconnect(client, inside) {
      client.reconnect();
      expect(inside.phase).not.toBe("open");
      await client.ready();
    },
    ref: (client) => expect(client.ref()).toBe(client),
    async send(client, inside) {
      const messages = received(inside);
      expect(client.send("hello")).toBe(true);
      await until(() => expect(messages).toEqual(["hello"]));
    },
    state: (client) => expect(client.state.uri).toBe(server.url),
    terminate(client, inside) {
      client.terminate();
      expect(inside.phase).toBe("closed");
    },
    unref: (client) => expect(client.unref()).toBe(client),
    async [asyncDispose](client) {
      await client[asyncDispose]();
      expect(client.phase).toBe("closed");
    },
  };
  const onNodeOnly = ["ref", "unref"];
  const usable = Reflect.ownKeys(members).filter((member) => isNode || !onNodeOnly.includes(String(member)));

  test("every member of a client has its use here", () => {
    const { prototype } = copies.one.WebSocketClient;
    const there = [prototype, Object.getPrototypeOf(prototype)].flatMap(Reflect.ownKeys);
    expect(new Set(usable)).toEqual(new Set(there.filter((member) => member !== "constructor")));
  });

  describe.each(Object.keys(wrappings))("a client in %s:", (wrapping) => {
    test.each(usable.map((member) => [String(member), member] as const))("%s", async (_, member) => {
      const client = await opened(copies.one);
      await members[member]!(wrappings[wrapping]!(client), client);
    });
  });

  test("explain says so when the client's copy goes without it, and so writes nothing down", async () => {
    const lean = await load('export { connect } from "gundam";');
    const client = await opened(lean);
    expect(() => copies.one.explain(client)).toThrow(
      "client is of another copy of gundam, where explain was not imported: import it from there",
    );
  });

  describe.each(Object.keys(overClients))("%s", (name) => {
    const call = (copy: Gundam, client: unknown) =>
      (copy as unknown as Record<string, (client: unknown, argument: unknown) => unknown>)[name]!(
        client,
        name === "updateFlow" ? 1 : undefined,
      );

    test.each(["ours", "theirs"])("refuses a client of another version, %s the newer", async (whose) => {
      const [copy, other] = whose === "ours" ? [later, copies.one] : [copies.one, later];
      const version = String.raw`gundam \d+\.\d+\.\d+`;
      expect(() => call(copy, start(other))).toThrow(
        expect.objectContaining({
          code: "ERR_OPTION",
          option: "client",
          message: expect.stringMatching(
            `^client is of ${version}, and this function of ${version}: import both from the same copy$`,
          ),
        }),
      );
    });

    test.each([
      [undefined, "undefined"],
      [null, "null"],
      ["wss://feed.test/?token=secret", "string"],
      [{ phase: "open" }, "object"],
      [() => {}, "function"],
    ])("refuses what is no client: %s", (value, shown) => {
      expect(() => call(copies.one, value)).toThrow(
        expect.objectContaining({
          code: "ERR_OPTION",
          option: "client",
          value: undefined,
          message: `client must be a client, not ${shown}`,
        }),
      );
    });

    test.each(Object.keys(wrappings))("takes a client in %s", async (wrapping) => {
      await overClients[name]!(copies.one, wrappings[wrapping]!(await opened(copies.other)));
    });
  });
}

/** The Proxies that others put around what they are given. */
export const wrappings: Record<string, <Wrapped extends object>(wrapped: Wrapped) => Wrapped> = {
  "a Proxy": (wrapped) => new Proxy(wrapped, {}),
  "a Proxy of all that is plain in it, as Vue makes them": reactive,
};

/** Vue wraps what `Object.prototype.toString` knows for an object, and what such an object is asked for, too. */
function reactive<Wrapped extends object>(wrapped: Wrapped): Wrapped {
  if (Object.prototype.toString.call(wrapped) !== "[object Object]") return wrapped;
  return new Proxy(wrapped, {
    get(target, key, receiver) {
      const value = Reflect.get(target, key, receiver);
      return typeof value === "object" && value !== null ? reactive(value) : value;
    },
  });
}
