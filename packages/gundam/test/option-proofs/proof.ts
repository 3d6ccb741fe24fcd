// What proves that an option works: something that is seen of a client against a real server when the option is given,
// and that is not seen when it is taken away. The suite runs each proof both ways, on Node and in browsers.

import {
  type DeclarationTable,
  type Heartbeat,
  type HeartbeatOptions,
  heartbeat,
  OptionError,
} from "@gundam/core";
import type { EchoServerOptions, Fault } from "@gundam/testing/server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ClientEvents, ClientOptions, WebSocketClient } from "../../src/node.ts";

export interface Proof {
  /** The option's path. */
  readonly option: string;
  /** What it does: the rest of the test's title. */
  readonly effect: string;
  /** Runs clients with the option, and tells what was seen of them. */
  readonly observe: (stage: Stage) => Promise<unknown>;
  /** What is seen with the option, */
  readonly shows: unknown;
  /** and what without it; `ERR_OPTION` where there can be no client. */
  readonly otherwise: unknown;
  /** False where the platform cannot show it. */
  readonly isPossible?: boolean;
}

/** What the suite needs of a server, in this process or behind commands. */
export interface SuiteServer {
  readonly url: string;
  fault(fault: Fault): Promise<void>;
  /** What it has seen so far. */
  record(): Promise<Seen>;
  stop(): Promise<void>;
}

/** What proofs need of one that the stage has started, */
export interface ProofServer extends Omit<SuiteServer, "stop">, Dropping {}

/** and of any. */
export interface Dropping {
  /** Ends TCP of all connections. */
  drop(): unknown;
}

export interface Seen {
  readonly upgrades: readonly { readonly url: string; readonly headers: Readonly<Record<string, unknown>> }[];
  readonly messages: readonly { readonly data: unknown }[];
  readonly closes: readonly { readonly code: number; readonly reason: string }[];
}

type EventType = keyof ClientEvents;

/** Where a proof plays. All that is made here ends with it. */
export interface Stage {
  startServer(options?: EchoServerOptions): Promise<ProofServer>;
  /** Starts a client; in the second run without the option. Its connections are stable at once, unless told otherwise. */
  connect(options: ClientOptions): WebSocketClient;
  /** What `heartbeat()` makes of its options; in the second run without the one that is proved. */
  heartbeat(options: HeartbeatOptions): Heartbeat;
  /** The name of what the client tells first of these, an error by its code; "nothing" if that does not come. */
  told(client: WebSocketClient, ...types: EventType[]): Promise<string>;
  /** "settled", or "nothing" if the promise does not do that. */
  settled(promise: Promise<unknown>): Promise<string>;
}

export interface ProofSuite {
  readonly connect: (options: ClientOptions) => WebSocketClient;
  readonly startServer: (options?: EchoServerOptions) => Promise<SuiteServer>;
  readonly proofs: readonly Proof[];
  /** What there must be a proof of. */
  readonly declarations: DeclarationTable;
}

/** How long what must come is waited for, ms; and how long it is watched that nothing does, where that is expected. */
const PATIENCE = 10_000;
const SHORT_PATIENCE = 500;

function titleOf({ option, effect }: Proof): string {
  return `${option} ${effect}`;
}

export function describeProofs({ connect, startServer, proofs, declarations }: ProofSuite): void {
  let ends: (() => unknown)[];

  beforeEach(() => {
    ends = [];
  });

  afterEach(async () => {
    for (const end of ends.reverse()) await end();
  });

  function stage(proof: Proof, isGiven: boolean): Stage {
    // What comes may come late on a busy machine; only where nothing is to come is the wait short.
    const expected = JSON.stringify([isGiven ? proof.shows : proof.otherwise]);
    const patience = expected.includes('"nothing"') ? SHORT_PATIENCE : PATIENCE;
    const optionOfHeartbeat = proof.option.match(/^wsOpts\.heartbeat\.(.*)/)?.[1];
    return {
      async startServer(options) {
        const server = await startServer(options);
        ends.push(() => server.stop());
        const { url, fault, record } = server;
        return { url, fault, record, drop: () => fault({ name: "drop" }) };
      },
      connect(options) {
        const given = { retryTimeout: 20, stableAfter: 0, ...options };
        const isWhole = isGiven || optionOfHeartbeat !== undefined;
        const client = connect((isWhole ? given : without(given, proof.option)) as ClientOptions);
        ends.push(() => client.terminate());
        return client;
      },
      heartbeat(options) {
        const isWhole = isGiven || optionOfHeartbeat === undefined;
        return heartbeat(isWhole ? options : (without(options, optionOfHeartbeat) as HeartbeatOptions));
      },
      async told(client, ...types) {
        const happened = types.map((type) =>
          next(client, type).then((detail) => (type === "error" ? (detail as { code: string }).code : type)),
        );
        return Promise.race([...happened, nothing(patience)]);
      },
      settled: (promise) => Promise.race([promise.then(() => "settled"), nothing(patience)]),
    };
  }

  function nothing(patience: number): Promise<string> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patience, "nothing");
      ends.push(() => clearTimeout(timer));
    });
  }

  async function run(proof: Proof, isGiven: boolean): Promise<unknown> {
    try {
      return await proof.observe(stage(proof, isGiven));
    } catch (error) {
      if (error instanceof OptionError) return error.code;
      throw error;
    }
  }

  describe("an option that works:", () => {
    for (const proof of proofs) {
      test.skipIf(proof.isPossible === false)(titleOf(proof), { timeout: 30_000 }, async () => {
        expect(await run(proof, true)).toEqual(proof.shows);
        // Not at the same time: browsers open one connection to a host after the other (RFC 6455 §4.1).
        const seen = await run(proof, false);
        expect(seen, `${proof.option} was taken away, and nothing changed`).not.toEqual(proof.shows);
        expect(seen).toEqual(proof.otherwise);
      });
    }
  });

  test("there is a proof of every declared option", () => {
    const proved = proofs.map(({ option }) => option);
    expect(pathsOf(declarations).filter((option) => !proved.includes(option))).toEqual([]);
  });
}

/** The path of each option of a table. */
export function pathsOf(table: DeclarationTable, path = ""): string[] {
  return Object.entries(table).flatMap(([key, declared]) =>
    Array.isArray(declared) ? [path + key] : pathsOf(declared as DeclarationTable, `${path}${key}.`),
  );
}

/** The options without the one at this path, which must be there; and without its group, if nothing else is in that. */
function without(options: object, path: string): object {
  const [key, ...rest] = path.split(".") as [string, ...string[]];
  if (!(key in options)) throw new Error(`a proof of ${path} must give it`);
  const { [key]: value, ...others } = options as Record<string, unknown>;
  if (rest.length === 0) return others;
  const group = without(value as object, rest.join("."));
  return Object.keys(group).length === 0 ? others : { ...others, [key]: group };
}

// — what many proofs do ——————————————————————————————————————————————————————————————————————————————————————————————

/** The next event of that type. */
export function next<Type extends EventType>(
  client: WebSocketClient,
  type: Type,
): Promise<ClientEvents[Type]> {
  return new Promise((resolve) => client.once(type, resolve));
}

/** Drops the connection, and waits for the next one. */
export async function reconnected(client: WebSocketClient, server: Dropping): Promise<void> {
  const connected = next(client, "connect");
  await server.drop();
  await connected;
  await client.ready();
}

/** What is seen of the first connection, and of the reconnect. */
export async function ofBoth<T>(
  client: WebSocketClient,
  server: Dropping,
  look: () => T | Promise<T>,
): Promise<T[]> {
  await client.ready();
  const first = await look();
  await reconnected(client, server);
  return [first, await look()];
}

/** The errors of a first attempt, and of a reconnect, that meet the same trouble; only "nothing" if there is none. */
export async function errorsIn(
  trouble: { begin(): unknown; end(): unknown },
  server: Dropping,
  start: () => WebSocketClient,
  { told }: Stage,
): Promise<string[]> {
  await trouble.begin();
  const client = start();
  const first = await told(client, "error");
  if (first === "nothing") return [first];
  await trouble.end();
  await client.ready();
  await trouble.begin();
  const lost = next(client, "disconnect");
  await server.drop();
  await lost;
  return [first, await told(client, "error")];
}

/** The same, where the trouble is a fault of the server's. */
export async function errorsAt(
  fault: Fault,
  stage: Stage,
  options: Partial<ClientOptions>,
  serverOptions?: EchoServerOptions,
): Promise<string[]> {
  const server = await stage.startServer(serverOptions);
  const trouble = { begin: () => server.fault(fault), end: () => server.fault({ name: "behave" }) };
  const start = () => stage.connect({ url: server.url, retry: Infinity, ...options });
  return errorsIn(trouble, server, start, stage);
}

/** Sends a message, and waits for its echo. */
export async function echoed(client: WebSocketClient, message: string): Promise<unknown> {
  const answer = next(client, "message");
  client.send(message);
  return answer;
}

/** The messages that the server has received, once there are so many. */
export async function received(server: ProofServer, count: number): Promise<unknown[]> {
  return vi.waitFor(
    async () => {
      const { messages } = await server.record();
      expect(messages.length).toBeGreaterThanOrEqual(count);
      return messages.map(({ data }) => data);
    },
    { timeout: PATIENCE },
  );
}

/** What a call returns, or the code of what it throws. */
export function outcomeOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return (error as { code: string }).code;
  }
}
