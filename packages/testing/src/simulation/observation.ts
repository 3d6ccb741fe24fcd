// What can be seen of a client while it runs: every transition of its lifecycle, what it tells, what it calls, what it
// does to its transports, and what the network and the user do to it. The checks, the coverage and the trace are all
// made of this.

import type { CallbackName, Failure, Message, Phase } from "@gundam/core";
import type { Effect, Env, Event, State } from "@gundam/core/lifecycle";
import type { SuccessionEffect, SuccessionEvent } from "@gundam/core/succession";
import type { FakeTransport } from "../fake-transport.ts";

/** A transport of the simulated network. */
export interface SeenTransport extends FakeTransport {
  readonly number: number;
  /** What is sent stays in the buffer. */
  readonly isClogged: boolean;
  /** How many of the client's pings the peer has answered while it was connected: the last of these and all before. */
  readonly ponged: number;
  /** How many more messages `wsOpts.flow` lets in: it counts none while we close. */
  readonly credit: number;
  /** When its reading went on, ms. */
  readonly resumedAt: number;
  /** When it stopped reading, or was last sent a pong that nobody had asked for, ms. */
  readonly quietAt: number;
  /** It is neither lost nor abandoned. */
  readonly isLive: boolean;
}

/**
 * What is seen of a client, by `kind`. Of the lifecycle: the `state` before and the `next` one, the `event`, what was
 * known (`env`), and the `effects`. Of the client: its events (`type`, `detail`), calls of the user's functions
 * (`call`), what it does to a `transport`: sends the message of a `key` with so many bytes `buffered` before it, or a
 * Close frame with a `code`. Of the user: a `value` thrown, a `request` made, a `parcel` sent, whether `send` said that
 * it `mayGoOn`, and the `outcome` of a delivery. Besides: the `name` of a step, `what` the network does, a decoding
 * that `isFailed`, an `error` reported, a `line` of a warning.
 */
export type Observation =
  | { readonly kind: "step"; readonly name: string }
  /** The lifecycle table was offered an event. */
  | {
      readonly kind: "transition";
      readonly state: State;
      readonly event: Event;
      readonly env: Env;
      readonly next: State;
      readonly effects: readonly (Effect | SuccessionEffect)[];
    }
  /** Something happened to the successor, or to a connection that has given way; `name`: what it comes to. */
  | {
      readonly kind: "succession";
      readonly state: State;
      readonly event: Event | SuccessionEvent;
      readonly env: Env;
      readonly next: State;
      readonly effects: readonly (Effect | SuccessionEffect)[];
    }
  /** The client waits no longer for the callbacks that are pending. */
  | { readonly kind: "released" }
  /** An event was emitted. */
  | { readonly kind: "told"; readonly type: string; readonly detail: unknown }
  /** A function of the user's was called; its synchronous part has returned; what it returned has settled. */
  | { readonly kind: "called" | "returned" | "settled"; readonly call: Call }
  /** The user threw in a listener. */
  | { readonly kind: "threw"; readonly value: unknown }
  /** The user asked something of the client. */
  | { readonly kind: "asked"; readonly request: Request; readonly detail?: unknown }
  | { readonly kind: "sending" | "refused"; readonly parcel: Parcel }
  /** `mayGoOn`: what `send` returned. */
  | { readonly kind: "accepted"; readonly parcel: Parcel; readonly mayGoOn: boolean }
  /** What `deliver` resolved with, or the code of what it rejected with. */
  | { readonly kind: "delivered"; readonly parcel: Parcel; readonly outcome: string }
  /** The client did something to a transport. */
  | { readonly kind: "dialled" | "abandoned"; readonly transport: SeenTransport }
  /** `buffered`: so many bytes were before it. */
  | {
      readonly kind: "sent";
      readonly transport: SeenTransport;
      readonly key: string;
      readonly buffered: number;
    }
  | { readonly kind: "framed"; readonly transport: SeenTransport; readonly code: number }
  /** The network is about to do something to a transport. */
  | {
      readonly kind: "network";
      readonly transport: SeenTransport;
      readonly what: NetworkEvent;
      /** The transport was neither lost nor abandoned. */
      readonly isLive: boolean;
    }
  /** A message is being decoded, which fails unless told otherwise right after. */
  | { readonly kind: "decoding"; readonly isFailed: boolean }
  | { readonly kind: "reported"; readonly error: unknown }
  | { readonly kind: "warned"; readonly line: string };

export type NetworkEvent =
  | { readonly type: "phase"; readonly phase: Phase }
  /** `ended`: the peer has ended the connection; `ending`: that is told. */
  | { readonly type: "ended" | "ending" }
  | { readonly type: "opened" | "ping" | "pong" | "troubled" | "rescheduled" }
  /** The kernel takes all that waits but the last so many bytes. */
  | { readonly type: "drained"; readonly left: number }
  | { readonly type: "message"; readonly message: Message }
  | { readonly type: "lost"; readonly failure: Failure };

export type Request =
  | "reconnect"
  | "handover"
  | "close"
  | "terminate"
  | "abort"
  | "shutdown"
  | "ready"
  | "ping"
  | "updateFlow"
  | "wake"
  | "online"
  | "sleep"
  | "flush"
  | "look"
  | "read"
  | "take"
  | "leave";

export type FunctionName = CallbackName | "url" | "headers" | "shouldRetry" | "retryFun";

/** One call of a function of the user's. */
export interface Call {
  readonly name: FunctionName;
  readonly args: readonly unknown[];
  /** The attempt that it was called for. */
  readonly attempt: number;
  /** How it answers, for the trace. */
  manner: string;
  isRunning: boolean;
  /** What it returned has not settled. */
  isPending: boolean;
  /** The client has stopped waiting for it; `maybe`: that cannot be seen from outside. */
  isReleased: boolean | "maybe";
  /** It returned a promise, or the like. */
  isLater: boolean;
  outcome: { readonly value: unknown } | { readonly threw: unknown } | undefined;
}

/** One message that the user sends. */
export interface Parcel {
  readonly number: number;
  readonly key: string;
  readonly bytes: number;
  /** It may leave before `onConnect` has settled. */
  readonly isAhead: boolean;
  /** Its sending may have told that the connection is ending: what a listener sends then goes first. */
  readonly mayBeOvertaken: boolean;
  /** It must leave at once, or not at all. */
  readonly isVolatile: boolean;
  /** Its sender wants to know that the peer has read past it. */
  readonly isAckWanted: boolean;
  /** When it may leave no more, by the client's clock, ms. */
  readonly expiresAt: number;
  isRefused: boolean;
  /** How often it was sent. */
  sent: number;
  /** How often its drop was told. */
  dropped: number;
}

/** Something that must never happen, and did. */
export interface Violation {
  /** The invariant that does not hold. */
  readonly rule: string;
  /** What was seen against it. */
  readonly detail: string;
}

/** What watches a simulated world. */
export interface Observer {
  /** Is told what is seen, as it happens. */
  observe(observation: Observation): void;
}
