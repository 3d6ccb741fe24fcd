// Whoever sees every event of every client, but messages. A module that wants to adds itself when it is imported, so that
// only who imports it pays; a client's own trace sees messages, too.

import type { ClientEvents, Drop, EventType } from "./events.ts";
import type { Setback } from "./life.ts";
import type { HeadersLike } from "./structural.ts";
import type { Handshake } from "./transport.ts";

/** What observers are told besides the events: what only they ask for. */
export interface Happenings {
  /** A life begins, and the platform cannot do what these options ask for. */
  readonly ignored: { readonly options: readonly string[] };
  /** Of messages only the size is told, and of those that were not dropped only to a trace. */
  readonly sent: MessageFacts;
  readonly received: MessageFacts;
  readonly drop: Omit<Drop, "message"> & { readonly message: MessageFacts };
  /** The headers' secrets read `***`. */
  readonly connect: Omit<Handshake, "headers"> & { readonly headers: HeadersLike };
  /** An attempt dials this url, which may hold secrets. */
  readonly dial: { readonly url: string };
  /** An attempt failed, or an open connection was lost. */
  readonly setback: Setback;
}

/** What is told of a message: never what it says. */
/** A message as a trace tells of it. */
export interface MessageFacts {
  /** What kind of message it was. */
  readonly kind: "text" | "binary";
  /** Its size on the wire, without framing. */
  readonly bytes: number;
}

/** What an observer is told, by name: events and happenings. */
export type Observed = Omit<ClientEvents, "message" | "drop" | "connect"> & Happenings;
/** The name of what an observer is told. */
export type ObservedType = keyof Observed;

/**
 * Is told what every client of this copy of the library does, as it happens. What it throws is reported, and breaks
 * nothing.
 */
export type Observer<Type extends ObservedType = ObservedType> = (
  client: object,
  type: Type,
  detail: Observed[Type],
) => void;

/**
 * The observers of all clients of this copy of the library; a module that wants to see them adds its own when it is
 * imported.
 */
export const observers: Observer[] = [];

type Told<Type> = Type extends ObservedType
  ? { readonly type: Type; readonly detail: Observed[Type] }
  : never;

/**
 * One thing that happened, by its `type`, with the `detail` of that type. `at`: wall clock, ms since the epoch. Secrets
 * in urls and headers read `***`; of messages it has the size alone.
 */
export type TraceEvent = { readonly at: number } & (
  | Told<Exclude<EventType, "message">>
  /** A life begins, and the platform cannot do what these options ask for. */
  | { readonly type: "ignored"; readonly detail: Happenings["ignored"] }
  | { readonly type: "sent" | "received"; readonly detail: MessageFacts }
);

/** Takes the trace's events; `log` prints a line where the platform's operator reads. */
export type Trace = (event: TraceEvent, log: (line: string) => void) => void;
