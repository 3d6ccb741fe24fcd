// What `close()`, `ready()`, `deliver()` and a supervisor's `shutdown()` return settles, and in time.

import type { Promised } from "../user.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";

export class Promises implements Invariant {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  observe(): void {}

  atRest(): void {
    const { user, runtime } = this.#world;
    if (runtime.isBehind) return;
    const now = runtime.now();
    for (const promised of user.promises) {
      const most = promised.within + runtime.earliness;
      if (promised.settledAt === undefined && now - promised.at >= most) this.#late(promised, now);
      const isReady = this.#world.state.name === "open";
      if (promised.what === "ready" && promised.settledAt === undefined && isReady) this.#late(promised, now);
      const mayReject = ["ready", "ping", "flush", "handover"].includes(promised.what);
      if (!mayReject && promised.rejected) {
        this.#world.violate("promise", `${promised.what}() rejected`);
      }
    }
  }

  #late({ what, at, within }: Promised, now: number): void {
    const waited = now - at;
    this.#world.violate("promise", `${what}() has not settled after ${waited} ms, at most ${within}`);
  }

  atEnd(): void {
    const { user } = this.#world;
    for (const { what, settledAt } of user.promises) {
      if (settledAt === undefined) this.#world.violate("promise", `${what}() never settled`);
    }
    if (user.deliveries.size > 0) this.#world.violate("promise", "deliver() never settled");
    const listening = user.waitSignals.filter(({ signal }) => signal.listeners > 0);
    if (listening.length > 0)
      this.#world.violate("cleanup", "a wait that is over still listens to its signal");
  }
}
