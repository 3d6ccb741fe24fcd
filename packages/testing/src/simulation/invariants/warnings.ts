// A client whose attempts fail, or that ends by itself, while nobody listens says so in one line, once a life; and
// whoever listens is not warned.

import type { Observation } from "../observation.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";

export class Warnings implements Invariant {
  readonly #world: World;
  /** In how many lives there was something to warn of, and whether there was in this one. */
  #due = 0;
  #isDue = false;
  #warned = 0;

  constructor(world: World) {
    this.#world = world;
  }

  observe(observation: Observation): void {
    if (observation.kind === "warned") this.#warn(observation.line);
    if (observation.kind !== "transition") return;
    for (const effect of observation.effects) {
      if (effect[0] === "begin") this.#isDue = false;
      const isFailed = effect[0] === "tellRetry" && !effect[2].wasOpen;
      const isEnded = effect[0] === "tellClose" && effect[3] !== undefined;
      if ((!isFailed && !isEnded) || this.#isDue) continue;
      this.#isDue = true;
      this.#due++;
    }
  }

  #warn(line: string): void {
    this.#warned++;
    const { isDeaf } = this.#world.setup;
    if (!isDeaf) this.#world.violate("warnings", `warned although somebody listens: ${line}`);
    else if (this.#warned > this.#due)
      this.#world.violate("warnings", `warned ${this.#warned} times in ${this.#due} lives: ${line}`);
    if (line.includes("\n")) this.#world.violate("warnings", `a line of several: ${line}`);
  }

  atRest(): void {
    if (this.#world.setup.isDeaf && this.#warned < this.#due)
      this.#world.violate("warnings", "nobody listens, and nobody was warned");
  }
}
