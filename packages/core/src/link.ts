// The link between the driver and the connection of one attempt.

import type { Failure, GundamError, Phase } from "./errors.ts";
import type { Questions } from "./keepalive.ts";
import type { Event } from "./lifecycle.ts";
import type { AbortControllerLike } from "./structural.ts";
import type { Connection, Handshake, Message, TransportListener } from "./transport.ts";

/** What a link asks and tells. */
export interface LinkDriver {
  /** The link of now. */
  readonly link: Link | undefined;
  post(event: Event): void;
  receive(message: Message, link: Link): void;
  readonly outbox: { taken(): void };
  tell(type: "ping" | "pong", data: Uint8Array): void;
  tellError(error: GundamError): void;
  schedule(): void;
}

/**
 * What joins the driver to the connection of one attempt: lifecycle events carry the attempt's generation into the
 * mailbox, where the table sorts out what is late; messages bypass it, with one check that the link is still the one.
 */
export class Link implements TransportListener {
  driver: LinkDriver;
  readonly #generation: number;
  transport: Connection | undefined;
  handshake: Pick<Handshake, "protocol" | "extensions"> | undefined;
  /** Aborts when it is over, for those who have asked for that. */
  dropping: AbortControllerLike | undefined;
  /** How many messages it has brought and taken. */
  received = 0;
  sent = 0;
  /** What an application's own questions have come to. */
  declare questions?: Questions | undefined;

  constructor(driver: LinkDriver, generation: number) {
    this.driver = driver;
    this.#generation = generation;
  }

  get isCurrent(): boolean {
    return this.driver.link === this;
  }

  phase(phase: Phase, timeout?: number, option?: string): void {
    this.driver.post({ type: "phased", generation: this.#generation, phase, timeout, option });
  }

  opened(handshake: Handshake): void {
    // Its headers are for those who are told now, and take memory.
    const { protocol, extensions } = handshake;
    this.handshake = { protocol, extensions };
    this.driver.post({ type: "opened", generation: this.#generation, handshake });
  }

  message(message: Message): void {
    if (!this.isCurrent) return;
    this.received++;
    this.driver.receive(message, this);
  }

  ping(data: Uint8Array): void {
    if (this.isCurrent) this.driver.tell("ping", data);
  }

  pong(data: Uint8Array): void {
    if (this.isCurrent) this.driver.tell("pong", data);
  }

  taken(): void {
    if (this.isCurrent) this.driver.outbox.taken();
  }

  troubled(error: GundamError): void {
    if (this.isCurrent) this.driver.tellError(error);
  }

  ending(): void {
    this.driver.post({ type: "ending", generation: this.#generation });
  }

  lost(failure: Failure): void {
    this.driver.post({ type: "lost", generation: this.#generation, failure });
  }

  rescheduled(): void {
    if (this.isCurrent) this.driver.schedule();
  }
}
