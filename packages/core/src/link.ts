// The link between the driver and the transport of one attempt: lifecycle events carry the attempt's generation into the
// mailbox, where the table sorts out what is late; messages bypass it, with one check that the link is still the one.

import type { Driver } from "./driver.ts";
import type { Failure, GundamError, Phase } from "./errors.ts";
import type { Handshake, Message, Transport, TransportListener } from "./transport.ts";

export class Link implements TransportListener {
  readonly driver: Driver;
  readonly generation: number;
  transport: Transport | undefined;

  constructor(driver: Driver, generation: number) {
    this.driver = driver;
    this.generation = generation;
  }

  phase(phase: Phase, timeout?: number, option?: string): void {
    this.driver.post({ type: "phased", generation: this.generation, phase, timeout, option });
  }

  opened(handshake: Handshake): void {
    this.driver.post({ type: "opened", generation: this.generation, handshake });
  }

  message(message: Message): void {
    if (this.driver.isCurrent(this)) this.driver.deliver(message);
  }

  ping(data: Uint8Array): void {
    if (this.driver.isCurrent(this)) this.driver.pinged(data);
  }

  pong(data: Uint8Array): void {
    if (this.driver.isCurrent(this)) this.driver.ponged(data);
  }

  drained(): void {
    if (this.driver.isCurrent(this)) this.driver.events.emit("drain", undefined);
  }

  troubled(error: GundamError): void {
    if (this.driver.isCurrent(this)) this.driver.tellError(error);
  }

  lost(failure: Failure): void {
    this.driver.post({ type: "lost", generation: this.generation, failure });
  }

  rescheduled(): void {
    if (this.driver.isCurrent(this)) this.driver.schedule();
  }
}
