// The events: mitt's registry, and an emission that no handler can break. Messages have a slot of their own, because
// they are the hot path: an array that is replaced, never changed, so that a loop over it needs no copy.

import mitt, { type Emitter } from "mitt";
import { chain, nothing } from "./chain.ts";
import type { GundamError, Phase } from "./errors.ts";
import type { Drop } from "./receipt.ts";
import type { Handshake, Message } from "./transport.ts";

export type { Drop };

/** What a client is doing, as one word. */
export type LifecyclePhase =
  | "idle"
  /** The url and headers functions are asked, and callbacks of the last connection may still be pending. */
  | "preparing"
  | "connecting"
  | "open"
  /** `shouldRetry` and `retryFun` are asked. */
  | "deciding"
  | "waiting"
  /** Our Close frame is out. */
  | "closing"
  | "closed";

/** How an open connection ended. */
export interface Close {
  /** The peer's close code, or ours if we ended it; 1005: its Close frame had none; 1006: there was no Close frame. */
  readonly code: number;
  /** The reason beside the code; "" without one. */
  readonly reason: string;
  /** The peer's Close frame was received. */
  readonly wasClean: boolean;
  /** Why, when it was not by a Close frame. */
  readonly cause: GundamError | undefined;
}

/**
 * The events of a client, by name: what `on`, `once` and `off` take, and what a handler is given. Callbacks are called
 * after the handlers of the event of the same name; nobody waits for a handler.
 */
export type ClientEvents<Received = Message> = {
  /** An opening handshake succeeded. `headers`: the response's, empty in browsers. */
  connect: Handshake;
  /** A message, as the codec decodes it: without one a `string` for text, a `Uint8Array` for binary. */
  message: Received;
  /**
   * An open connection was lost, or replaced by `reconnect()` (then without `close`, which says how it ended).
   * `willRetry`: another attempt follows.
   */
  disconnect: { readonly close: Close | undefined; readonly willRetry: boolean };
  /** Something failed: an attempt, a connection, a callback. Never the end by itself. */
  error: GundamError;
  /**
   * The life is over: with this `code` and `reason`, as `onClose` has them, and the `error` that ended it; undefined
   * when we did.
   */
  close: { readonly code: number; readonly reason: string; readonly error: GundamError | undefined };
  /**
   * An attempt begins; `attempt` is 1 for the first since the budget was last full, and `retriesLeft` is what may
   * follow it.
   */
  attempt: { readonly attempt: number; readonly retriesLeft: number };
  /**
   * A `phase` of connecting starts or ends, as `type` says; at its end with its `duration` in ms, and the `error` if it
   * failed.
   */
  phase:
    | { readonly phase: Phase; readonly type: "start" }
    | {
        readonly phase: Phase;
        readonly type: "end";
        readonly duration: number;
        readonly error: GundamError | undefined;
      };
  /**
   * A hand-over is done; or it failed with this `error`, and the connection of now goes on. `url`: of the new
   * connection, without secrets; "" where it was not known yet.
   */
  handover: { readonly url: string; readonly error: GundamError | undefined };
  /** A retry is planned, `delay` ms from now, after which `retriesLeft` are left. */
  retry: { readonly delay: number; readonly retriesLeft: number };
  /** `send` may go on after it returned false. */
  drain: undefined;
  /** A message will not be sent, or was on its way when its connection was lost. */
  drop: Drop;
  /**
   * The peer has sent a ping with this data, and was answered. Told only with `wsOpts.silencePings: false`; never in
   * browsers.
   */
  ping: Uint8Array;
  /** The peer has sent a pong with this data. Told only with `wsOpts.silencePings: false`; never in browsers. */
  pong: Uint8Array;
  /** The client's phase changed: `from` one `to` the other. */
  change: { readonly from: LifecyclePhase; readonly to: LifecyclePhase };
};

/** The name of an event. */
export type EventType = keyof ClientEvents;
/** What `on` takes for an event of this name. What it returns is of no consequence. */
export type EventHandler<Type extends EventType, Received = Message> = (
  event: ClientEvents<Received>[Type],
) => void;

// biome-ignore lint/suspicious/noExplicitAny: the registry holds handlers of every event; `on` has the exact type.
export type AnyHandler = ((event: any) => void) & { once?: AnyHandler };

export class Events {
  readonly #runtime: { report(error: unknown): void };
  // Only clients that are listened to pay for a registry.
  #emitter: Emitter<Record<string, unknown>> | undefined;
  #messageHandlers: readonly AnyHandler[] = [];
  /** What was emitted while held. */
  #held: (readonly [type: EventType, event: unknown])[] | undefined;

  /** `runtime` is told of what handlers throw. */
  constructor(runtime: { report(error: unknown): void }) {
    this.#runtime = runtime;
  }

  on(type: EventType, handler: AnyHandler): void {
    if (type === "message") {
      this.#messageHandlers = [...this.#messageHandlers, handler];
    } else {
      // mitt's types promise NodeNext a namespace where its module is the function itself.
      this.#emitter ??= (mitt as unknown as typeof mitt.default)();
      this.#emitter.on(type, handler);
    }
  }

  once(type: EventType, handler: AnyHandler): void {
    const once: AnyHandler = (event) => {
      this.off(type, once);
      handler(event);
    };
    once.once = handler;
    this.on(type, once);
  }

  off(type: EventType, handler: AnyHandler): void {
    const isOther = (other: AnyHandler) => other !== handler && other.once !== handler;
    if (type === "message") this.#messageHandlers = this.#messageHandlers.filter(isOther);
    else this.#emitter?.all.set(type, this.#handlersOf(type).filter(isOther));
  }

  has(type: Exclude<EventType, "message">): boolean {
    // Asked for each message that is sent.
    return !!this.#emitter?.all.get(type)?.length;
  }

  /** The hot path of messages. */
  emit<Type extends EventType>(type: Type, event: ClientEvents<unknown>[Type]): void {
    if (this.#held !== undefined) this.#held.push([type, event]);
    else this.#tell(type, event);
  }

  /** Keeps what is emitted back until `resume`. */
  hold(): void {
    this.#held ??= [];
  }

  resume(): void {
    // What handlers cause meanwhile takes its place at the end.
    for (const [type, event] of this.#held ?? []) this.#tell(type, event);
    this.#held = undefined;
  }

  #tell(type: EventType, event: unknown): void {
    const handlers = type === "message" ? this.#messageHandlers : this.#handlersOf(type);
    for (const handler of handlers) {
      try {
        const result = handler(event) as unknown;
        if (result !== undefined) this.#follow(result);
      } catch (error) {
        this.#runtime.report(error);
      }
    }
  }

  // Apart, for a closure makes its function allocate whenever it is called.
  #follow(result: unknown): void {
    void chain(result, nothing, (error) => this.#runtime.report(error));
  }

  /** A copy: handlers may come and go while it is read. */
  #handlersOf(type: EventType): readonly AnyHandler[] {
    return (this.#emitter?.all.get(type) as AnyHandler[] | undefined)?.slice() ?? [];
  }
}
