// The order of callbacks: one after another, each waiting for the promise of the one before. Two exceptions keep a
// client from waiting for itself: while `onConnect` is pending messages and errors are delivered (it may be waiting for
// one), and `release` stops waiting for what takes too long.

import { isThenable, settling } from "./chain.ts";

/** Calls a callback; `settle` is called with what it returned or resolved to, `fail` with what it threw. */
interface Task {
  readonly run: () => unknown;
  readonly settle: (result: unknown) => void;
  readonly fail: (reason: unknown) => void;
  readonly order: Order;
}

/**
 * `greeting`: does not hold back what follows, but for `farewell`s. `farewell`: what comes when the connection is gone.
 */
export type Order = "greeting" | "ordinary" | "farewell";

export class CallbackQueue {
  readonly #tasks: Task[] = [];
  #isHeld = false;
  /** The tasks that are waited for; an entry that is taken out settles unnoticed. */
  #pending: Task | undefined;
  #greeting: Task | undefined;
  /** How many of the waiting tasks run without being waited for. */
  #released = 0;

  /** Nothing is pending and nothing waits: a callback may be called directly. */
  get isIdle(): boolean {
    return this.#pending === undefined && this.#tasks.length === 0 && !this.#isHeld;
  }

  add(order: Order, run: () => unknown, settle: Task["settle"], fail: Task["fail"]): void {
    this.#tasks.push({ order, run, settle, fail });
    this.#advance();
  }

  /** Calls `reached` once all that was added before has settled; synchronously if it has. */
  whenSettled(reached: () => void): void {
    if (this.#tasks.length === 0 && this.#pending === undefined && this.#greeting === undefined) reached();
    else this.add("farewell", reached, nothing, nothing);
  }

  /** A callback is called directly, which takes no allocation; only when `isIdle`. Nothing else runs until `leave`. */
  enter(): void {
    this.#pending = direct;
  }

  /** The callback has returned. */
  leave(): void {
    if (this.#pending === direct) this.#pending = undefined;
    if (this.#tasks.length > 0) this.#advance();
  }

  /** The callback has returned a promise: wait for it as for a task's, in place of `leave`. */
  leaveWith(promise: PromiseLike<unknown>, settle: Task["settle"], fail: Task["fail"]): void {
    const task: Task = { order: "ordinary", run: nothing, settle, fail };
    if (this.#pending === direct) this.#pending = task;
    this.#watch(task, promise);
  }

  /** Runs nothing until `resume`. */
  hold(): void {
    this.#isHeld = true;
  }

  resume(): void {
    this.#isHeld = false;
    this.#advance();
  }

  /** Waits no longer for anything that was added until now. */
  release(): void {
    this.#pending = undefined;
    this.#greeting = undefined;
    this.#released = this.#tasks.length;
    this.#advance();
  }

  #advance(): void {
    while (this.#canAdvance()) this.#call(this.#tasks.shift()!);
  }

  #canAdvance(): boolean {
    const next = this.#tasks[0];
    if (next === undefined || this.#isHeld || this.#pending !== undefined) return false;
    return this.#greeting === undefined || next.order === "ordinary";
  }

  #call(task: Task): void {
    const isWaitedFor = this.#released === 0;
    if (!isWaitedFor) this.#released--;
    let result: unknown;
    // A task that calls back into the queue must not overtake itself.
    this.#pending = task;
    try {
      result = task.run();
    } catch (reason) {
      this.#done(task);
      task.fail(reason);
      return;
    }
    if (!isThenable(result)) {
      this.#done(task);
      task.settle(result);
      return;
    }
    if (task.order === "greeting" && this.#pending === task) {
      this.#pending = undefined;
      this.#greeting = task;
    }
    if (!isWaitedFor) this.#done(task);
    this.#watch(task, result);
  }

  #watch(task: Task, promise: PromiseLike<unknown>): void {
    const settled = (report: () => void) => {
      this.#done(task);
      report();
      this.#advance();
    };
    settling(promise).then(
      (result) => settled(() => task.settle(result)),
      (reason) => settled(() => task.fail(reason)),
    );
  }

  #done(task: Task): void {
    if (this.#pending === task) this.#pending = undefined;
    if (this.#greeting === task) this.#greeting = undefined;
  }
}

const nothing = (): void => {};

/** Stands for the callback that is called directly. */
const direct: Task = { order: "ordinary", run: nothing, settle: nothing, fail: nothing };
