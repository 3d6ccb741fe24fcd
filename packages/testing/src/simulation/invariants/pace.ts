// In no window of `per` ms more than `messages` leave, over whatever connections.

import type { Observation } from "../observation.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";

export class Pacing implements Invariant {
  readonly #world: World;
  /** When messages left, by the client's clock. */
  readonly #times: number[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  observe(observation: Observation): void {
    if (observation.kind !== "sent") return;
    const { pace } = this.#world.setup;
    if (pace !== undefined && this.opensAt > this.#world.clock) {
      this.#world.violate("pace", `more than ${pace.messages} messages left within ${pace.per} ms`);
    }
    this.#times.push(this.#world.clock);
  }

  /** When the next message may leave; in the past: now. */
  get opensAt(): number {
    const { pace } = this.#world.setup;
    const first = pace && this.#times.at(-pace.messages);
    return first === undefined ? -Infinity : first + pace!.per;
  }

  get isFull(): boolean {
    return this.opensAt > this.#world.clock;
  }
}
