// The driver: carries the lifecycle table into the world. It keeps the mailbox (events that effects raise wait their
// turn), the one timer, the link to the transport, and calls user code, always by an effect. It decides nothing: what
// happens when is in lifecycle.ts, whether and when a retry comes in retry.ts.

import { CallbackCaller, type CallbackCallerListener } from "./callback-caller.ts";
import { chain, unheard } from "./chain.ts";
import type { ClientCallbacks, LifecyclePhase, SendOptions } from "./client.ts";
import { checkClose } from "./close-codes.ts";
import {
  CallbackError,
  type Failure,
  type GundamError,
  messageOf,
  NotOpenError,
  OptionError,
  type Phase,
  ProviderError,
} from "./errors.ts";
import { type AnyHandler, type Close, type Drop, Events, type EventType } from "./events.ts";
import { History } from "./history.ts";
import { Inbox } from "./inbox.ts";
import {
  deadlineOf,
  type Effect,
  type Env,
  type Event,
  initialState,
  type Life,
  type State as Lifecycle,
  transition,
} from "./lifecycle.ts";
import { Link } from "./link.ts";
import type { MessageIterator } from "./message-iterator.ts";
import { positiveCount, positiveDuration } from "./option-checks.ts";
import type { AttemptContext, HeaderFields } from "./options.ts";
import { Outbox, type OutboxListener, type Posting, type SendQueueSettings } from "./outbox.ts";
import { Pings } from "./pings.ts";
import type { Platform } from "./platform.ts";
import type { Receipt } from "./receipt.ts";
import { redactUrl, withoutSecrets } from "./redact.ts";
import { decide } from "./retry.ts";
import type { CancelTimer } from "./runtime.ts";
import { sizeOf, toMessage } from "./send-queue.ts";
import { headerFields, Settings } from "./settings.ts";
import type { State } from "./state.ts";
import type { AbortControllerLike, AbortSignalLike, Awaitable } from "./structural.ts";
import type { Supervisor } from "./supervisor.ts";
import { logTrace, type TraceEvent } from "./trace.ts";
import type { Dial, DialRequest, Message, OutgoingMessage, Transport } from "./transport.ts";

/** The longest delay that a platform's timer keeps; a later deadline is reached in steps. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A delay of a timer, or a drift of the clocks, that means that the machine slept. */
const SLEEP = 2_000;
/** A sleep after which a connection that cannot be asked is taken for lost. */
const LONG_SLEEP = 30_000;

export class Driver implements CallbackCallerListener, OutboxListener {
  readonly events: Events;
  readonly #platform: Platform;
  readonly #settings: Settings;
  readonly #client: object;
  readonly #caller: CallbackCaller;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
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
  /** Why the last life ended; undefined when we closed it. */
  #endedBy: GundamError | undefined;

  // Who waits.
  #closing: Deferred<void> | undefined;
  #ready: Deferred<void> | undefined;
  #connection: AbortControllerLike | undefined;
  /** The client keeps its process alive, as Node's `ref()` has it. */
  #isRef = true;
  /** `onConnect` is running: what it sends leaves at once. */
  #isGreeting = false;
  #unsubscribe: (() => void) | undefined;

  constructor(platform: Platform, given: unknown, client: object, findCallbacks: () => ClientCallbacks) {
    this.#platform = platform;
    this.#settings = new Settings(platform, given);
    this.#client = client;
    this.#trace = this.#tracer();
    this.events = new Events((error) => platform.runtime.report(error), this.#watcher());
    this.#caller = new CallbackCaller(this.#settings, client, findCallbacks, this);
    this.#inbox = new Inbox(this.#settings, this.events, this.#caller, this);
    this.#outbox = new Outbox(this);
  }

  // — what the face asks ———————————————————————————————————————————————————————————————————————————————————————————

  get phase(): LifecyclePhase {
    return phaseOf(this.#state);
  }

  get userState(): State {
    return this.#settings.state;
  }

  get bufferedAmount(): number {
    return this.#outbox.bytes + (this.#link?.transport?.bufferedAmount ?? 0);
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
    if (this.#settings.options.signal?.aborted && this.#state.name !== "idle") {
      throw new NotOpenError("the client's signal is aborted: it stays closed; make a new client");
    }
    this.#hush();
    this.post({ type: "reconnect" });
  }

  /** Nothing is told before the caller has its client in hand and had a chance to listen. */
  #hush(): void {
    this.#caller.queue.hold();
    this.events.hold();
    this.#platform.runtime.microtask(() => {
      this.events.resume();
      this.#caller.queue.resume();
    });
  }

  close(code: number, reason: string): Promise<void> {
    checkClose(code, reason);
    return this.#close(code, reason, Infinity);
  }

  terminate(): void {
    this.post({ type: "terminate" });
  }

  send(given: unknown, options?: SendOptions, receipt?: Receipt): boolean {
    const message = toMessage(this.#encode(given), this.#platform.isBlob);
    const posting = options === undefined && receipt === undefined ? undefined : postingOf(options, receipt);
    const transport = this.#link?.transport;
    const { name } = this.#state;
    if (name === "open" || (name === "greeting" && (options?.ahead === true || this.#isGreeting))) {
      return this.#outbox.send(message, transport!, posting);
    }
    if (name === "closing" || name === "closed") {
      throw new NotOpenError(`the message was not sent: the client is ${name}`);
    }
    const mayGoOn = this.#outbox.wait(message, transport, posting);
    // The message may have a time to live.
    this.schedule();
    return mayGoOn;
  }

  /** Has a receipt hear of all messages that have not left: of how many. */
  attach(receipt: Receipt): number {
    return this.#outbox.attach(receipt, this.#openTransport);
  }

  /** The connection of now; another one after each reconnect. */
  get link(): Link | undefined {
    return this.#link;
  }

  get canPing(): boolean {
    return this.#link?.transport?.ping !== undefined;
  }

  /** The transport of a connection that messages can have been sent on. */
  get #openTransport(): Transport | undefined {
    return this.#link?.handshake && this.#link.transport;
  }

  on(type: EventType, handler: AnyHandler): void {
    this.events.on(type, handler);
    this.#listenerCame(type);
  }

  once(type: EventType, handler: AnyHandler): void {
    this.events.once(type, handler);
    this.#listenerCame(type);
  }

  /** A browser's buffer is watched only while somebody waits for it. */
  #listenerCame(type: EventType): void {
    const transport = this.#openTransport;
    if (type === "drain" && transport !== undefined) this.#outbox.watch(transport);
  }

  iterate(): MessageIterator<unknown> {
    return this.#inbox.iterate(this.#state.name === "closed" ? { cause: this.#endedBy } : undefined);
  }

  ping(data: Uint8Array = this.#pings.nextPayload()): Promise<number> {
    const { name } = this.#state;
    const transport = this.#link?.transport;
    if ((name !== "open" && name !== "greeting") || transport === undefined) {
      return unheard(
        Promise.reject(new NotOpenError(`there is nobody to ping: the client is ${phaseOf(this.#state)}`)),
      );
    }
    if (transport.ping === undefined) {
      return unheard(Promise.reject(new NotOpenError("browsers cannot ping; use wsOpts.heartbeat")));
    }
    // RFC 6455 §5.5: a control frame carries at most 125 bytes.
    if (!(data instanceof Uint8Array) || data.length > 125) {
      throw new OptionError("data", data, "must be a Uint8Array of at most 125 bytes");
    }
    transport.ping(data);
    return this.#pings.add(new Uint8Array(data), this.#platform.runtime.now());
  }

  /** Whether the client's timer and connection keep its process alive. */
  setRef(isRef: boolean): void {
    this.#isRef = isRef;
    this.#link?.transport?.setRef?.(isRef);
    this.#cancelTimer?.();
    this.#timerAt = Infinity;
    this.schedule();
  }

  updateFlow(messages: number): void {
    if (!positiveCount.accepts(messages)) {
      throw new OptionError("messages", messages, `must be ${positiveCount.allowed}`);
    }
    this.#link?.addCredit(messages);
  }

  ready(signal: AbortSignalLike | undefined): Promise<void> {
    if (signal?.aborted) return unheard(Promise.reject(signal.reason));
    if (this.#state.name === "open") return Promise.resolve();
    if (this.#state.name === "closed") return unheard(Promise.reject(this.#neverReady()));
    this.#ready ??= deferred();
    const { promise } = this.#ready;
    if (signal === undefined) return promise;
    const wait = new Promise<void>((resolve, reject) => {
      const abort = () => reject(signal.reason);
      signal.addEventListener("abort", abort);
      const settled = () => signal.removeEventListener("abort", abort);
      promise.then(resolve, reject).then(settled, settled);
    });
    return unheard(wait);
  }

  info(): Record<string, unknown> {
    const uptime = this.#state.name === "open" ? this.now() - this.#state.readySince : 0;
    const { failures, retriesLeft } = this.#budget(uptime);
    return {
      phase: this.phase,
      /** 1 for the first since the budget was last full. */
      attempt: failures + 1,
      retriesLeft,
      url: redactUrl(this.#settings.state.uri),
      protocol: this.#link?.handshake?.protocol ?? "",
      extensions: this.#link?.handshake?.extensions ?? "",
      /** How long the connection has been ready, ms. */
      uptime,
      /** Of the last ping, ms. */
      rtt: this.#pings.rtt,
      /** What waits for a ready connection. */
      queue: { messages: this.#outbox.messages, bytes: this.#outbox.bytes },
      /** Of the connection of now. */
      messagesSent: this.#link?.sent ?? 0,
      messagesReceived: this.#link?.received ?? 0,
      ignoredOptions: this.#settings.ignoredOptions,
      ...this.#link?.transport?.info(),
    };
  }

  /** A stable connection has made it full again, though nothing has drawn on it since. */
  #budget(uptime: number): Pick<Life, "failures" | "retriesLeft"> {
    const { retry, stableAfter } = this.#settings.options;
    const isStable = this.#state.name === "open" && uptime >= stableAfter;
    return "life" in this.#state && !isStable ? this.#state.life : { failures: 0, retriesLeft: retry };
  }

  #close(code: number, reason: string, within: number): Promise<void> {
    // A `reconnect()` before it may still be in the mailbox.
    const isReopening = this.#mailbox.some(({ type }) => type === "reconnect");
    if (this.#state.name === "closed" && !isReopening) return Promise.resolve();
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
    if (!this.#isRunning) this.#run();
  }

  #run(first?: () => void): void {
    this.#isRunning = true;
    try {
      first?.();
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
    const [next, ...effects] = apply(this.#state, event, this.#env(event));
    this.#state = next;
    const to = this.phase;
    if (from !== to) this.events.emit("change", { from, to });
    for (const effect of effects) this.#perform(effect);
  }

  #env({ type }: Event): Env {
    const { runtime, isHidden } = this.#platform;
    const link = this.#link;
    return {
      now: runtime.now(),
      random: runtime.random(),
      hasHeard: (type === "timeout" || type === "wake") && link !== undefined && link.takeHeard(),
      isHeld: link?.isHeld === true,
      isHidden: isHidden?.() === true && this.#settings.options.pageSignals,
      canPing: link?.transport?.ping !== undefined,
      options: this.#settings.lifecycle,
    };
  }

  /** Keeps the timer at the earliest deadline of the state and the transport. */
  schedule(): void {
    if (this.#isRunning) return;
    const ofTransport = this.#link?.transport?.deadline ?? Infinity;
    const deadline = Math.min(deadlineOf(this.#state), ofTransport, this.#outbox.deadline);
    if (deadline === this.#timerAt) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerAt = deadline;
    if (deadline === Infinity) return;
    const { runtime } = this.#platform;
    const now = runtime.now();
    const delay = Math.min(Math.max(0, Math.ceil(deadline - now)), LONGEST_TIMER);
    const drift = runtime.wallNow() - now;
    this.#cancelTimer = runtime.setTimer(delay, () => this.#fire(now + delay, drift), this.#isRef);
  }

  /** A timer that fires late, or after the clocks have drifted apart, says that we slept: the peer is not to blame. */
  #fire(due: number, drift: number): void {
    this.#cancelTimer = undefined;
    this.#timerAt = Infinity;
    const { runtime } = this.#platform;
    const now = runtime.now();
    const drifted = Math.abs(runtime.wallNow() - now - drift);
    const hasSlept = now - due > SLEEP || drifted > SLEEP;
    if (hasSlept) this.post({ type: "wake", hasSlept: now - due > LONG_SLEEP || drifted > LONG_SLEEP });
    if (deadlineOf(this.#state) <= now) this.post({ type: "timeout" });
    const transport = this.#link?.transport;
    // After a sleep what the peer has done meanwhile is read first.
    if (!hasSlept && transport !== undefined && transport.deadline <= now) transport.expire(now);
    this.#outbox.expire(now);
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
        return this.#caller.queue.whenSettled(() =>
          this.post({ type: "settled", generation: effect.generation }),
        );
      case "release":
        return this.#caller.queue.release();
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
        return this.#link?.close(effect.code, effect.reason);
      case "abandon":
        return this.#unlink((transport) => transport.abandon(effect.code));
      case "forget":
        if (effect.failure !== undefined) this.#recordClose(effect.failure);
        return this.#unlink(() => {});
      case "decide":
        return this.#decide(effect);
      case "probe":
        return this.#probe(effect);
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
    const { supervisor, supervised, goingAway, watchPage } = this.#platform;
    const { supervise = supervised, signal, pageSignals } = this.#settings.options;
    const chosen: Supervisor | undefined = supervise === true ? supervisor : supervise || undefined;
    chosen?.adopt(this.#client, { shutdown: (within) => this.#close(goingAway, "going away", within) });
    const abort = () => this.post({ type: "close", code: 1000, reason: "aborted", within: Infinity });
    signal?.addEventListener("abort", abort);
    const leavePage = pageSignals ? watchPage?.((page) => this.post(page)) : undefined;
    this.#unsubscribe = () => {
      chosen?.release(this.#client);
      leavePage?.();
      signal?.removeEventListener("abort", abort);
    };
    const ignored = this.#settings.ignoredOptions;
    if (ignored.length > 0) this.#trace?.("ignored", { options: ignored });
    if (signal?.aborted) abort();
  }

  #end(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#outbox.end(this.lastError);
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
    const asking = isAsked ? this.#platform.runtime.abortController() : undefined;
    this.#asking = asking;
    const context = (): AttemptContext => ({
      attempt,
      lastFailure: this.#lastFailure,
      signal: asking!.signal,
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
      (uri) => {
        if (asking?.signal.aborted) return;
        ask(
          () => chain(typeof headers === "function" ? headers(context()) : headers, headerFields),
          prepared(uri),
          failed("headers"),
        );
      },
      failed("url"),
    );
  }

  #dial({ generation, request }: Effect & { type: "dial" }): void {
    this.#asking = undefined;
    this.#settings.use(request.url, request.headers);
    this.history.dialled(redactUrl(request.url));
    const link = new Link(this, generation, this.#settings.options.wsOpts.flow);
    this.#link = link;
    this.#inbox.holdBack(link);
    link.transport = (this.#platform.dial as Dial)(request, link);
    if (!this.#isRef) link.transport.setRef?.(false);
  }

  #greet({ generation, handshake }: Effect & { type: "greet" }): void {
    const { headers, protocol, extensions } = handshake;
    this.#connection = undefined;
    this.history.opened();
    this.events.emit("connect", { headers, protocol, extensions });
    const greeted = () => this.post({ type: "greeted", generation });
    const { onConnect } = this.#caller.callbacks;
    if (onConnect === undefined) return greeted();
    const call = (state: State) => {
      this.#isGreeting = true;
      try {
        return onConnect.call(this.#client, headers, this.#client, state);
      } finally {
        this.#isGreeting = false;
      }
    };
    this.#caller.call("onConnect", "greeting", call, greeted, (error) =>
      this.post({ type: "failed", generation, failure: { kind: "callback", error, byUs: true } }),
    );
  }

  #probe({ message }: Effect & { type: "probe" }): void {
    // A pong is life like any other byte, and a measurement besides.
    if (message === undefined) return void this.ping();
    this.#traceMessage("sent", message);
    this.#link!.transport!.send(message);
  }

  #becomeReady(): void {
    this.#outbox.release(this.#link!.transport!);
    this.#ready?.resolve();
    this.#ready = undefined;
  }

  /** What the transport had taken is known until it is let go; it is told when it is gone. */
  #unlink(letGo: (transport: Transport) => void): void {
    const open = this.#openTransport;
    const lost = open === undefined ? [] : this.#outbox.lose(open);
    if (this.#link?.transport !== undefined) letGo(this.#link.transport);
    this.#link = undefined;
    this.#pings.fail(new NotOpenError("the connection ended before the pong came"));
    this.#connection?.abort();
    this.#connection = undefined;
    for (const drop of lost) this.dropped(drop);
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
      isAwaited: () => this.#state.name === "deciding" && this.#state.generation === generation,
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

  get isOver(): boolean {
    return this.#state.name === "closed";
  }

  report(error: unknown): void {
    this.#platform.runtime.report(error);
  }

  /** What a listener asks for must not overtake the callback. */
  tellError(error: GundamError): void {
    if (this.#isRunning) this.#tellError(error);
    else this.#run(() => this.#tellError(error));
  }

  #tellError(error: GundamError): void {
    this.lastError = error;
    this.events.emit("error", error);
    const { onError } = this.#caller.callbacks;
    if (onError === undefined) return;
    this.#caller.call("onError", "ordinary", (state) =>
      onError.call(this.#client, error, this.#client, state),
    );
  }

  #tellDisconnect({ willRetry, failure }: Effect & { type: "tellDisconnect" }): void {
    if (failure !== undefined) this.#recordClose(failure);
    this.events.emit("disconnect", { close: failure && this.lastClose, willRetry });
    const { onDisconnect } = this.#caller.callbacks;
    if (onDisconnect === undefined || !willRetry) return;
    this.#caller.call("onDisconnect", "farewell", (state) =>
      onDisconnect.call(this.#client, this.#client, state),
    );
  }

  #tellRetry({ delay, retriesLeft }: Effect & { type: "tellRetry" }): void {
    this.history.decided({ retryIn: delay, retriesLeft });
    this.events.emit("retry", { delay, retriesLeft });
  }

  #tellClose({ code, reason, failure }: Effect & { type: "tellClose" }): void {
    this.#endedBy = failure?.error;
    if (failure !== undefined) this.history.stopped(failure.error);
    this.events.emit("close", { code, reason, error: failure?.error });
    const { onClose } = this.#caller.callbacks;
    if (onClose === undefined) return;
    this.#caller.call("onClose", "farewell", (state) =>
      onClose.call(this.#client, code, reason, this.#client, state),
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

  /** The client's own trace, which sees messages too; undefined without one. */
  #tracer(): ((type: TraceEvent["type"], detail: unknown) => void) | undefined {
    const { runtime } = this.#platform;
    const { trace } = this.#settings.options;
    const tell = trace === true ? logTrace : trace || undefined;
    if (tell === undefined) return undefined;
    return (type, detail) => {
      try {
        const shown = { type, at: runtime.wallNow(), detail: withoutSecrets(detail) } as TraceEvent;
        tell(shown, (line) => runtime.log(line));
      } catch (error) {
        runtime.report(error);
      }
    };
  }

  /** Whoever sees all events but messages: the client's trace, and the platform. */
  #watcher(): ((type: EventType, detail: unknown) => void) | undefined {
    const trace = this.#trace;
    const { observe } = this.#platform;
    if (observe === undefined) return trace as (type: EventType, detail: unknown) => void;
    return (type, detail) => {
      trace?.(type as TraceEvent["type"], detail);
      observe(this.#client, type, detail);
    };
  }

  #traceMessage(type: "sent" | "received", message: OutgoingMessage): void {
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
  receive(message: Message, link: Link): void {
    if (this.#trace !== undefined) this.#traceMessage("received", message);
    this.#inbox.receive(message, link);
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

  /** The platform may have taken more of what was sent. */
  taken(): void {
    this.#outbox.taken(this.#link!.transport!);
  }

  get sendQueueLimits(): SendQueueSettings {
    return this.#settings.options.sendQueue;
  }

  now(): number {
    return this.#platform.runtime.now();
  }

  hears(event: EventType): boolean {
    return this.events.has(event);
  }

  sent(message: OutgoingMessage): void {
    this.#link!.sent++;
    if (this.#trace !== undefined) this.#traceMessage("sent", message);
  }

  dropped(drop: Drop): void {
    this.events.emit("drop", drop);
  }

  drained(): void {
    this.events.emit("drain", undefined);
  }
}

function postingOf(
  { ttl = Infinity, volatile = false }: SendOptions = {},
  receipt: Receipt | undefined,
): Posting {
  if (!positiveDuration.accepts(ttl))
    throw new OptionError("ttl", ttl, `must be ${positiveDuration.allowed}`);
  return { ttl, isVolatile: volatile, receipt };
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
  return { promise: unheard(promise), resolve, reject };
}
