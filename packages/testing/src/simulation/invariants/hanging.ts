// An `onMessage` that is pending for `callbackTimeout` is told once, as an error; unless the end comes before that.

import { TimeoutError } from "@gundam/core";
import type { Call, Observation } from "../observation.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";

export class Hanging implements Invariant {
  readonly #world: World;
  /** The last `onMessage` that returned a promise, and since when it is pending. */
  #call: Call | undefined;
  #since = -Infinity;
  #isTold = false;

  constructor(world: World) {
    this.#world = world;
  }

  get #timeout(): number {
    return this.#world.setup.options.callbackTimeout!;
  }

  /** When the message that is pending hangs. */
  get deadline(): number {
    return this.#call?.isPending && !this.#isTold ? this.#since + this.#timeout : Infinity;
  }

  /** When the last that was called would have: a timer may be left until then. */
  get latest(): number {
    return this.#timeout === Infinity ? -Infinity : this.#since + this.#timeout;
  }

  observe(observation: Observation): void {
    if (observation.kind === "called" && observation.call.name === "onMessage") {
      this.#call = observation.call;
      this.#since = this.#world.clock;
      this.#isTold = false;
    }
    if (observation.kind === "told" && observation.type === "error") this.#told(observation.detail);
  }

  #told(error: unknown): void {
    if (!isOfHanging(error)) return;
    if (this.#world.clock < this.deadline) {
      const problem = this.#isTold ? "twice" : "of one that does not";
      this.#world.violate("hanging", `that onMessage hangs was told ${problem}`);
    }
    if (error.timeout !== this.#timeout) this.#world.violate("hanging", `for ${error.timeout} ms`);
    this.#isTold = true;
  }

  atRest(): void {
    const { state, runtime, clock } = this.#world;
    if (state.name === "closed" || runtime.isBehind || clock < this.deadline) return;
    if (this.deadline < Infinity) this.#world.violate("hanging", "that onMessage hangs was not told");
  }
}

/** It says that an `onMessage` hangs. */
export function isOfHanging(error: unknown): error is TimeoutError {
  return error instanceof TimeoutError && error.phase === "onMessage";
}
