// The driver: carries the lifecycle table into the world. It keeps the mailbox (events that effects raise wait their
// turn), the one timer, the link to the transport, and calls user code, always by an effect. It decides nothing: what
// happens when is in lifecycle.ts, whether and when a retry comes in retry.ts.

import { CallbackQueue, type Order } from "./callbacks.ts";
import { chain, isThenable } from "./chain.ts";
import type { ClientCallbacks, LifecyclePhase } from "./client.ts";
import { checkClose } from "./close-codes.ts";
import type { Codec } from "./codec.ts";
import {
  CallbackError,
  type Failure,
  type GundamError,
  isGundamError,
  NotOpenError,
  OptionError,
  type Phase,
  ProviderError,
  UnsentError,
} from "./errors.ts";
import { type Close, Events } from "./events.ts";
import { History } from "./history.ts";
import {
  deadlineOf,
  type Effect,
  type Env,
  type Event,
  initialState,
  type State as Lifecycle,
  type LifecycleOptions,
  transition,
} from "./lifecycle.ts";
import { Link } from "./link.ts";
import { positiveCount } from "./option-checks.ts";
import type { AttemptContext, CallbackName, HeaderFields } from "./options.ts";
import { Pings } from "./pings.ts";
import type { Platform } from "./platform.ts";
import { redactUrl } from "./redact.ts";
import { decide } from "./retry.ts";
import type { CancelTimer } from "./runtime.ts";
import { queueFull, SendQueue, sizeOf, toMessage } from "./send-queue.ts";
import { headerFields, Settings } from "./settings.ts";
import { isState, type State } from "./state.ts";
import type { AbortControllerLike, AbortSignalLike, Awaitable } from "./structural.ts";
import type { Supervisor } from "./supervisor.ts";
import { logTrace, type TraceEvent } from "./trace.ts";
import type { Dial, DialRequest, Message } from "./transport.ts";

/** The longest delay that a platform's timer keeps; a later deadline is reached in steps. */
const LONGEST_TIMER = 2 ** 31 - 1;

export class Driver {
  readonly events: Events;
  readonly #platform: Platform;
  readonly #settings: Settings;
  readonly #client: object;
  /** The callbacks as they were when the client was first used: a subclass's fields are not there before. */
  readonly #findCallbacks: () => ClientCallbacks;
  #foundCallbacks: ClientCallbacks | undefined;
  readonly #queue: CallbackQueue = new CallbackQueue();
  readonly #sendQueue: SendQueue;
  readonly #pings: Pings = new Pings();
  readonly history: History = new History();

  // The lifecycle.
  #state: Lifecycle = initialState;
  readonly #mailbox: Event[] = [];
  #isRunning = false;
  #link: Link | undefined;
  #cancelTimer: CancelTimer | undefined;
  #timerAt = Infinity;
  #asking: AbortControllerLike | undefined;

  readonly #trace: ((type: TraceEvent["type"], detail: unknown) => void) | undefined;

  // What was told, for those who ask later.
  #phase: { readonly phase: Phase; readonly since: number } | undefined;
  lastClose: Close | undefined;
  lastError: GundamError | undefined;
  #lastFailure: Failure | undefined;

  // Who waits.
  #closing: Deferred<void> | undefined;
  #ready: Deferred<void> | undefined;
  #connection: AbortControllerLike | undefined;
  /** `onConnect` is running: what it sends leaves at once. */
  #isGreeting = false;
  #unsubscribe: (() => void) | undefined;

  constructor(platform: Platform, given: unknown, client: object, findCallbacks: () => ClientCallbacks) {
    this.#platform = platform;
    this.#settings = new Settings(platform, given);
    this.#client = client;
    this.#findCallbacks = findCallbacks;
    this.#trace = this.#tracer();
    this.events = new Events((error) => platform.runtime.report(error), this.#trace);
    this.#sendQueue = new SendQueue((message, cause) => this.events.emit("drop", { message, cause }));
  }

  get #callbacks(): ClientCallbacks {
    this.#foundCallbacks ??= this.#findCallbacks();
    return this.#foundCallbacks;
  }

  // — what the face asks ———————————————————————————————————————————————————————————————————————————————————————————

  get phase(): LifecyclePhase {
    return phaseOf(this.#state);
  }

  get userState(): State {
    return this.#settings.state;
  }

  get bufferedAmount(): number {
    return this.#sendQueue.bytes + (this.#link?.transport?.bufferedAmount ?? 0);
  }

  /** Aborts when the connection of now drops; aborted already while there is none. */
  get connectionSignal(): AbortSignalLike {
    if (this.#connection === undefined) {
      this.#connection = this.#platform.runtime.abortController();
      if (this.#state.name !== "open" && this.#state.name !== "greeting") this.#connection.abort();
    }
    return this.#connection.signal;
  }

  reconnect(): void {
    if (
      this.#settings.options.signal?.aborted &&
      (this.#state.name === "closed" || this.#state.name === "closing")
    ) {
      throw new NotOpenError("the client's signal is aborted: it stays closed; make a new client");
    }
    this.#hush();
    this.post({ type: "reconnect" });
  }

  /** Nothing is told before the caller has its client in hand and had a chance to listen. */
  #hush(): void {
    this.#queue.hold();
    this.events.hold();
    this.#platform.runtime.microtask(() => {
      this.events.resume();
      this.#queue.resume();
    });
  }

  close(code: number, reason: string): Promise<void> {
    checkClose(code, reason);
    return this.#close(code, reason, Infinity);
  }

  terminate(): void {
    this.post({ type: "terminate" });
  }

  wake(): void {
    this.post({ type: "wake" });
  }

  send(given: unknown, isAhead: boolean): boolean {
    const message = toMessage(this.#encode(given));
    const { name } = this.#state;
    if (name === "open" || (name === "greeting" && (isAhead || this.#isGreeting))) return this.#send(message);
    if (name === "closing" || name === "closed") {
      throw new NotOpenError(`the message was not sent: the client is ${name}`);
    }
    const { sendQueue } = this.#settings.options;
    this.#sendQueue.add(message, sendQueue, 0);
    return this.#sendQueue.bytes < sendQueue.highWaterMark;
  }

  ping(data: Uint8Array = this.#pings.nextPayload()): Promise<number> {
    const { name } = this.#state;
    const transport = this.#link?.transport;
    if ((name !== "open" && name !== "greeting") || transport === undefined) {
      return Promise.reject(
        new NotOpenError(`there is nobody to ping: the client is ${phaseOf(this.#state)}`),
      );
    }
    if (transport.ping === undefined) {
      return Promise.reject(new NotOpenError("browsers cannot ping; use wsOpts.heartbeat"));
    }
    // RFC 6455 §5.5: a control frame carries at most 125 bytes.
    if (!(data instanceof Uint8Array) || data.length > 125) {
      throw new OptionError("data", data, "must be a Uint8Array of at most 125 bytes");
    }
    transport.ping(data);
    return this.#pings.add(data.slice(), this.#platform.runtime.now());
  }

  updateFlow(messages: number): void {
    if (!positiveCount.accepts(messages)) {
      throw new OptionError("messages", messages, `must be ${positiveCount.allowed}`);
    }
    this.#link?.addCredit(messages);
  }

  ready(signal: AbortSignalLike | undefined): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#state.name === "open") return Promise.resolve();
    if (this.#state.name === "closed") return Promise.reject(this.#neverReady());
    this.#ready ??= deferred();
    const { promise } = this.#ready;
    if (signal === undefined) return promise;
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason);
      signal.addEventListener("abort", abort);
      const settled = () => signal.removeEventListener("abort", abort);
      promise.then(resolve, reject).then(settled, settled);
    });
  }

  info(): Record<string, unknown> {
    return {
      phase: this.phase,
      retriesLeft: "life" in this.#state ? this.#state.life.retriesLeft : this.#settings.options.retry,
      url: this.#settings.state.uri,
      ignoredOptions: this.#settings.ignoredOptions,
      ...this.#link?.transport?.info(),
    };
  }

  #close(code: number, reason: string, within: number): Promise<void> {
    if (this.#state.name === "closed") return Promise.resolve();
    this.#closing ??= deferred();
    const { promise } = this.#closing;
    this.post({ type: "close", code, reason, within });
    return promise;
  }

  #neverReady(): GundamError {
    return this.lastError ?? new NotOpenError("the client is closed");
  }

  // — the mailbox and the timer ————————————————————————————————————————————————————————————————————————————————————

  /** Takes an event; what is raised while its effects run waits its turn. */
  post(event: Event): void {
    this.#mailbox.push(event);
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      for (let next = this.#nextEvent(); next !== undefined; next = this.#nextEvent()) this.#apply(next);
    } finally {
      this.#isRunning = false;
    }
    this.schedule();
  }

  /** A deadline that has passed needs no timer. */
  #nextEvent(): Event | undefined {
    const event = this.#mailbox.shift();
    if (event !== undefined) return event;
    return deadlineOf(this.#state) <= this.#platform.runtime.now() ? { type: "timeout" } : undefined;
  }

  #apply(event: Event): void {
    const from = this.phase;
    const apply = this.#platform.transition ?? transition;
    const [next, ...effects] = apply(this.#state, event, this.#env());
    this.#state = next;
    const to = this.phase;
    if (from !== to) this.events.emit("change", { from, to });
    for (const effect of effects) this.#perform(effect);
  }

  #env(): Env {
    const { runtime } = this.#platform;
    return { now: runtime.now(), random: runtime.random(), options: this.#lifecycleOptions() };
  }

  #lifecycleOptions(): LifecycleOptions {
    const { retry, stableAfter, callbackTimeout, openTimeout, wsOpts } = this.#settings.options;
    return { retry, stableAfter, callbackTimeout, openTimeout, closingTimeout: wsOpts.closingTimeout };
  }

  /** Keeps the timer at the earliest deadline of the state and the transport. */
  schedule(): void {
    if (this.#isRunning) return;
    const deadline = Math.min(deadlineOf(this.#state), this.#link?.transport?.deadline ?? Infinity);
    if (deadline === this.#timerAt) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerAt = deadline;
    if (deadline === Infinity) return;
    const { runtime } = this.#platform;
    const delay = Math.min(Math.max(0, Math.ceil(deadline - runtime.now())), LONGEST_TIMER);
    this.#cancelTimer = runtime.setTimer(delay, () => this.#fire());
  }

  #fire(): void {
    this.#cancelTimer = undefined;
    this.#timerAt = Infinity;
    const now = this.#platform.runtime.now();
    if (deadlineOf(this.#state) <= now) this.post({ type: "timeout" });
    const transport = this.#link?.transport;
    if (transport !== undefined && transport.deadline <= now) transport.expire(now);
    this.schedule();
  }

  // — effects ——————————————————————————————————————————————————————————————————————————————————————————————————————

  #perform(effect: Effect): void {
    switch (effect.type) {
      case "begin":
        return this.#begin();
      case "end":
        return this.#end();
      case "settle":
        return this.#queue.whenSettled(() => this.post({ type: "settled", generation: effect.generation }));
      case "release":
        return this.#queue.release();
      case "prepare":
        return this.#prepare(effect);
      case "abort":
        return this.#asking?.abort();
      case "dial":
        return this.#dial(effect);
      case "greet":
        return this.#greet(effect);
      case "ready":
        return this.#becomeReady();
      case "startClosing":
        return this.#link?.transport?.close(effect.code, effect.reason);
      case "abandon":
        this.#link?.transport?.abandon(effect.code);
        return this.#unlink();
      case "forget":
        if (effect.failure !== undefined) this.#recordClose(effect.failure);
        return this.#unlink();
      case "decide":
        return this.#decide(effect);
      case "probe":
        return this.#link?.transport?.ping?.(new Uint8Array());
      case "tellPhase":
        return this.#tellPhase(effect);
      case "tellError":
        return this.tellError(effect.error);
      case "tellDisconnect":
        return this.#tellDisconnect(effect);
      case "tellRetry":
        return this.#tellRetry(effect);
      case "tellClose":
        return this.#tellClose(effect);
    }
  }

  #begin(): void {
    const { supervisor, supervised, goingAway } = this.#platform;
    const { supervise = supervised, signal } = this.#settings.options;
    const chosen: Supervisor | undefined = supervise === true ? supervisor : supervise || undefined;
    chosen?.adopt(this.#client, { shutdown: (within) => this.#close(goingAway, "going away", within) });
    const abort = () => this.post({ type: "close", code: 1000, reason: "aborted", within: Infinity });
    signal?.addEventListener("abort", abort);
    this.#unsubscribe = () => {
      chosen?.release(this.#client);
      signal?.removeEventListener("abort", abort);
    };
    if (signal?.aborted) abort();
  }

  #end(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    for (const message of this.#sendQueue.take()) {
      this.events.emit("drop", {
        message,
        cause: new UnsentError("the client was closed before it could send"),
      });
    }
    this.#ready?.reject(this.#neverReady());
    this.#ready = undefined;
    this.#closing?.resolve();
    this.#closing = undefined;
  }

  #prepare({ generation, life }: Effect & { type: "prepare" }): void {
    const attempt = life.failures + 1;
    this.history.began(attempt, this.#platform.runtime.wallNow());
    this.events.emit("attempt", { attempt, retriesLeft: life.retriesLeft });
    const { url, headers } = this.#settings.options;
    const isAsked = typeof url === "function" || typeof headers === "function";
    this.#asking = isAsked ? this.#platform.runtime.abortController() : undefined;
    const context = (): AttemptContext => ({
      attempt,
      lastFailure: this.#lastFailure,
      signal: this.#asking!.signal,
    });
    const failed = (provider: string) => (cause: unknown) => {
      const error = new ProviderError(provider, `failed: ${messageOf(cause)}`, { cause });
      const failure: Failure = { kind: "provider", phase: "prepare", error, byUs: true };
      this.post({ type: "failed", generation, failure });
    };
    const prepared = (uri: string) => (fields: HeaderFields) => {
      const request: DialRequest = { url: uri, headers: fields, options: this.#settings.options };
      this.post({ type: "prepared", generation, request });
    };
    ask(
      () =>
        chain(typeof url === "function" ? url(context()) : this.#settings.url!, (answer) =>
          this.#settings.normalizeUrl(answer),
        ),
      (uri) =>
        ask(
          () => chain(typeof headers === "function" ? headers(context()) : headers, headerFields),
          prepared(uri),
          failed("headers"),
        ),
      failed("url"),
    );
  }

  #dial({ generation, request }: Effect & { type: "dial" }): void {
    this.#asking = undefined;
    this.#settings.use(request.url, request.headers);
    this.history.dialled(redactUrl(request.url));
    const link = new Link(this, generation, this.#settings.options.wsOpts.flow);
    this.#link = link;
    link.transport = (this.#platform.dial as Dial)(request, link);
  }

  #greet({ generation, handshake }: Effect & { type: "greet" }): void {
    const { headers, protocol, extensions } = handshake;
    this.#connection = undefined;
    this.history.opened();
    this.events.emit("connect", { headers, protocol, extensions });
    const greeted = () => this.post({ type: "greeted", generation });
    const { onConnect } = this.#callbacks;
    if (onConnect === undefined) return greeted();
    const call = () => {
      this.#isGreeting = true;
      try {
        return onConnect.call(this.#client, headers, this.#client, this.#settings.state);
      } finally {
        this.#isGreeting = false;
      }
    };
    this.#call("onConnect", "greeting", call, greeted, (error) =>
      this.post({ type: "failed", generation, failure: { kind: "callback", error, byUs: true } }),
    );
  }

  #becomeReady(): void {
    for (const message of this.#sendQueue.take()) {
      this.#traceMessage("sent", message);
      this.#link!.transport!.send(message);
    }
    this.#ready?.resolve();
    this.#ready = undefined;
  }

  #unlink(): void {
    this.#link = undefined;
    this.#pings.fail(new NotOpenError("the connection ended before the pong came"));
    this.#connection?.abort();
    this.#connection = undefined;
  }

  #decide({ generation, life, setback, byDefault }: Effect & { type: "decide" }): void {
    const { runtime } = this.#platform;
    const options = this.#settings.options;
    this.#lastFailure = setback.failure;
    this.history.ended(setback.failure.error, setback.wasOpen ? setback.uptime : undefined);
    const decision = decide(life, setback, {
      now: runtime.now(),
      random: () => runtime.random(),
      options,
      shouldRetry: byDefault ? undefined : options.shouldRetry,
      retryFun: byDefault ? undefined : options.retryFun,
      isRenewable: this.#settings.isRenewable,
    });
    chain(decision, (decided) => this.post({ type: "decided", generation, decision: decided }));
  }

  // — telling ——————————————————————————————————————————————————————————————————————————————————————————————————————

  #tellPhase({ next, failure }: Effect & { type: "tellPhase" }): void {
    const now = this.#platform.runtime.now();
    const running = this.#phase;
    this.#phase = next && { phase: next, since: now };
    if (running !== undefined) {
      const { phase, since } = running;
      this.history.phaseEnded(phase, now - since, failure);
      this.events.emit("phase", { phase, type: "end", duration: now - since, error: failure?.error });
    }
    if (next !== undefined) this.events.emit("phase", { phase: next, type: "start" });
  }

  tellError(error: GundamError): void {
    this.lastError = error;
    this.events.emit("error", error);
    const { onError } = this.#callbacks;
    if (onError === undefined) return;
    this.#call("onError", "ordinary", () =>
      onError.call(this.#client, error, this.#client, this.#settings.state),
    );
  }

  #tellDisconnect({ willRetry, failure }: Effect & { type: "tellDisconnect" }): void {
    if (failure !== undefined) this.#recordClose(failure);
    this.events.emit("disconnect", { close: failure && this.lastClose, willRetry });
    const { onDisconnect } = this.#callbacks;
    if (onDisconnect === undefined || !willRetry) return;
    this.#call("onDisconnect", "farewell", () =>
      onDisconnect.call(this.#client, this.#client, this.#settings.state),
    );
  }

  #tellRetry({ delay, retriesLeft }: Effect & { type: "tellRetry" }): void {
    this.history.decided({ retryIn: delay, retriesLeft });
    this.events.emit("retry", { delay, retriesLeft });
  }

  #tellClose({ code, reason, failure }: Effect & { type: "tellClose" }): void {
    if (failure !== undefined) this.history.stopped(failure.error);
    this.events.emit("close", { code, reason, error: failure?.error });
    const { onClose } = this.#callbacks;
    if (onClose === undefined) return;
    this.#call("onClose", "farewell", () =>
      onClose.call(this.#client, code, reason, this.#client, this.#settings.state),
    );
  }

  #recordClose({ kind, code, reason, wasClean, error }: Failure): void {
    this.lastError = error;
    this.lastClose = {
      code: code ?? 1006,
      reason: reason ?? "",
      wasClean: wasClean ?? false,
      cause: kind === "close" ? undefined : error,
    };
  }

  /** Whoever watches everything; undefined when nobody does. */
  #tracer(): ((type: TraceEvent["type"], detail: unknown) => void) | undefined {
    const { runtime, observe } = this.#platform;
    const { trace } = this.#settings.options;
    const tell = trace === true ? logTrace : trace || undefined;
    if (tell === undefined && observe === undefined) return undefined;
    return (type, detail) => {
      const event = { type, at: runtime.wallNow(), detail } as TraceEvent;
      try {
        tell?.(event, (line) => runtime.log(line));
        observe?.(this.#client, event);
      } catch (error) {
        runtime.report(error);
      }
    };
  }

  #traceMessage(type: "sent" | "received", message: Message): void {
    this.#trace?.(type, { kind: typeof message === "string" ? "text" : "binary", bytes: sizeOf(message) });
  }

  // — pings ————————————————————————————————————————————————————————————————————————————————————————————————————————

  pinged(data: Uint8Array): void {
    if (!this.#settings.options.wsOpts.silencePings) this.events.emit("ping", data);
  }

  ponged(data: Uint8Array): void {
    this.#pings.answered(data, this.#platform.runtime.now());
    if (!this.#settings.options.wsOpts.silencePings) this.events.emit("pong", data);
  }

  // — messages —————————————————————————————————————————————————————————————————————————————————————————————————————

  isCurrent(link: Link): boolean {
    return this.#link === link;
  }

  /** The hot path. */
  deliver(received: Message): void {
    if (this.#trace !== undefined) this.#traceMessage("received", received);
    const { codec } = this.#settings.options.wsOpts;
    if (codec === undefined) this.#deliver(received);
    else this.#decode(codec, received);
  }

  #decode(codec: Codec, received: Message): void {
    let message: unknown;
    try {
      message = codec.decode(received, this.#settings.options.wsOpts.userOpts);
    } catch (cause) {
      const problem = `failed, and the message is not delivered: ${messageOf(cause)}`;
      return this.tellError(new CallbackError("wsOpts.codec.decode", problem, { cause }));
    }
    this.#deliver(message);
  }

  #encode(value: unknown): unknown {
    const { codec, userOpts } = this.#settings.options.wsOpts;
    if (codec === undefined) return value;
    try {
      return codec.encode(value, userOpts);
    } catch (cause) {
      throw new CallbackError("wsOpts.codec.encode", `failed: ${messageOf(cause)}`, { cause });
    }
  }

  #deliver(message: unknown): void {
    this.events.emitMessage(message);
    const { onMessage } = this.#callbacks;
    if (onMessage === undefined) return;
    if (!this.#queue.isIdle) return this.#deliverLater(message);
    this.#queue.enter();
    let result: unknown;
    try {
      result = onMessage.call(this.#client, message, this.#client, this.#settings.state);
    } catch (reason) {
      this.#messageFailed(reason);
    }
    if (isThenable(result)) return this.#queue.leaveWith(result, this.#messageSettled, this.#messageFailed);
    if (result !== undefined) this.#messageSettled(result);
    this.#queue.leave();
  }

  readonly #messageSettled = (result: unknown): void => this.#adopt("onMessage", result);

  readonly #messageFailed = (reason: unknown): void => {
    this.#callbackFailed("onMessage", reason);
  };

  /** The backlog of a slow `onMessage` stops the reading, where the platform can. */
  #deliverLater(message: unknown): void {
    const { onMessage } = this.#callbacks;
    const link = this.#link;
    link?.hold("callbacks");
    const call = () => {
      if (this.#queue.length === 0) link?.release("callbacks");
      return onMessage!.call(this.#client, message, this.#client, this.#settings.state);
    };
    this.#call("onMessage", "ordinary", call);
  }

  #send(message: Message): boolean {
    const { transport } = this.#link!;
    const { sendQueue } = this.#settings.options;
    const maxBytes = sendQueue.maxBytes;
    const most =
      transport!.bufferedAmount + (typeof message === "string" ? message.length * 3 : message.byteLength);
    if (most > maxBytes && transport!.bufferedAmount + sizeOf(message) > maxBytes)
      return this.#refuse(message);
    if (this.#trace !== undefined) this.#traceMessage("sent", message);
    transport!.send(message);
    return transport!.bufferedAmount < sendQueue.highWaterMark;
  }

  /** What the platform holds cannot be taken back: the new message gives way, by either dropping policy. */
  #refuse(message: Message): boolean {
    const { sendQueue } = this.#settings.options;
    const cause = queueFull(sendQueue);
    if (sendQueue.overflow === "reject") throw cause;
    this.events.emit("drop", { message, cause });
    return false;
  }

  // — callbacks and what they return ———————————————————————————————————————————————————————————————————————————————

  #call(
    name: CallbackName,
    order: Order,
    run: () => unknown,
    settled?: () => void,
    failed?: (error: CallbackError) => void,
  ): void {
    const settle = (result: unknown) => {
      this.#adopt(name, result);
      settled?.();
    };
    const fail = (reason: unknown) => {
      const error = this.#callbackFailed(name, reason);
      failed?.(error);
    };
    this.#queue.add(order, run, settle, fail);
  }

  /** What a callback throws is told to `onError`; what `onError` and `onClose` throw, to the operator. */
  #callbackFailed(name: CallbackName, cause: unknown): CallbackError {
    const error = new CallbackError(name, `failed: ${messageOf(cause)}`, { cause });
    if (name === "onError" || name === "onClose") this.#platform.runtime.report(error);
    else this.tellError(error);
    return error;
  }

  /** A returned state replaces the state, and what it holds is what the next attempt uses. */
  #adopt(name: CallbackName, result: unknown): void {
    if (!isState(result) || result === this.#settings.state) return;
    try {
      this.#settings.adopt(result);
    } catch (cause) {
      this.tellError(
        new CallbackError(name, `returned a state that cannot be used: ${messageOf(cause)}`, { cause }),
      );
    }
  }
}

/** The stable name of a state: what a client shows as its `phase`. */
function phaseOf({ name }: Lifecycle): LifecyclePhase {
  if (name === "settling") return "preparing";
  return name === "greeting" ? "open" : name;
}

/** Asks for a value that may be a promise, and may throw or reject. What comes of the answer is not caught. */
function ask<T>(
  question: () => Awaitable<T>,
  answered: (value: T) => void,
  failed: (reason: unknown) => void,
): void {
  let answer: Awaitable<T>;
  try {
    answer = question();
  } catch (reason) {
    return failed(reason);
  }
  chain(answer, answered, failed);
}

function messageOf(cause: unknown): string {
  return isGundamError(cause) || cause instanceof Error ? cause.message : String(cause);
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((resolveIt, rejectIt) => {
    resolve = resolveIt;
    reject = rejectIt;
  });
  // Whoever waits handles it; that nobody does is no unhandled rejection of the process.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
