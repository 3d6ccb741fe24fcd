// The driver: carries the lifecycle table into the world. It keeps the mailbox (events that effects raise wait their
// turn), the one timer, the link to the connection of now, and calls user code, always by an effect. It decides nothing:
// what happens when is in lifecycle.ts, whether and when a retry comes in retry.ts.

import { Calls, type CallsListener } from "./calls.ts";
import { chain, type Deferred, deferred, nothing, unheard } from "./chain.ts";
import type { Codec } from "./codec.ts";
import {
  CallbackError,
  type Failure,
  type GundamError,
  messageOf,
  NotOpenError,
  type Phase,
} from "./errors.ts";
import {
  type AnyHandler,
  type ClientEvents,
  type Close,
  type Drop,
  Events,
  type EventType,
  type LifecyclePhase,
} from "./events.ts";
import type { Ask, Asker } from "./keepalive.ts";
import { LONGEST_WAIT, type Setback } from "./life.ts";
import {
  type Effects,
  type Env,
  type Event,
  initialState,
  type State as Lifecycle,
  transition,
} from "./lifecycle.ts";
import { Link, type LinkDriver } from "./link.ts";
import { type MessageFacts, type Observed, type ObservedType, observers } from "./observers.ts";
import { check, positiveDuration } from "./option-checks.ts";
import { Outbox, type OutboxListener, type SendOptions } from "./outbox.ts";
import type { Platform } from "./platform.ts";
import { askProviders } from "./providers.ts";
import type { Receipt } from "./receipt.ts";
import { decide } from "./retry.ts";
import type { CancelTimer } from "./runtime.ts";
import { sizeOf, toMessage } from "./sendable.ts";
import { Settings } from "./settings.ts";
import type { AbortControllerLike, AbortSignalLike, PlatformAbortSignal } from "./structural.ts";
import type { Connection, Dial, DialRequest, Handshake, Message, OutgoingMessage } from "./transport.ts";

/** A connection, and what is on its way over it. */
export interface Way {
  readonly link: Link | undefined;
  readonly outbox: Outbox;
}

/** What the driver asks of the connections beside that of now, and of those that have given way. */
export interface OtherConnections {
  /** The connection whose `onConnect` is pending. */
  readonly greeting: Way | undefined;
  /** The same while it takes what is sent. */
  readonly ahead: Way | undefined;
  /** What waits for the pace to leave over it. */
  readonly queue: { readonly messages: number; readonly bytes: number };
  /** When one of them wants to be asked; monotonic ms. */
  readonly deadline: number;
  expire(now: number): void;
  readonly leaving: Iterable<{
    /** What was sent over it is not yet known to have come as far. */
    isBusy(isAckWanted: boolean): boolean;
    follow(receipts: readonly Receipt[]): void;
  }>;
}

/**
 * A client behind its face: the mailbox, the one timer, the link to the connection of now. What functions over a client
 * know it by is its state; users hold the `Client`.
 *
 * @example
 * const driver = driverOf(client);
 * console.log(driver.state.name, driver.settings.options.retry);
 */
export class Driver implements Effects, CallsListener, LinkDriver, OutboxListener, Asker {
  /** Who listens to the client. */
  readonly events: Events;
  /** The options and the state as they are now, after what callbacks returned. */
  readonly settings: Settings;
  /** What waits to be sent, and what is on its way. */
  readonly outbox: Outbox = new Outbox(this);
  /** What the client runs on. */
  readonly platform: Platform;
  readonly #client: object;
  readonly #calls: Calls;
  /** Whoever reads no more until it has caught up, besides callbacks: it holds back the next connection, too. */
  holders: Set<object> | undefined;

  // The lifecycle.
  /** The state of the lifecycle, one of its table's. */
  state: Lifecycle = initialState;
  readonly #mailbox: Event[] = [];
  #isRunning = false;
  /** The connection of now, from dialling to loss; another one after each reconnect. */
  link: Link | undefined;
  /** The table's function; a hand-over and the simulation have their own. */
  transition: typeof transition;
  /** The connections beside it, of whoever hands over. */
  declare others: OtherConnections | undefined;
  /** Tells a hand-over what its successor is to do; made by whoever hands over. */
  declare toHeir: (of: never, does: never, fact: never) => void;
  #cancelTimer: CancelTimer | undefined;
  #timerAt = Infinity;
  /** The deadline that the timer fired for last: it is now, whatever the clock says. */
  #firedAt = -Infinity;
  /** Aborts when the answers of an attempt's functions are no longer wanted; undefined when none is asked. */
  asking: AbortControllerLike | undefined;

  // What was told, for those who ask later.
  #phase: { readonly phase: Phase; readonly since: number } | undefined;
  /** How the last open connection ended. */
  lastClose: Close | undefined;
  /** What failed last. */
  lastError: GundamError | undefined;
  #lastFailure: Failure | undefined;
  /** Why the last life ended; undefined when we closed it. */
  endedBy: GundamError | undefined;
  #hasWarned = false;
  /** What the life's connections before the one of now have brought and taken. */
  connections = 0;
  /** What an opt-in has written down of the attempts. */
  declare history: readonly object[] | undefined;
  /** Messages that came over the life's connections before the one of now. */
  receivedBefore = 0;
  /** Messages that were handed to the life's connections before the one of now. */
  sentBefore = 0;

  // Who waits: for the life of now, and for the one that is to follow it.
  #closing: Deferred | undefined;
  #ready: Deferred | undefined;
  #readyAgain: Deferred | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(platform: Platform, given: unknown, client: object) {
    this.platform = platform;
    this.transition = platform.transition ?? transition;
    this.settings = new Settings(platform, given);
    this.#client = client;
    this.events = new Events(platform.runtime);
    this.#calls = new Calls(this.settings, client, this);
  }

  /** With a tag of its own it is no plain object to Vue, which would wrap it in a Proxy on the way from a wrapped client. */
  get [Symbol.toStringTag](): string {
    return "Driver";
  }

  // — what the face asks ———————————————————————————————————————————————————————————————————————————————————————————

  /** The stable name of the state: what a client shows as its `phase`. */
  get phase(): LifecyclePhase {
    const { name } = this.state;
    if (name === "settling") return "preparing";
    if (name === "ending") return "deciding";
    return name === "greeting" ? "open" : name;
  }

  /** Bytes that wait, in the queue and in the platform's buffer. */
  get bufferedAmount(): number {
    const ofOthers = this.others?.queue.bytes ?? 0;
    return this.outbox.bytes + ofOthers + (this.link?.transport?.bufferedAmount ?? 0);
  }

  /** Aborts when the connection of now drops; aborted already while there is none. */
  get connectionSignal(): PlatformAbortSignal {
    const { link } = (this.phase === "open" && (this.others?.greeting ?? this)) || {};
    const dropping = link?.dropping ?? this.platform.runtime.abortController();
    if (link === undefined) dropping.abort();
    else link.dropping = dropping;
    return dropping.signal as PlatformAbortSignal;
  }

  /** What `Client.reconnect` asks, its arguments checked. */
  reconnect(code: number, reason: string): void {
    if (this.#isAborted() && this.state.name !== "idle") {
      throw new NotOpenError("the client's signal is aborted: it stays closed; make a new client");
    }
    // Nothing is told before the caller has its client in hand and had a chance to listen.
    this.#calls.hold();
    this.events.hold();
    this.platform.runtime.microtask(() => {
      this.events.resume();
      this.#calls.resume();
    });
    this.post({ type: "reconnect", code, reason });
  }

  /**
   * What `Client.close` asks, its arguments checked. `within`: how long the closing handshake may take at most, in ms.
   */
  close(code: number, reason: string, within: number = Infinity): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    this.#closing ??= deferred();
    const { promise } = this.#closing;
    this.post({ type: "close", code, reason, within });
    return promise;
  }

  /** The life has ended, and no other is asked for. */
  get #isOver(): boolean {
    return this.state.name === "closed" && !this.#isReopening;
  }

  /** A `reconnect()` waits in the mailbox. */
  get #isReopening(): boolean {
    return this.#mailbox.some(({ type }) => type === "reconnect");
  }

  /** What `Client.terminate` asks. */
  terminate(): void {
    this.post({ type: "terminate" });
  }

  /** What `Client.send` asks; `receipts` hear what becomes of the message. */
  send(given: unknown, options?: SendOptions, receipts?: readonly Receipt[]): boolean {
    const message = this.#encode(given);
    if (options?.ttl !== undefined) check("ttl", options.ttl, positiveDuration);
    const { name } = this.state;
    // What `onConnect` sends while it runs leaves at once.
    const isAhead = options?.ahead || this.#calls.running === "onConnect";
    const greeting = isAhead ? (name === "greeting" ? this : this.others?.ahead) : undefined;
    const way: Way | undefined = greeting ?? (name === "open" ? this : undefined);
    // That it takes nothing more is known only when it is asked; then the message is the next one's.
    if (way?.link?.transport?.takes()) return way.outbox.send(message, true, options, receipts);
    // Whoever was told just now that the connection is ending may have ended the client.
    const { name: then } = this.state;
    if (then === "closing" || then === "closed") {
      throw new NotOpenError(`the message was not sent: the client is ${then}`);
    }
    return this.outbox.send(message, false, options, receipts);
  }

  /** The connection that messages can have been sent on. */
  get openConnection(): Connection | undefined {
    return this.link?.handshake && this.link.transport;
  }

  /** Has a handler hear an event, once or each time. */
  on(type: EventType, handler: AnyHandler, isOnce: boolean = false): void {
    if (isOnce) this.events.once(type, handler);
    else this.events.on(type, handler);
    // A browser's buffer is watched only while somebody waits for it.
    if (type === "drain") this.outbox.watch();
  }

  /** Settles when the connection is ready, or will never be: in this life, or in the next where that is wanted. */
  ready(signal: AbortSignalLike | undefined): Promise<void> {
    const { state } = this;
    if (signal?.aborted) return unheard(Promise.reject(signal.reason));
    if (state.name === "open") return Promise.resolve();
    if (this.#isOver) return unheard(Promise.reject(this.#neverReady()));
    const isAgain =
      this.#readyAgain !== undefined ||
      state.name === "closed" ||
      (state.name === "closing" && (state.again || this.#isReopening));
    if (isAgain) this.#readyAgain ??= deferred();
    else this.#ready ??= deferred();
    const { promise } = (isAgain ? this.#readyAgain : this.#ready)!;
    if (signal === undefined) return promise;
    const wait = new Promise<void>((resolve, reject) => {
      const abort = () => reject(signal.reason);
      const heed = this.platform.runtime.onAbort(signal, abort);
      promise.then(resolve, reject).then(heed);
    });
    return unheard(wait);
  }

  #neverReady(): GundamError {
    return this.lastError ?? new NotOpenError("the client is closed");
  }

  // — the mailbox and the timer ————————————————————————————————————————————————————————————————————————————————————

  /** Takes an event; what is raised while its effects run waits its turn. */
  post(event: Event): void {
    this.#mailbox.push(event);
    this.#run();
  }

  #run(first?: () => void): void {
    if (this.#isRunning) return first?.();
    this.#isRunning = true;
    try {
      first?.();
      for (;;) {
        // A deadline that has passed needs no timer; but an open connection is judged by what was read before its fires.
        const now = this.state.name === "open" ? this.#firedAt : this.now();
        const next: Event | undefined =
          this.#mailbox.shift() ?? (this.state.until <= now ? { type: "timeout" } : undefined);
        if (next === undefined) break;
        this.#apply(next);
      }
    } finally {
      this.#isRunning = false;
    }
    // Emptied by `shift` alone it would keep its memory.
    this.#mailbox.length = 0;
    this.schedule();
  }

  #apply(event: Event): void {
    const from = this.phase;
    const transit = this.transition(this.state, event, this.#env());
    const next = transit[0];
    // While the end is told, who asks for a connection asks for that of the life that follows.
    if (this.state.name === "closing" && next.name === "settling") this.#readyAgain ??= deferred();
    this.state = next;
    const to = this.phase;
    if (from !== to) this.tell("change", { from, to });
    // Taken apart by hand: an opening has many, and a pattern makes an array and an iterator of each.
    for (let i = 1; i < transit.length; i++) {
      const effect = transit[i] as readonly [name: keyof Effects, ...facts: readonly unknown[]];
      (this[effect[0]] as (...facts: readonly unknown[]) => void)(effect[1], effect[2], effect[3]);
    }
  }

  #env(): Env {
    const { runtime, isHidden, ping } = this.platform;
    const { options, vigilance, router } = this.settings;
    const { link } = this;
    return {
      now: this.now(),
      random: runtime.random(),
      link,
      isHidden: isHidden?.() === true && options.pageSignals !== false,
      ping,
      vigilance,
      router,
      options,
    };
  }

  /** Keeps the timer at the earliest deadline of the state, the connection and what waits. */
  schedule(): void {
    if (this.#isRunning) return;
    // After the end nothing of ours is left.
    const ofCalls = this.state.name === "closed" ? Infinity : this.#calls.deadline;
    const ofTransport = this.link?.transport?.deadline ?? Infinity;
    const ofOthers = this.others?.deadline ?? Infinity;
    const deadline = Math.min(this.state.until, ofTransport, this.outbox.deadline, ofCalls, ofOthers);
    if (deadline === this.#timerAt) return;
    this.#cancelTimer?.();
    this.#timerAt = deadline;
    const now = this.now();
    // A deadline that is further away is reached in steps.
    const delay = Math.min(Math.max(0, Math.ceil(deadline - now)), LONGEST_WAIT);
    this.#cancelTimer =
      deadline < Infinity ? this.platform.runtime.setTimer(delay, () => this.#fire(now + delay)) : undefined;
  }

  #fire(due: number): void {
    this.#timerAt = Infinity;
    // Timers come early by less than a ms, and the timers of a test at once.
    this.#firedAt = due;
    const now = this.now();
    // We are told of a sleep as all clients are: the peer is not to blame.
    const hasSlept = this.platform.look?.(due);
    this.#run(() => {
      const transport = this.link?.transport;
      // After a sleep what the peer has done meanwhile is read first.
      if (!hasSlept && transport && transport.deadline <= now) transport.expire(now);
      this.others?.expire(now);
    });
    // Whoever is told of these finds a connection that is lost no more.
    this.outbox.taken();
    // After the end nothing more is told.
    if (this.state.name !== "closed") this.#calls.expire(now);
    this.schedule();
  }

  /** Monotonic ms, and never before what the timer has fired for. */
  now(): number {
    return Math.max(this.platform.runtime.now(), this.#firedAt);
  }

  // — effects ——————————————————————————————————————————————————————————————————————————————————————————————————————

  begin(): void {
    const { supervisor, supervised, goingAway, watch, runtime } = this.platform;
    const { supervise = supervised, signal, pageSignals } = this.settings.options;
    const chosen = supervise === true ? supervisor : supervise || undefined;
    const calls = this.#calls;
    const shutdown = (within: number) => this.close(goingAway, "going away", within);
    calls.guard("supervise.adopt", () => chosen?.adopt(this.#client, { shutdown }));
    const abort = () => void this.close(1000, "aborted");
    const leaveSignal = calls.guard("signal", () => signal && runtime.onAbort(signal, abort))?.value;
    const stopWatching = calls.guard("pageSignals", () => watch?.(this, pageSignals))?.value;
    this.#unsubscribe = () => {
      calls.guard("supervise.release", () => chosen?.release(this.#client));
      stopWatching?.();
      calls.guard("signal", () => leaveSignal?.());
    };
    this.#hasWarned = false;
    this.connections = this.receivedBefore = this.sentBefore = 0;
    this.#ready ??= this.#readyAgain;
    this.#readyAgain = undefined;
    const options = this.settings.ignoredOptions;
    if (options.length > 0) this.#observe("ignored", { options });
    if (this.#isAborted()) abort();
  }

  #isAborted(): boolean {
    return this.#calls.guard("signal", () => this.settings.options.signal?.aborted)?.value === true;
  }

  end(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.outbox.end(this.lastError);
    this.#ready?.reject(this.#neverReady());
    this.#ready = undefined;
    if (this.#isOver) {
      this.#readyAgain?.reject(this.#neverReady());
      this.#readyAgain = undefined;
    }
    this.#closing?.resolve();
    this.#closing = undefined;
  }

  settle(generation: number): void {
    this.#calls.whenSettled(() => this.post({ type: "settled", generation }));
  }

  release(): void {
    this.#calls.release();
  }

  prepare(): void {
    const { generation, life } = this.state;
    const attempt = life.failures + 1;
    this.tell("attempt", { attempt, retriesLeft: life.retriesLeft });
    const asked = { attempt, lastFailure: this.#lastFailure, route: life.route, generation };
    this.asking = askProviders(this.platform, this.settings, asked, this);
  }

  /** Dials, and is linked to what comes of it. */
  dial(request: DialRequest): void {
    this.asking = undefined;
    this.settings.use(request.url, request.headers);
    this.#observe("dial", request);
    const link = new Link(this, this.state.generation);
    this.link = link;
    link.transport = (this.platform.dial as Dial<unknown, Connection>)(request, link);
    // The readers of the last one may still have enough to read.
    for (const _ of this.holders ?? []) link.transport.hold?.();
  }

  /** `to`: who is to hear of it. */
  greet(handshake: Handshake, to: LinkDriver = this, { generation }: Lifecycle = this.state): void {
    this.connections++;
    this.tell("connect", handshake);
    this.#calls.call(
      "onConnect",
      // On Node they are made when they are asked for.
      [this.#calls.has("onConnect") && handshake.headers],
      () => to.post({ type: "greeted", generation }),
      (error) => to.post({ type: "failed", generation, failure: { kind: "callback", error, byUs: true } }),
    );
  }

  becomeReady(): void {
    this.outbox.taken();
    this.#ready?.resolve();
    this.#ready = undefined;
  }

  startClosing(wasReady: boolean): void {
    const { code, reason } = this.state as Lifecycle & { name: "closing" };
    if (wasReady) this.outbox.taken(true);
    this.link!.transport!.close(code, reason);
  }

  letGo(code?: number, reason?: string): void {
    this.asking?.abort();
    this.asking = undefined;
    this.#unlink(() => this.link!.transport?.abandon(code, reason));
  }

  forget(failure?: Failure): void {
    if (failure !== undefined) this.#recordClose(failure);
    this.#unlink();
  }

  /** What the transport had taken is known until it is let go; it is told when it is gone. */
  #unlink(letGo?: () => void): void {
    const { link, openConnection } = this;
    if (link === undefined) return;
    const lost = this.outbox.lose(openConnection);
    letGo?.();
    this.link = undefined;
    this.receivedBefore += link.received;
    this.sentBefore += link.sent;
    link.dropping?.abort();
    for (const drop of lost) this.tell("drop", drop);
  }

  decide(byDefault: boolean = false): void {
    const state = this.state as Lifecycle & { name: "deciding" };
    const { generation, life, setback } = state;
    const { runtime, verdictOf } = this.platform;
    const { settings } = this;
    const { options } = settings;
    const { shouldRetry, retryFun }: Partial<typeof options> = byDefault ? {} : options;
    this.#lastFailure = setback.failure;
    if (!byDefault) this.#observe("setback", setback);
    const problems: GundamError[] = [];
    const decided = (settings.router ?? { decide }).decide(life, setback, {
      now: this.now(),
      random: () => runtime.random(),
      options,
      verdict: verdictOf(setback.failure),
      shouldRetry,
      retryFun,
      mayDiffer: (verdict) => settings.mayDiffer(verdict, !byDefault),
      problems,
      isAwaited: () => this.state === state,
    });
    chain(decided, (decision) => this.post({ type: "decided", generation, decision, problems }));
  }

  probe(ask: Ask): void {
    ask(this);
  }

  // — telling ——————————————————————————————————————————————————————————————————————————————————————————————————————

  /** Tells of an event: observers, then the client's own listeners. */
  tell<Type extends Exclude<EventType, "message">>(type: Type, detail: ClientEvents[Type]): void {
    const isDrop = type === "drop";
    this.#observe(
      type,
      (isDrop ? { ...detail, message: factsOf((detail as Drop).message) } : detail) as never,
    );
    this.events.emit(type, detail);
  }

  /** Told to whoever sees all clients, and to this one's trace. */
  #observe<Type extends ObservedType>(type: Type, detail: Observed[Type]): void {
    const { trace } = this.settings.options;
    for (const observe of trace ? [...observers, this.platform.tracer(trace)] : observers) {
      try {
        observe(this.#client, type, detail);
      } catch (error) {
        this.platform.runtime.report(error);
      }
    }
  }

  tellPhase(next?: Phase, failure?: Failure): void {
    const now = this.now();
    const ended = this.#phase;
    this.#phase = next && { phase: next, since: now };
    if (ended) {
      const { phase, since } = ended;
      this.tell("phase", { phase, type: "end", duration: now - since, error: failure?.error });
    }
    if (next) this.tell("phase", { phase: next, type: "start" });
  }

  /** What a listener asks for must not overtake the callback. */
  tellError(error: GundamError): void {
    this.#run(() => {
      this.lastError = error;
      this.tell("error", error);
      this.#calls.call("onError", [error]);
    });
  }

  callbackFailed(error: CallbackError, isUntellable: boolean): void {
    if (isUntellable || this.state.name === "closed") this.platform.runtime.report(error);
    else this.tellError(error);
  }

  tellDisconnect(willRetry: boolean, failure?: Failure): void {
    if (failure !== undefined) this.#recordClose(failure);
    this.tell("disconnect", { close: failure && this.lastClose, willRetry });
    if (willRetry) this.#calls.call("onDisconnect", []);
  }

  tellRetry(delay: number, { failure, wasOpen }: Setback): void {
    if (!wasOpen) this.#warnUnheard(failure.error, `tries again in ${Math.round(delay)} ms`);
    this.tell("retry", { delay, retriesLeft: this.state.life.retriesLeft });
  }

  tellClose(code: number, reason: string, failure?: Failure): void {
    const error = failure?.error;
    this.endedBy = error;
    if (error !== undefined) this.#warnUnheard(error, "has given up");
    this.tell("close", { code, reason, error });
    this.#calls.call("onClose", [code, reason]);
  }

  /** Nobody would ever know: said once a life, and not before the caller has had a chance to listen. */
  #warnUnheard({ message }: GundamError, whatNow: string): void {
    if (this.#hasWarned || this.#isHeard) return;
    this.#hasWarned = true;
    const { runtime } = this.platform;
    runtime.microtask(() => {
      if (this.#isHeard) return;
      runtime.warn(
        `gundam: ${message}; the client ${whatNow}, and nobody listens: give it onError or onClose`,
      );
    });
  }

  get #isHeard(): boolean {
    const { events } = this;
    return (
      this.#calls.has("onError") || this.#calls.has("onClose") || events.has("error") || events.has("close")
    );
  }

  #recordClose({ kind, code = 1006, reason = "", wasClean = false, error }: Failure): void {
    this.lastError = error;
    this.lastClose = { code, reason, wasClean, cause: kind === "close" ? undefined : error };
  }

  // — messages —————————————————————————————————————————————————————————————————————————————————————————————————————

  /** The hot path. */
  receive(received: Message, link: Link): void {
    const { trace, wsOpts } = this.settings.options;
    const { codec, heartbeat } = wsOpts;
    if (trace) this.#observe("received", factsOf(received));
    if (heartbeat?.isReply?.(received, this)) return;
    let message: unknown = received;
    if (codec !== undefined) {
      const decoded = this.#decode(codec, received);
      if (decoded === undefined) return;
      message = decoded.value;
    }
    this.events.emit("message", message);
    // A listener may have ended the connection.
    if (link.isCurrent) this.#calls.callWithMessage(message, link.transport!);
  }

  /**
   * Runs a function of the user's, and gives the `value` that it returned. What it throws is told as a `CallbackError`
   * of that name, and gives undefined.
   */
  guard<T>(name: string, run: () => T): { readonly value: T } | undefined {
    return this.#calls.guard(name, run);
  }

  #decode(codec: Codec, message: Message): { readonly value: unknown } | undefined {
    const { userOpts } = this.settings.options.wsOpts;
    const decode = () => codec.decode(message, userOpts);
    return this.#calls.guard("wsOpts.codec.decode", decode, "failed, and the message is not delivered");
  }

  #encode(value: unknown): OutgoingMessage {
    const { codec, userOpts } = this.settings.options.wsOpts;
    const { isBlob } = this.platform;
    if (codec === undefined) return toMessage(value, isBlob);
    try {
      const encoded: unknown = codec.encode(value, userOpts);
      // That a promise is no message is thrown.
      void chain(encoded, nothing, nothing);
      return toMessage(encoded, isBlob);
    } catch (cause) {
      throw new CallbackError("wsOpts.codec.encode", `failed: ${messageOf(cause)}`, { cause });
    }
  }

  sent(message: OutgoingMessage, link: Link = this.link!): void {
    link.sent++;
    this.outbox.count();
    if (this.settings.options.trace) this.#observe("sent", factsOf(message));
  }
}

/** Of messages observers are told the size alone. */
function factsOf(message: OutgoingMessage): MessageFacts {
  return { kind: typeof message === "string" ? "text" : "binary", bytes: sizeOf(message) };
}
