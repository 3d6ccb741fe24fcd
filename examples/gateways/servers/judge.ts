// A server with rules of its own: it closes whoever does not keep them, and writes down why.

import {
  type EchoConnection,
  type EchoServer,
  type EchoServerOptions,
  startEchoServer,
} from "@gundam/testing/server";

/** One connection of a client, as its judge has it. */
export class Party {
  readonly #connection: EchoConnection;
  readonly #verdicts: string[];
  readonly #intervals: NodeJS.Timeout[] = [];
  #deadline: NodeJS.Timeout | undefined;
  /** It is closed or gone: what still comes is of no interest. */
  hasLeft = false;

  constructor(connection: EchoConnection, verdicts: string[]) {
    this.#connection = connection;
    this.#verdicts = verdicts;
  }

  /** Of its opening handshake. */
  get headers(): EchoConnection["headers"] {
    return this.#connection.headers;
  }

  /** Path and query, as it asked for them. */
  get path(): string {
    return this.#connection.url;
  }

  send(message: string): void {
    this.#connection.send(message);
  }

  /** Closes it for what it has done. */
  condemn(code: number, why: string): void {
    this.#verdicts.push(why);
    this.leave();
    this.#connection.close(code, why);
  }

  /** Calls `run` every so many ms, while it is there. */
  every(interval: number, run: () => void): void {
    this.#intervals.push(setInterval(run, interval));
  }

  /** Condemns it after so many ms, unless more is expected before, or nothing any longer. */
  expect(patience: number, code: number, why: string): void {
    this.expectNothing();
    this.#deadline = setTimeout(() => this.condemn(code, why), patience);
  }

  expectNothing(): void {
    clearTimeout(this.#deadline);
  }

  /** It is gone. */
  leave(): void {
    this.hasLeft = true;
    this.expectNothing();
    for (const interval of this.#intervals) clearInterval(interval);
  }
}

/** Is called for each connection; what it returns hears the connection's messages. */
export type Rules = (party: Party) => (message: string) => void;

export interface Judge {
  readonly url: string;
  /** Faults of every kind, and the record of what came. */
  readonly server: EchoServer;
  /** The connections of now. */
  readonly parties: Iterable<Party>;
  /** Why connections were closed. */
  readonly verdicts: readonly string[];
  stop(): Promise<void>;
}

export async function startJudge(rules: Rules, options: EchoServerOptions = {}): Promise<Judge> {
  const server = await startEchoServer(options);
  const verdicts: string[] = [];
  const cases = new Map<number, { readonly party: Party; readonly hear: (message: string) => void }>();
  server.mute();
  server.on("opened", (connection) => {
    const party = new Party(connection, verdicts);
    cases.set(connection.id, { party, hear: rules(party) });
  });
  server.on("messageReceived", ({ connection, data }) => {
    const one = cases.get(connection);
    if (one?.party.hasLeft === false) one.hear(String(data));
  });
  server.on("disconnected", ({ connection }) => {
    cases.get(connection)?.party.leave();
    cases.delete(connection);
  });
  return {
    url: server.url,
    server,
    get parties() {
      return [...cases.values()].map(({ party }) => party).filter(({ hasLeft }) => !hasLeft);
    },
    verdicts,
    stop: () => server.stop(),
  };
}
