// The listener that the contract suite gives to an adapter: it keeps what it is told, lets a test await the next event of
// a name, and notes by itself whatever breaks the order that transport.ts promises.

import type { Failure, GundamError, Handshake, Message, Phase, TransportListener } from "@gundam/core";

/** What each event tells. */
export interface Told {
  /** A phase of connecting has begun: which `phase`, its `timeout` in ms, and the `option` that says so. */
  phase: { readonly phase: Phase; readonly timeout: number | undefined; readonly option: string | undefined };
  /** The opening handshake has succeeded. */
  opened: Handshake;
  /** A message has come. */
  message: Message;
  /** A ping has come. */
  ping: Uint8Array;
  /** A pong has come. */
  pong: Uint8Array;
  /** More may have been taken. */
  taken: undefined;
  /** Something failed that does not end the connection. */
  troubled: GundamError;
  /** The peer has ended the connection. */
  ending: undefined;
  /** The connection is over. */
  lost: Failure;
  /** The deadline has changed. */
  rescheduled: undefined;
}

/** The name of what a transport tells. */
export type EventName = keyof Told;

interface Heard<Event extends EventName = EventName> {
  readonly event: Event;
  readonly told: Told[Event];
}

/** How far the connection has come, as far as the listener was told. */
type Progress = "dialling" | "connecting" | "open" | "lost" | "abandoned";

const everythingOpen: readonly EventName[] = [
  "message",
  "ping",
  "pong",
  "taken",
  "troubled",
  "ending",
  "lost",
  "rescheduled",
];
const lawful: Readonly<Record<Progress, readonly EventName[]>> = {
  dialling: ["phase"],
  connecting: ["phase", "opened", "troubled", "lost", "rescheduled"],
  open: everythingOpen,
  lost: [],
  abandoned: [],
};

/** Events that a dialogue of messages need not mention. */
const incidental: readonly EventName[] = ["phase", "taken", "ending", "rescheduled"];

/**
 * A listener that keeps what a transport tells it, lets a test await the next event of a name, and notes by itself
 * whatever breaks the order that the transport port promises.
 *
 * @example
 * const listener = new RecordingListener();
 * const request = { url: "ws://example.test/", headers: {}, options: {} };
 * const transport = new FakeNetwork().dial(request, listener) as FakeTransport;
 * listener.dialled();
 * transport.open();
 * transport.receive("hello");
 * await listener.next("message"); // → "hello"
 * listener.violations; // → []
 */
export class RecordingListener implements TransportListener {
  /** What was told against the contract. */
  readonly violations: string[] = [];
  /** Called at each event, within the adapter's call. */
  onHeard: (event: EventName) => void = () => {};
  /** Called when the transport's deadline has changed. */
  onRescheduled: () => void = () => {};
  readonly #heard: Heard[] = [];
  readonly #taken: Map<EventName, number> = new Map();
  #progress: Progress = "dialling";
  #wake: (() => void)[] = [];

  /** What was told so far, in order, without what is incidental to a dialogue. */
  get story(): EventName[] {
    return this.#heard.map(({ event }) => event).filter((event) => !incidental.includes(event));
  }

  /** All that an event has told so far. */
  all<Event extends EventName>(event: Event): Told[Event][] {
    return this.#heard
      .filter((heard): heard is Heard<Event> => heard.event === event)
      .map(({ told }) => told);
  }

  /** What the next event of this name tells, heard already or to come. Rejects when the connection is over without it. */
  async next<Event extends EventName>(event: Event): Promise<Told[Event]> {
    const index = this.#taken.get(event) ?? 0;
    this.#taken.set(event, index + 1);
    for (;;) {
      const all = this.all(event);
      if (index < all.length) return all[index]!;
      if (this.#progress === "lost")
        throw new Error(`lost before the next ${event}: ${describe(this.all("lost")[0])}`);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** `dial` has returned: from here on anything may be told. */
  dialled(): void {
    if (this.#progress === "dialling") this.#progress = "connecting";
  }

  /** `abandon` has been called: from here on nothing may be told. */
  abandoned(): void {
    if (this.#progress !== "lost") this.#progress = "abandoned";
  }

  phase(phase: Phase, timeout?: number, option?: string): void {
    this.#hear("phase", { phase, timeout, option });
  }

  opened(handshake: Handshake): void {
    this.#hear("opened", handshake);
  }

  message(message: Message): void {
    this.#hear("message", message);
  }

  ping(data: Uint8Array): void {
    this.#hear("ping", data);
  }

  pong(data: Uint8Array): void {
    this.#hear("pong", data);
  }

  taken(): void {
    this.#hear("taken", undefined);
  }

  troubled(error: GundamError): void {
    this.#hear("troubled", error);
  }

  ending(): void {
    this.#hear("ending", undefined);
  }

  lost(failure: Failure): void {
    this.#hear("lost", failure);
  }

  rescheduled(): void {
    this.#hear("rescheduled", undefined);
    this.onRescheduled();
  }

  #hear<Event extends EventName>(event: Event, told: Told[Event]): void {
    if (!lawful[this.#progress].includes(event)) this.violations.push(`${event} while ${this.#progress}`);
    this.#heard.push({ event, told });
    if (event === "opened") this.#progress = "open";
    if (event === "lost") this.#progress = "lost";
    for (const wake of this.#wake.splice(0)) wake();
    this.onHeard(event);
  }
}

function describe(failure: Failure | undefined): string {
  return `${failure?.kind}, ${failure?.error.message}`;
}
