// The calls of the user's callbacks: one after another, each waiting for the promise of the one before, with the state
// of now; what they return and throw is taken care of. Two exceptions keep a client from waiting for itself: while
// `onConnect` is pending messages and errors are delivered (it may be waiting for one), and `release` has the lifecycle
// wait no longer for what takes too long. A message waits for the message before it in any case.

import { isThenable, settling } from "./chain.ts";
import { CallbackError, messageOf, TimeoutError } from "./errors.ts";
import { Fifo } from "./fifo.ts";
import { type CallbackName, callbackNames } from "./options.ts";
import type { Settings } from "./settings.ts";
import { isState, type State } from "./state.ts";
import type { Connection } from "./transport.ts";

/**
 * `greeting`: does not hold back what follows, but for `farewell`s. `farewell`: what comes when the connection is gone.
 */
type Order = "greeting" | "message" | "ordinary" | "farewell";

/** Calls a callback; `settled` is called with what it returned or resolved to, `failed` with what it threw. */
interface Task {
  readonly order: Order;
  readonly run: () => unknown;
  readonly settled: (result: unknown) => void;
  readonly failed: (reason: unknown) => void;
  /** A message waits no longer. */
  readonly left?: (() => void) | undefined;
}

type Callables = { readonly [Name in CallbackName]?: ((...facts: unknown[]) => unknown) | undefined };

/** What a call asks and tells. */
export interface CallsListener {
  now(): number;
  /** A callback failed; untellable are those who would be told, and whoever fails after the end. */
  callbackFailed(error: CallbackError, isUntellable: boolean): void;
  tellError(error: TimeoutError): void;
  /** `deadline` has changed. */
  schedule(): void;
}

const orders: Partial<Record<CallbackName, Order>> = {
  onConnect: "greeting",
  onMessage: "message",
  onDisconnect: "farewell",
  onClose: "farewell",
};

const nothing = (): void => {};

/** Stands for the `onMessage` that is called directly. */
const direct: Task = { order: "message", run: nothing, settled: nothing, failed: nothing };

export class Calls {
  readonly #settings: Settings;
  readonly #client: Callables;
  readonly #options: Callables;
  readonly #listener: CallsListener;
  /** The callbacks as they were when the client was first used: a subclass's fields are not there before. */
  #found: Callables | undefined;
  readonly #tasks: Fifo<Task> = new Fifo();
  #isHeld = false;
  /** The callback that is being called, and has not returned; not told of messages that did not wait. */
  running: CallbackName | undefined;
  /** The tasks that are waited for; one that is taken out settles unnoticed. */
  #pending: Task | undefined;
  #greeting: Task | undefined;
  /** How many of the waiting tasks run without being waited for. */
  #released = 0;
  /** A message that only the messages behind it wait for, and these. */
  #overdue: Task | undefined;
  #behind: Fifo<Task> | undefined;
  /** When the message began that is pending. */
  #messageSince = 0;
  /** When it has taken too long, monotonic ms. */
  deadline: number = Infinity;

  constructor(settings: Settings, client: object, options: object, listener: CallsListener) {
    this.#settings = settings;
    this.#client = client;
    this.#options = options;
    this.#listener = listener;
  }

  /** Whether there is such a callback: as an option, or else as a method of the client. */
  has(name: CallbackName): boolean {
    return this.#callbacks[name] !== undefined;
  }

  /**
   * Calls a callback when its turn has come, with the state of then; `left` is called when it waits no longer, called or
   * not.
   */
  call(
    name: CallbackName,
    facts: readonly unknown[],
    settled: () => void = nothing,
    failed: (error: CallbackError) => void = nothing,
    left?: () => void,
  ): void {
    const callback = this.#callbacks[name];
    const isLast = name === "onClose";
    if (callback === undefined && !isLast) return settled();
    let given!: State;
    this.#add({
      order: orders[name] ?? "ordinary",
      run: () => {
        left?.();
        // After the end nothing is told.
        if (isLast) for (const task of this.#behind?.splice() ?? []) task.left?.();
        given = this.#settings.state;
        this.running = name;
        try {
          return callback?.call(this.#client, ...facts, this.#client, given);
        } finally {
          this.running = undefined;
        }
      },
      settled: (result) => {
        this.#adopt(name, result, given);
        settled();
      },
      failed: (reason) => failed(this.failed(name, reason)),
      left,
    });
  }

  /** The hot path of `onMessage`: a direct call, unless another is pending. The backlog of a slow one stops the reading. */
  callWithMessage(message: unknown, connection: Connection): void {
    const { onMessage } = this.#callbacks;
    if (onMessage === undefined) return;
    if (this.#pending || this.#tasks.length > 0 || this.#isHeld || this.#overdue) {
      return this.#callLater(message, connection);
    }
    const { state } = this.#settings;
    // Takes no allocation. Nothing else runs until it has returned.
    this.#pending = direct;
    let result: unknown;
    try {
      result = onMessage.call(this.#client, message, this.#client, state);
    } catch (reason) {
      this.failed("onMessage", reason);
    }
    if (result !== undefined) {
      if (isThenable(result)) return this.#settleLater(result, state);
      this.#adopt("onMessage", result, state);
    }
    if (this.#pending === direct) this.#pending = undefined;
    else this.#done(direct);
    if (this.#tasks.length > 0 || this.#behind) this.#advance();
  }

  // Apart, for a closure makes its function allocate whenever it is called.
  #callLater(message: unknown, connection: Connection): void {
    connection.hold?.();
    this.call("onMessage", [message], nothing, nothing, () => connection.release?.());
  }

  #settleLater(promise: PromiseLike<unknown>, given: State): void {
    const settled = (result: unknown) => this.#adopt("onMessage", result, given);
    this.#await({ ...direct, settled, failed: (reason) => this.failed("onMessage", reason) }, promise);
  }

  /** Calls `reached` once all that was added before has settled; synchronously if it has. */
  whenSettled(reached: () => void): void {
    if (this.#pending || this.#tasks.length > 0 || this.#greeting) {
      this.#add({ ...direct, order: "farewell", run: reached });
    } else reached();
  }

  /** Runs nothing until `resume`. */
  hold(): void {
    this.#isHeld = true;
  }

  resume(): void {
    this.#isHeld = false;
    this.#advance();
  }

  /** Waits no longer for anything that was added until now; only messages go on waiting for each other. */
  release(): void {
    this.#waitNoLonger();
    this.#greeting = undefined;
    this.#released = this.#tasks.length;
    this.#advance();
  }

  /** The deadline has passed: a message that takes too long is told once, and keeps its turn. */
  expire(now: number): void {
    if (now < this.deadline) return;
    const { callbackTimeout } = this.#settings.options;
    const isPending = this.#pending?.order === "message";
    this.deadline = isPending || this.#overdue ? this.#messageSince + callbackTimeout : Infinity;
    if (now < this.deadline) return;
    this.deadline = Infinity;
    // Whoever is told of it must not wait for it: from now on only messages do.
    if (isPending) this.#waitNoLonger();
    this.#listener.tellError(new TimeoutError("onMessage", callbackTimeout, "callbackTimeout"));
    this.#advance();
  }

  /** Runs what the user has given; what it throws is told, and undefined the answer. */
  guard<T>(name: string, run: () => T, problem?: string): { readonly value: T } | undefined {
    try {
      return { value: run() };
    } catch (cause) {
      this.failed(name, cause, problem);
      return undefined;
    }
  }

  /** What a callback throws is told to `onError`; what `onError` and `onClose` throw, or after the end, to the operator. */
  failed(name: string, cause: unknown, problem = "failed"): CallbackError {
    const error = new CallbackError(name, `${problem}: ${messageOf(cause)}`, { cause });
    this.#listener.callbackFailed(error, name === "onError" || name === "onClose");
    return error;
  }

  get #callbacks(): Callables {
    // A callback given as an option goes before the method of the same name.
    this.#found ??= Object.fromEntries(
      callbackNames.map((name) => [name, this.#options[name] ?? this.#client[name]]),
    );
    return this.#found;
  }

  #add(task: Task): void {
    this.#tasks.push(task);
    this.#advance();
  }

  #advance(): void {
    while (!this.#isHeld && !this.#pending) {
      if (!this.#overdue && this.#behind?.first) {
        this.#run(this.#behind.shift(), true);
        continue;
      }
      const next = this.#tasks.first;
      if (next === undefined || (this.#greeting && next.order === "farewell")) return;
      const isReleased = this.#released > 0 && this.#released-- > 0;
      this.#tasks.shift();
      if (this.#overdue && next.order === "message") {
        this.#behind ??= new Fifo();
        this.#behind.push(next);
      } else this.#run(next, isReleased);
    }
  }

  #run(task: Task, isReleased: boolean): void {
    // A task that calls back into the queue must not overtake itself.
    this.#pending = task;
    let result: unknown;
    try {
      result = task.run();
    } catch (reason) {
      this.#done(task);
      return task.failed(reason);
    }
    if (!isThenable(result)) {
      this.#done(task);
      return task.settled(result);
    }
    if (this.#pending === task && (isReleased || task.order === "greeting")) {
      this.#waitNoLonger();
      if (!isReleased) this.#greeting = task;
    }
    this.#await(task, result);
  }

  /** The callback has returned a promise. */
  #await(task: Task, promise: PromiseLike<unknown>): void {
    if (this.#pending === direct) this.#pending = task;
    if (this.#overdue === direct) this.#overdue = task;
    if (task.order === "message") this.#watch();
    const settle = (tell: () => void) => {
      this.#done(task);
      tell();
      this.#advance();
    };
    settling(promise).then(
      (result) => settle(() => task.settled(result)),
      (reason) => settle(() => task.failed(reason)),
    );
  }

  /** One deadline serves many messages: it moves on when it has come. */
  #watch(): void {
    this.#messageSince = this.#listener.now();
    if (this.deadline !== Infinity) return;
    this.deadline = this.#messageSince + this.#settings.options.callbackTimeout;
    this.#listener.schedule();
  }

  /** But that messages go on waiting for a message. */
  #waitNoLonger(): void {
    if (this.#pending?.order === "message") this.#overdue = this.#pending;
    this.#pending = undefined;
  }

  #done(task: Task): void {
    if (this.#pending === task) this.#pending = undefined;
    if (this.#greeting === task) this.#greeting = undefined;
    if (this.#overdue === task) this.#overdue = undefined;
  }

  /** A returned state replaces the state, and what it holds is what the next attempt uses. */
  #adopt(name: CallbackName, result: unknown, given: State): void {
    if (!isState(result) || result === given) return;
    try {
      this.#settings.adopt(result, given);
    } catch (cause) {
      this.failed(name, cause, "returned a state that cannot be used");
    }
  }
}
