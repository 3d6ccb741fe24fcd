// The events: mitt's registry, and an emission that no handler can break. Messages have a slot of their own, because
// they are the hot path: an array that is replaced, never changed, so that a loop over it needs no copy.

import mittDefault, { type Emitter } from "mitt";
import type { LifecyclePhase } from "./client.ts";
import type { GundamError, Phase } from "./errors.ts";
import type { HeadersLike } from "./structural.ts";
import type { Message, OutgoingMessage } from "./transport.ts";

// mitt's types promise NodeNext a namespace where its module is the function itself.
const mitt = mittDefault as unknown as typeof mittDefault.default;

/** How an open connection ended. */
export interface Close {
  readonly code: number;
  readonly reason: string;
  /** The peer's Close frame was received. */
  readonly wasClean: boolean;
  /** Why, when it was not by a Close frame. */
  readonly cause: GundamError | undefined;
}

/** A message whose delivery cannot be counted on: it never left, or it was handed over and nobody knows. */
export interface Drop {
  /** As the codec encoded it. */
  readonly message: OutgoingMessage;
  readonly cause: GundamError;
  readonly outcome: "unsent" | "unknown";
}

export type ClientEvents<Received = Message> = {
  /** An opening handshake succeeded. `headers`: the response's, empty in browsers. */
  connect: { readonly headers: HeadersLike; readonly protocol: string; readonly extensions: string };
  message: Received;
  /** An open connection was lost, or replaced by `reconnect()` (then without `close`). */
  disconnect: { readonly close: Close | undefined; readonly willRetry: boolean };
  error: GundamError;
  /** The life is over. */
  close: { readonly code: number; readonly reason: string; readonly error: GundamError | undefined };
  /** An attempt begins; `attempt` is 1 for the first since the budget was last full. */
  attempt: { readonly attempt: number; readonly retriesLeft: number };
  /** A phase of connecting starts or ends; `duration` in ms. */
  phase:
    | { readonly phase: Phase; readonly type: "start" }
    | {
        readonly phase: Phase;
        readonly type: "end";
        readonly duration: number;
        readonly error: GundamError | undefined;
      };
  /** A retry is planned, `delay` ms from now. */
  retry: { readonly delay: number; readonly retriesLeft: number };
  /** `send` may go on after it returned false. */
  drain: undefined;
  /** A message will not be sent, or was on its way when its connection was lost. */
  drop: Drop;
  ping: Uint8Array;
  pong: Uint8Array;
  /** The client's phase changed. */
  change: { readonly from: LifecyclePhase; readonly to: LifecyclePhase };
};

export type EventType = keyof ClientEvents;
/** What `emit` emits: all but messages. */
type EmittedType = Exclude<EventType, "message">;
export type EventHandler<Type extends EventType, Received = Message> = (
  event: ClientEvents<Received>[Type],
) => void;

// biome-ignore lint/suspicious/noExplicitAny: the registry holds handlers of every event; `on` has the exact type.
export type AnyHandler = ((event: any) => void) & { once?: AnyHandler };

export class Events {
  readonly #report: (error: unknown) => void;
  // Only clients that are listened to pay for a registry.
  #emitter: Emitter<Record<string, unknown>> | undefined;
  #messageHandlers: readonly AnyHandler[] = [];
  /** What was emitted while held. */
  #held: (() => void)[] | undefined;

  readonly #observe: ((type: EmittedType, event: unknown) => void) | undefined;

  /** `observe` sees every event but messages, as it happens. */
  constructor(report: (error: unknown) => void, observe?: (type: EmittedType, event: unknown) => void) {
    this.#report = report;
    this.#observe = observe;
  }

  on(type: EventType, handler: AnyHandler): void {
    if (type === "message") {
      this.#messageHandlers = [...this.#messageHandlers, handler];
    } else {
      this.#emitter ??= mitt();
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
    if (type === "message") {
      this.#messageHandlers = this.#messageHandlers.filter(isOther);
      return;
    }
    for (const found of this.#handlersOf(type)) {
      if (!isOther(found)) this.#emitter!.off(type, found);
    }
  }

  has(type: EventType): boolean {
    if (type === "message") return this.#messageHandlers.length > 0;
    // Asked for each message that is sent.
    return this.#emitter !== undefined && (this.#emitter.all.get(type)?.length ?? 0) > 0;
  }

  emit<Type extends EmittedType>(type: Type, event: ClientEvents[Type]): void {
    this.#observe?.(type, event);
    if (this.#held !== undefined) this.#held.push(() => this.#tell(type, event));
    else this.#tell(type, event);
  }

  #tell<Type extends EmittedType>(type: Type, event: ClientEvents[Type]): void {
    for (const handler of this.#handlersOf(type)) this.#call(handler, event);
  }

  /** Keeps what is emitted back until `resume`. */
  hold(): void {
    this.#held ??= [];
  }

  resume(): void {
    // What handlers cause meanwhile takes its place at the end.
    for (const emit of this.#held ?? []) emit();
    this.#held = undefined;
  }

  /** The hot path of `emit`. */
  emitMessage(message: unknown): void {
    if (this.#held !== undefined) this.#held.push(() => this.#tellMessage(message));
    else this.#tellMessage(message);
  }

  #tellMessage(message: unknown): void {
    const handlers = this.#messageHandlers;
    for (let i = 0; i < handlers.length; i++) this.#call(handlers[i]!, message);
  }

  /** A copy: handlers may come and go while it is read. */
  #handlersOf(type: EventType): AnyHandler[] {
    return [...((this.#emitter?.all.get(type) as AnyHandler[] | undefined) ?? [])];
  }

  #call<E>(handler: (event: E) => void, event: E): void {
    try {
      handler(event);
    } catch (error) {
      this.#report(error);
    }
  }
}
