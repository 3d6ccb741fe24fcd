// The link between the driver and the transport of one attempt: lifecycle events carry the attempt's generation into the
// mailbox, where the table sorts out what is late; messages bypass it, with one check that the link is still the one.

import type { Driver } from "./driver.ts";
import type { Failure, GundamError, Phase } from "./errors.ts";
import type { Handshake, Message, Transport, TransportListener } from "./transport.ts";

/** Why nothing is read: the flow is used up, or callbacks or iterators have not kept up. */
export type Hold = "flow" | "callbacks" | "iterators";

export class Link implements TransportListener {
  readonly driver: Driver;
  readonly generation: number;
  transport: Transport | undefined;
  handshake: Handshake | undefined;
  /** How many messages it has brought and taken. */
  received = 0;
  sent = 0;
  /** How many more messages `wsOpts.flow` lets in. */
  #credit: number;
  readonly #holds: Set<Hold> = new Set();
  /** How many messages wait for the callbacks before theirs. */
  #backlog = 0;
  #hasHeard = false;
  #bytesRead = 0;
  /** Our Close frame is out, and the peer's must be read; or the transport is lost. */
  #isEnding = false;

  constructor(driver: Driver, generation: number, flow: number) {
    this.driver = driver;
    this.generation = generation;
    this.#credit = flow;
  }

  get isHeld(): boolean {
    return this.#holds.size > 0;
  }

  /** Stops the reading, where the platform can, until every reason to is gone. */
  hold(reason: Hold): void {
    if (this.#isEnding) return;
    if (!this.isHeld && this.handshake !== undefined) this.transport?.pause?.();
    this.#holds.add(reason);
  }

  release(reason: Hold): void {
    if (!this.#holds.delete(reason) || this.isHeld || this.handshake === undefined) return;
    if (this.driver.isCurrent(this)) this.transport?.resume?.();
  }

  /** A message waits for its callback. */
  defer(): void {
    this.#backlog++;
    this.hold("callbacks");
  }

  /** A message that waited has its turn. */
  caughtUp(): void {
    if (--this.#backlog === 0) this.release("callbacks");
  }

  close(code: number, reason: string): void {
    this.#isEnding = true;
    this.#holds.clear();
    this.transport?.close(code, reason);
  }

  /** Whether anything came since this was last asked. Any byte is life, not only a message that is complete. */
  takeHeard(): boolean {
    const bytesRead = this.transport?.bytesRead ?? 0;
    const hasHeard = this.#hasHeard || bytesRead !== this.#bytesRead;
    this.#hasHeard = false;
    this.#bytesRead = bytesRead;
    return hasHeard;
  }

  addCredit(messages: number): void {
    this.#credit += messages;
    if (this.#credit > 0) this.release("flow");
  }

  phase(phase: Phase, timeout?: number, option?: string): void {
    this.driver.post({ type: "phased", generation: this.generation, phase, timeout, option });
  }

  opened(handshake: Handshake): void {
    this.handshake = handshake;
    if (this.isHeld && this.driver.isCurrent(this)) this.transport?.pause?.();
    this.driver.post({ type: "opened", generation: this.generation, handshake });
  }

  message(message: Message): void {
    if (!this.driver.isCurrent(this)) return;
    this.#hasHeard = true;
    this.received++;
    // As in gun, what was read in one go with the last message let in is still delivered.
    if (--this.#credit <= 0) this.hold("flow");
    this.driver.receive(message, this);
  }

  ping(data: Uint8Array): void {
    this.#hasHeard = true;
    if (this.driver.isCurrent(this)) this.driver.pinged(data);
  }

  pong(data: Uint8Array): void {
    this.#hasHeard = true;
    if (this.driver.isCurrent(this)) this.driver.ponged(data);
  }

  taken(): void {
    if (this.driver.isCurrent(this)) this.driver.taken();
  }

  troubled(error: GundamError): void {
    if (this.driver.isCurrent(this)) this.driver.tellError(error);
  }

  lost(failure: Failure): void {
    this.#isEnding = true;
    this.#holds.clear();
    this.driver.post({ type: "lost", generation: this.generation, failure });
  }

  rescheduled(): void {
    if (this.driver.isCurrent(this)) this.driver.schedule();
  }
}
