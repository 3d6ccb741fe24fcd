// A peer that `wsOpts.keepalive` watches is asked with a ping before it is taken for dead, and is left in time.

import type { Observation } from "../observation.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";

const life: readonly string[] = ["message", "ping", "pong"];

export class Vigilance implements Invariant {
  readonly #world: World;
  /** Since when the peer may be silent: it lived, or was not listened to, or was asked anew. */
  #since = 0;
  /** How many pings the connection of now had been asked when something came last. */
  #pings = 0;

  constructor(world: World) {
    this.#world = world;
  }

  observe(observation: Observation): void {
    const { clock, network } = this.#world;
    if (observation.kind === "network" && observation.isLive && life.includes(observation.what.type)) {
      this.#since = clock;
      this.#pings = network.current?.pings.length ?? 0;
    }
    if (observation.kind !== "transition") return;
    const { state, event, next } = observation;
    const isOpened = next.name === "open" && state.name !== "open";
    if (event.type === "wake" || isOpened) this.#since = clock;
    if (isOpened) this.#pings = 0;
    const isDead = state.name === "open" && event.type === "timeout" && next.name !== "open";
    if (!isDead) return;
    if (network.current!.pings.length <= this.#pings)
      this.#world.violate("vigilance", "the peer was taken for dead, and not asked");
  }

  atRest(): void {
    const { state, network, runtime, clock, setup } = this.#world;
    const { keepalive } = setup.options.wsOpts!;
    if (network.current?.isPaused) this.#since = clock;
    if (state.name !== "open" || runtime.isBehind) return;
    const silence = clock - Math.max(this.#since, runtime.skippedAt, network.current?.resumedAt ?? 0);
    if (silence > 2 * keepalive!)
      this.#world.violate("vigilance", `the peer is silent for ${silence} ms, and was not left`);
  }
}
