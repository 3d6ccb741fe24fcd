// The calls of the user's callbacks: one after another, each waiting for the promise of the one before, with the state
// of now; what they return and throw is taken care of. Two exceptions keep a client from waiting for itself: while
// `onConnect` is pending messages and errors are delivered (it may be waiting for one), and `release` has the lifecycle
// wait no longer for what takes too long. A message waits for the message before it in any case.

import { chain, isThenable, nothing, settling } from "./chain.ts";
import { CallbackError, messageOf, TimeoutError } from "./errors.ts";
import { Fifo } from "./fifo.ts";
import type { CallbackName } from "./options.ts";
import type { Settings } from "./settings.ts";
import { isState, type State } from "./state.ts";
import type { Connection } from "./transport.ts";

/** A callback to be called. */
interface Task {
  /** Absent where somebody just waits for the callbacks before. */
  readonly name?: CallbackName | undefined;
  readonly facts: readonly unknown[];
  readonly settled?: (() => void) | undefined;
  readonly failed?: ((error: CallbackError) => void) | undefined;
  /** Where the message came from: it is not read from while too many wait. */
  readonly held?: Connection | undefined;
}

type Callback = (...facts: unknown[]) => unknown;
type Callables = { readonly [Name in CallbackName]?: Callback | undefined };

/** What a call asks and tells. */
export interface CallsListener {
  now(): number;
  /** A callback failed; untellable are those who would be told, and whoever fails after the end. */
  callbackFailed(error: CallbackError, isUntellable: boolean): void;
  tellError(error: TimeoutError): void;
  /** `deadline` has changed. */
  schedule(): void;
}

/** Stands for the `onMessage` that is called directly. */
const direct: Task = { name: "onMessage", facts: [] };

export class Calls {
  readonly #settings: Settings;
  /** As they were given. */
  readonly #options: Callables;
  readonly #client: Callables;
  readonly #listener: CallsListener;
  readonly #tasks: Fifo<Task> = new Fifo();
  #isHeld = false;
  /** The task that all wait for; one that is taken out settles unnoticed. */
  #pending: Task | undefined;
  /** The `onConnect` that farewells wait for. */
  #greeting: Task | undefined;
  /** The message that messages wait for, pending or not, and those that were overtaken while they waited. */
  #message: Task | undefined;
  #behind: Fifo<Task> | undefined;
  /** How many of the waiting tasks run without being waited for. */
  #released = 0;
  /** When the message began that is pending. */
  #messageSince = 0;
  /** When it has taken too long, monotonic ms. */
  deadline: number = Infinity;

  constructor(settings: Settings, client: object, listener: CallsListener) {
    this.#settings = settings;
    this.#options = settings.options as Callables;
    this.#client = client;
    this.#listener = listener;
  }

  /** The callback that all wait for: `onConnect` just until it has returned. */
  get running(): CallbackName | undefined {
    return this.#pending?.name;
  }

  /** Whether there is such a callback: as an option, or else as a method of the client. */
  has(name: CallbackName): boolean {
    return this.#callbackOf(name) !== undefined;
  }

  /** Calls a callback when its turn has come, with the state of then. */
  call(
    name: CallbackName,
    facts: readonly unknown[],
    settled?: () => void,
    failed?: (error: CallbackError) => void,
    held?: Connection,
  ): void {
    if (!this.has(name) && name !== "onClose") return settled?.();
    held?.enqueued?.();
    this.#add({ name, facts, settled, failed, held });
  }

  /** The hot path of `onMessage`: a direct call, unless another is pending. The backlog of a slow one stops the reading. */
  callWithMessage(message: unknown, connection: Connection): void {
    const onMessage = this.#callbackOf("onMessage");
    if (onMessage === undefined) return;
    if (this.#pending || this.#tasks.length > 0 || this.#isHeld || this.#message) {
      return this.call("onMessage", [message], undefined, undefined, connection);
    }
    const { state } = this.#settings;
    // Takes no allocation. Nothing else runs until it has returned.
    this.#pending = this.#message = direct;
    let result: unknown;
    try {
      result = onMessage.call(this.#client, message, this.#client, state);
    } catch (reason) {
      this.failed("onMessage", reason);
    }
    if (result === undefined) this.#done(direct);
    else if (isThenable(result)) return this.#await(direct, result, state);
    else this.#settled(direct, result, state);
    if (this.#tasks.length > 0 || this.#behind) this.#advance();
  }

  /** Calls `reached` once all that was added before has settled; synchronously if it has. */
  whenSettled(reached: () => void): void {
    this.#add({ facts: [], settled: reached });
  }

  /** Calls nothing until `resume`. */
  hold(): void {
    this.#isHeld = true;
  }

  resume(): void {
    this.#isHeld = false;
    this.#advance();
  }

  /** Waits no longer for anything that was added until now; only messages go on waiting for each other. */
  release(): void {
    this.#pending = this.#greeting = undefined;
    this.#released = this.#tasks.length;
    this.#advance();
  }

  /** The deadline has passed: a message that takes too long is told once, and keeps its turn. */
  expire(now: number): void {
    if (now < this.deadline) return;
    const { callbackTimeout } = this.#settings.options;
    this.deadline = this.#message ? this.#messageSince + callbackTimeout : Infinity;
    if (now < this.deadline) return;
    this.deadline = Infinity;
    // Whoever is told of it must not wait for it: from now on only messages do.
    if (this.#pending === this.#message) this.#pending = undefined;
    this.#listener.tellError(new TimeoutError("onMessage", callbackTimeout, "callbackTimeout"));
    this.#advance();
  }

  /** Runs what the user has given; what it throws is told, and undefined the answer. What it rejects with is told, too. */
  guard<T>(name: string, run: () => T, problem?: string): { readonly value: T } | undefined {
    const failed = (cause: unknown) => void this.failed(name, cause, problem);
    try {
      const value = run();
      // Nobody waits for a promise.
      void chain<unknown, void>(value, nothing, failed);
      return { value };
    } catch (cause) {
      return failed(cause);
    }
  }

  /** What a callback throws is told to `onError`; what `onError` and `onClose` throw, or after the end, to the operator. */
  failed(name: string, cause: unknown, problem = "failed"): CallbackError {
    const error = new CallbackError(name, `${problem}: ${messageOf(cause)}`, { cause });
    this.#listener.callbackFailed(error, name === "onError" || name === "onClose");
    return error;
  }

  /** What is given as an option goes before the method of the same name. */
  #callbackOf(name: CallbackName): Callback | undefined {
    return this.#options[name] ?? this.#client[name];
  }

  #add(task: Task): void {
    this.#tasks.push(task);
    this.#advance();
  }

  #advance(): void {
    while (!this.#pending) {
      if (!this.#message && this.#behind?.first && !this.#isHeld) {
        this.#run(this.#behind.shift(), true);
        continue;
      }
      const next = this.#tasks.first;
      if (next === undefined || (this.#isHeld && next.name)) return;
      // What comes when the connection is gone.
      if (this.#greeting && next.name !== "onMessage" && next.name !== "onError") return;
      const isReleased = this.#released-- > 0;
      this.#tasks.shift();
      if (this.#message && next.name === "onMessage") {
        this.#behind ??= new Fifo();
        this.#behind.push(next);
      } else this.#run(next, isReleased);
    }
  }

  #run(task: Task, isReleased: boolean): void {
    // A task that calls back into the queue must not overtake itself.
    this.#pending = task;
    if (task.name === "onMessage") this.#message = task;
    const given = this.#settings.state;
    task.held?.dequeued?.();
    // After the end nothing is told.
    if (task.name === "onClose") for (const { held } of this.#behind?.splice() ?? []) held?.dequeued?.();
    let result: unknown;
    try {
      result =
        task.name && this.#callbackOf(task.name)?.call(this.#client, ...task.facts, this.#client, given);
    } catch (reason) {
      return this.#failed(task, reason);
    }
    if (!isThenable(result)) return this.#settled(task, result, given);
    if (this.#pending === task && (isReleased || task.name === "onConnect")) {
      this.#pending = undefined;
      if (!isReleased) this.#greeting = task;
    }
    this.#await(task, result, given);
  }

  /** The callback has returned a promise. */
  #await(task: Task, promise: PromiseLike<unknown>, given: State): void {
    if (task === this.#message) {
      this.#messageSince = this.#listener.now();
      // One deadline serves many messages: it moves on when it has come.
      if (this.deadline === Infinity) {
        this.deadline = this.#messageSince + this.#settings.options.callbackTimeout;
        this.#listener.schedule();
      }
    }
    settling(promise).then(
      (result) => {
        this.#settled(task, result, given);
        this.#advance();
      },
      (reason) => {
        this.#failed(task, reason);
        this.#advance();
      },
    );
  }

  #settled(task: Task, result: unknown, given: State): void {
    this.#done(task);
    if (result !== given && result !== undefined) this.#adopt(task.name!, result, given);
    task.settled?.();
  }

  #failed(task: Task, reason: unknown): void {
    this.#done(task);
    const error = this.failed(task.name!, reason);
    task.failed?.(error);
  }

  #done(task: Task): void {
    if (this.#pending === task) this.#pending = undefined;
    if (this.#greeting === task) this.#greeting = undefined;
    if (this.#message === task) this.#message = undefined;
  }

  /** A returned state replaces the state, and what it holds is what the next attempt uses. */
  #adopt(name: CallbackName, result: unknown, given: State): void {
    const adopt = () => isState(result) && this.#settings.adopt(result, given);
    this.guard(name, adopt, "returned a state that cannot be used");
    // What waits may have another pace now.
    this.#listener.schedule();
  }
}
