// A peer that `wsOpts.keepalive` watches is asked with a ping before it is taken for dead, and is left in time.

import type { Observation } from "../observation.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";

/** What has come is read by then, after a wake or a look that came late, ms. */
const READING = 100;
const life: readonly string[] = ["message", "ping", "pong"];

export class Vigilance implements Invariant {
  readonly #world: World;
  /** Since when the peer may be silent: it lived, or was not listened to, or was asked anew. */
  #since = 0;
  /** How many pings the connection of now had been asked when something came last. */
  #pings = 0;
  /** The question of a wake is owed since then. */
  #wokenAt: number | undefined;
  /** The last look came late, and neither asked nor judged. */
  #hasLookedLate = false;

  constructor(world: World) {
    this.#world = world;
  }

  observe(observation: Observation): void {
    const { clock, network } = this.#world;
    const isNews = observation.kind === "network" && life.includes(observation.what.type);
    if (isNews && observation.isLive && observation.transport === network.current) {
      this.#since = clock;
      this.#pings = network.current?.pings.length ?? 0;
    }
    if (observation.kind === "succession" && observation.next.generation !== observation.state.generation)
      this.#succeeded(clock);
    if (observation.kind !== "transition") return;
    const { state, event, next, effects } = observation;
    const isOpened = next.name === "open" && state.name !== "open";
    if (isOpened) this.#since = clock;
    if (event.type === "wake") this.#since = clock + READING;
    if (isOpened) this.#pings = 0;
    const isAsked = effects.some(([name]) => name === "probe");
    if (state.name === "open" && event.type === "timeout") this.#look(observation, isAsked);
    if (state.name === "open" && event.type === "wake") this.#wake(clock, isAsked);
    if (next.name !== "open" || isOpened) {
      this.#wokenAt = undefined;
      this.#hasLookedLate = false;
    }
    const isDead = state.name === "open" && event.type === "timeout" && next.name !== "open";
    if (!isDead) return;
    if (network.current!.pings.length <= this.#pings)
      this.#world.violate("vigilance", "the peer was taken for dead, and not asked");
  }

  /** Another connection is watched from now on. */
  #succeeded(now: number): void {
    this.#since = now;
    this.#pings = 0;
    this.#wokenAt = undefined;
    this.#hasLookedLate = false;
  }

  #wake(now: number, isAsked: boolean): void {
    this.#hasLookedLate = false;
    if (this.#world.setup.options.wsOpts!.keepalive === Infinity) return;
    this.#wokenAt = now;
    if (isAsked) this.#world.violate("vigilance", "the peer was asked before what had come was read");
  }

  #look({ env, state, next }: Observation & { kind: "transition" }, isAsked: boolean): void {
    const late = env.now - state.until;
    const isLate = late > this.#world.setup.options.wsOpts!.keepalive! / 4;
    if (next.name !== "open") {
      if (isLate && !this.#hasLookedLate)
        this.#world.violate("vigilance", `the peer was taken for dead at a look that came ${late} ms late`);
      if (this.#wokenAt !== undefined)
        this.#world.violate("vigilance", "the peer was taken for dead, and not asked since a wake");
    }
    this.#hasLookedLate = isLate && !isAsked;
    if (isAsked && this.#wokenAt !== undefined && env.now < this.#wokenAt + READING)
      this.#world.violate("vigilance", "the peer was asked before what had come was read");
    // While nothing is read, nobody is watched.
    if (isAsked || env.isHeld) this.#wokenAt = undefined;
  }

  atRest(): void {
    const { state, network, runtime, clock, setup } = this.#world;
    const { keepalive } = setup.options.wsOpts!;
    if (network.current?.isPaused) this.#since = clock;
    if (state.name !== "open" || runtime.isBehind) return;
    const silence = clock - Math.max(this.#since, runtime.skippedAt, network.current?.resumedAt ?? 0);
    if (this.#wokenAt !== undefined && clock >= this.#wokenAt + READING)
      this.#world.violate("vigilance", "the peer was not asked after a wake");
    if (silence > 2 * keepalive!)
      this.#world.violate("vigilance", `the peer is silent for ${silence} ms, and was not left`);
  }
}
