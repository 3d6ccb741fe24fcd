// One test's server, the connections it dials, and what every test ends with: nobody told against the contract, and
// nothing left behind.

import { type Failure, type FailureKind, isGundamError, resolveOptions, type Transport } from "@gundam/core";
import { expect, vi } from "vitest";
import { everything, type TransportCapabilities, type TransportContract } from "./adapter.ts";
import type { ContractRecord, ContractServer } from "./contract-server.ts";
import { RecordingListener } from "./recording-listener.ts";

export interface Connection {
  readonly transport: Transport;
  readonly listener: RecordingListener;
  /** `transport.abandon`, after which the listener must hear nothing. */
  abandon(code?: number): void;
}

export class Workbench {
  /** What the adapter's platform can. */
  readonly can: TransportCapabilities;
  /** The code that tells the peer that we go away. */
  readonly goingAway: number;
  /** How a broken protocol looks. */
  readonly violation: FailureKind;
  readonly #contract: TransportContract;
  #server: ContractServer | undefined;
  readonly #connections: Connection[] = [];

  constructor(contract: TransportContract) {
    this.#contract = contract;
    this.can = { ...everything, ...contract.capabilities };
    this.goingAway = contract.platform.goingAway;
    this.violation = this.can.showsViolations ? "protocol" : "network";
  }

  /** Of the current test. */
  get server(): ContractServer {
    return this.#server!;
  }

  async start(): Promise<void> {
    this.#server = await this.#contract.startServer();
  }

  /** Dials the server, with query faults and subprotocols. */
  dial(faults: string = "", protocols: readonly string[] = []): Connection {
    const listener = new RecordingListener();
    const url = this.server.url + (faults && `?${faults}`);
    const { dial, declarations, ignored } = this.#contract.platform;
    const given = { ...this.#contract.options, url, wsOpts: { protocols } };
    const options = resolveOptions(declarations, given, ignored) as never;
    const transport = dial({ url, headers: {}, options }, listener);
    listener.dialled();
    const stopClock = keepTime(transport, listener);
    const abandon = (code?: number) => {
      stopClock();
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
    const connections = this.#connections.splice(0);
    for (const { abandon } of connections) abandon();
    await this.server.stop();
    const violations = connections.flatMap(({ listener }) => listener.violations);
    expect(violations, "what the listener was told against the contract").toEqual([]);
  }
}

/** Asks the transport when its deadline has passed, as a driver does. */
function keepTime(transport: Transport, listener: RecordingListener): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const schedule = () => {
    clearTimeout(timer);
    const wait = transport.deadline - performance.now();
    if (wait === Infinity) return;
    timer = setTimeout(
      () => {
        transport.expire(performance.now());
        schedule();
      },
      Math.max(0, wait),
    );
  };
  listener.onRescheduled = schedule;
  schedule();
  return () => clearTimeout(timer);
}

/** A failure is one of these kinds, with the facts that each has. */
export function expectFailure(failure: Failure, kinds: readonly FailureKind[]): void {
  expect(kinds).toContain(failure.kind);
  expect(isGundamError(failure.error)).toBe(true);
  expect(failure.error.message).not.toBe("");
  expect(typeof failure.byUs).toBe("boolean");
}

/** Waits until the expectation is fulfilled. */
export async function eventually(expectation: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(expectation, { timeout: 15_000, interval: 10 });
}
