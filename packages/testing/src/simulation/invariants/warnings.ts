// A client whose attempts fail, or that ends by itself, while nobody listens says so in one line, once a life; and
// whoever listens is not warned.

import type { Observation } from "../observation.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";

export class Warnings implements Invariant {
  readonly #world: World;
  /** There is something to warn of in this life. */
  #isDue = false;
  #warned = 0;

  constructor(world: World) {
    this.#world = world;
  }

  observe(observation: Observation): void {
    if (observation.kind === "warned") this.#warn(observation.line);
    if (observation.kind !== "transition") return;
    for (const effect of observation.effects) {
      if (effect[0] === "begin") {
        this.#expect();
        this.#isDue = false;
        this.#warned = 0;
      }
      const isFailed = effect[0] === "tellRetry" && !effect[2].wasOpen;
      if (isFailed || (effect[0] === "tellClose" && effect[3] !== undefined)) this.#isDue = true;
    }
  }

  #warn(line: string): void {
    this.#warned++;
    const { isDeaf } = this.#world.setup;
    const problem = !isDeaf
      ? "although somebody listens"
      : !this.#isDue
        ? "of nothing"
        : this.#warned > 1
          ? "twice in one life"
          : undefined;
    if (problem !== undefined) this.#world.violate("warnings", `warned ${problem}: ${line}`);
    if (line.includes("\n")) this.#world.violate("warnings", `a line of several: ${line}`);
  }

  #expect(): void {
    if (this.#world.setup.isDeaf && this.#isDue && this.#warned === 0)
      this.#world.violate("warnings", "nobody listens, and nobody was warned");
  }

  atRest(): void {
    this.#expect();
  }
}
