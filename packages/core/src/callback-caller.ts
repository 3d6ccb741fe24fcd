// The user's callbacks: called in their order, with the state of now; what they return and throw is taken care of.

import { CallbackQueue, type Order } from "./callbacks.ts";
import { isThenable } from "./chain.ts";
import type { ClientCallbacks } from "./client.ts";
import { CallbackError, messageOf } from "./errors.ts";
import type { Link } from "./link.ts";
import type { CallbackName } from "./options.ts";
import type { Settings } from "./settings.ts";
import { isState, type State } from "./state.ts";

export interface CallbackCallerListener {
  /** A callback failed, and there is somebody to tell. */
  tellError(error: CallbackError): void;
  /** A callback failed, and no other can be told: the operator is. */
  report(error: CallbackError): void;
  /** The client has ended, and nobody is told of anything any more. */
  readonly isOver: boolean;
}

export class CallbackCaller {
  readonly queue: CallbackQueue = new CallbackQueue();
  readonly #settings: Settings;
  readonly #client: object;
  /** The callbacks as they were when the client was first used: a subclass's fields are not there before. */
  readonly #find: () => ClientCallbacks;
  #found: ClientCallbacks | undefined;
  readonly #listener: CallbackCallerListener;

  constructor(
    settings: Settings,
    client: object,
    find: () => ClientCallbacks,
    listener: CallbackCallerListener,
  ) {
    this.#settings = settings;
    this.#client = client;
    this.#find = find;
    this.#listener = listener;
  }

  get callbacks(): ClientCallbacks {
    this.#found ??= this.#find();
    return this.#found;
  }

  /** Calls a callback when its turn has come, with the state of then. */
  call(
    name: CallbackName,
    order: Order,
    call: (state: State) => unknown,
    settled?: () => void,
    failed?: (error: CallbackError) => void,
  ): void {
    let state!: State;
    const run = () => {
      state = this.#settings.state;
      return call(state);
    };
    const settle = (result: unknown) => {
      this.#adopt(name, result, state);
      settled?.();
    };
    const fail = (reason: unknown) => {
      const error = this.failed(name, reason);
      failed?.(error);
    };
    this.queue.add(order, run, settle, fail);
  }

  /** The hot path of `onMessage`. The backlog of a slow one stops the reading, where the platform can. */
  callWithMessage(message: unknown, link: Link): void {
    const { onMessage } = this.callbacks;
    if (onMessage === undefined) return;
    if (!this.queue.isIdle) return this.#callLater(message, link);
    const { state } = this.#settings;
    this.queue.enter();
    let result: unknown;
    try {
      result = onMessage.call(this.#client, message, this.#client, state);
    } catch (reason) {
      this.#messageFailed(reason);
    }
    if (isThenable(result)) {
      const settle = (value: unknown) => this.#adopt("onMessage", value, state);
      return this.queue.leaveWith(result, settle, this.#messageFailed);
    }
    if (result !== undefined) this.#adopt("onMessage", result, state);
    this.queue.leave();
  }

  readonly #messageFailed = (reason: unknown): void => {
    this.failed("onMessage", reason);
  };

  #callLater(message: unknown, link: Link): void {
    const { onMessage } = this.callbacks;
    link.defer();
    this.call("onMessage", "ordinary", (state) => {
      link.caughtUp();
      return onMessage!.call(this.#client, message, this.#client, state);
    });
  }

  /** What a callback throws is told to `onError`; what `onError` and `onClose` throw, or after the end, to the operator. */
  failed(name: string, cause: unknown, problem = "failed"): CallbackError {
    const error = new CallbackError(name, `${problem}: ${messageOf(cause)}`, { cause });
    const isUntellable = name === "onError" || name === "onClose" || this.#listener.isOver;
    if (isUntellable) this.#listener.report(error);
    else this.#listener.tellError(error);
    return error;
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
