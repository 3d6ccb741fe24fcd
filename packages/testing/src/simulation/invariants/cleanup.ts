// What a life holds it holds just as long as it lasts: its place under the supervisor, its listener on the signal. And
// after the end nothing is left, and nothing is told.

import type { Observation } from "../observation.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";

export class Cleanup implements Invariant {
  readonly #world: World;
  #isOver = false;

  constructor(world: World) {
    this.#world = world;
  }

  observe(observation: Observation): void {
    if (!this.#isOver) return;
    if (observation.kind === "told") this.#world.violate("after the end", `${observation.type} was told`);
    if (observation.kind === "called") {
      this.#world.violate("after the end", `${observation.call.name} was called`);
    }
  }

  atRest(): void {
    const { state, setup, signal, client } = this.#world;
    const isAlive = state.name !== "idle" && state.name !== "closed";
    const { supervise } = setup.options;
    const supervisor = supervise === true ? this.#world.supervisor : supervise;
    const children = supervisor ? supervisor.children() : [];
    if (supervisor && children.includes(client) !== isAlive) {
      this.#world.violate("cleanup", `${children.length} children while ${state.name}`);
    }
    const listeners = isAlive ? 1 : 0;
    if (signal !== undefined && signal.signal.listeners !== listeners) {
      this.#world.violate(
        "cleanup",
        `${signal.signal.listeners} listeners on the signal while ${state.name}`,
      );
    }
  }

  atEnd(): void {
    const { state, runtime, network } = this.#world;
    this.#isOver = true;
    if (state.name !== "closed") this.#world.violate("after the end", `the client is ${state.name}`);
    if (runtime.timers > 0) this.#world.violate("after the end", `${runtime.timers} timers are left`);
    if (network.live.length > 0) this.#world.violate("after the end", "a transport is left");
  }
}
