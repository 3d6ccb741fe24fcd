// Whoever was told by `send` to wait is told by `drain` to go on, as soon as nothing waits any more and, by then, the pace
// lets more leave; or it is the end.

import { successorOf } from "@gundam/core/succession";
import type { Observation } from "../observation.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";
import type { Pacing } from "./pace.ts";

export class Drains implements Invariant {
  readonly #world: World;
  readonly #pacing: Pacing;
  /** Somebody waits; `maybe`: `deliver` does not say what `send` returned. */
  #isOwed: boolean | "maybe" = false;
  /** A life ends, and that was not told yet: who sends now may hear of this end. */
  #isEnding = false;

  constructor(world: World, pacing: Pacing) {
    this.#world = world;
    this.#pacing = pacing;
  }

  observe(observation: Observation): void {
    if (observation.kind === "transition" && observation.effects.some(([name]) => name === "end")) {
      this.#isEnding = true;
      // What is held back in this step may be told yet.
      if (this.#isOwed) this.#isOwed = "maybe";
    }
    if (observation.kind === "accepted" && !observation.mayGoOn)
      this.#isOwed = this.#isEnding ? "maybe" : true;
    if (observation.kind === "delivered" || observation.kind === "sending") this.#isOwed ||= "maybe";
    if (observation.kind === "told" && observation.type === "close") this.#isEnding = false;
    if (observation.kind === "told" && observation.type === "drain") {
      if (!this.#isOwed) this.#world.violate("drain", "was told, and nobody waits");
      this.#isOwed = false;
    }
  }

  atRest(): void {
    const { state, client, runtime } = this.#world;
    if (this.#pacing.isFull || runtime.isBehind) return;
    // What was sent ahead over the connection to come waits for that one.
    if (successorOf(state) !== undefined) return;
    if (this.#isOwed !== true || state.name !== "open" || client.bufferedAmount > 0) return;
    this.#world.violate("drain", "was not told, and nothing waits");
  }
}
