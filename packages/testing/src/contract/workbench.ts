// One test's server, the connections it dials, and what every test ends with: nobody told against the contract, and
// nothing left behind.

import { type DialRequest, type Platform, resolveOptions, type Transport } from "@gundam/core";
import { expect, vi } from "vitest";
import type { ContractRecord, ContractServer } from "./contract-server.ts";
import { RecordingListener } from "./recording-listener.ts";

/** What the suite needs of a `Platform`. */
export type DiallingPlatform = Pick<Platform, "dial" | "declarations" | "ignored" | "goingAway">;

export interface Connection {
  readonly transport: Transport;
  readonly listener: RecordingListener;
  /** `transport.abandon`, after which the listener must hear nothing. */
  abandon(code?: number): void;
}

export class Workbench {
  readonly server: ContractServer;
  readonly #platform: DiallingPlatform;
  readonly #options: Readonly<Record<string, unknown>>;
  readonly #connections: Connection[] = [];

  constructor(
    server: ContractServer,
    platform: DiallingPlatform,
    options: Readonly<Record<string, unknown>>,
  ) {
    this.server = server;
    this.#platform = platform;
    this.#options = options;
  }

  /** Dials the server, with query faults and subprotocols. */
  dial(faults: string = "", protocols: readonly string[] = []): Connection {
    const listener = new RecordingListener();
    const url = this.server.url + (faults && `?${faults}`);
    const { declarations, ignored } = this.#platform;
    const options = resolveOptions(declarations, { ...this.#options, url, wsOpts: { protocols } }, ignored);
    const request: DialRequest<never> = { url, headers: {}, options: options as never };
    const transport = this.#platform.dial(request, listener);
    listener.dialled();
    const abandon = (code?: number) => {
      transport.abandon(code);
      listener.abandoned();
    };
    const connection = { transport, listener, abandon };
    this.#connections.push(connection);
    return connection;
  }

  /** Dials, and waits until the connection is open. */
  async open(faults: string = "", protocols: readonly string[] = []): Promise<Connection> {
    const connection = this.dial(faults, protocols);
    await connection.listener.next("opened");
    return connection;
  }

  /** A whole exchange on a connection of its own: what the platform knew of another one before, it has told by then. */
  async roundTrip(): Promise<void> {
    const { transport, listener, abandon } = await this.open();
    transport.send("round trip");
    await listener.next("message");
    abandon();
  }

  /** Waits until the server's record fulfils the expectation. */
  async recorded(expectation: (record: ContractRecord) => void): Promise<void> {
    await eventually(async () => expectation(await this.server.record()));
  }

  /** Waits until the server has no connection left. */
  async deserted(): Promise<void> {
    await this.recorded(({ counts }) => expect(counts.disconnects).toBe(counts.tcpConnections));
  }

  async clear(): Promise<void> {
    for (const { abandon } of this.#connections) abandon();
    await this.server.stop();
    const violations = this.#connections.flatMap(({ listener }) => listener.violations);
    expect(violations, "what the listener was told against the contract").toEqual([]);
  }
}

/** Waits until the expectation is fulfilled. */
export async function eventually(expectation: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(expectation, { timeout: 4000, interval: 10 });
}
