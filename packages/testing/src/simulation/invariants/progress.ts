// Nothing is ever stuck: a client that is neither idle nor closed waits for something that can still come, its deadlines
// have timers, and what they belong to is left in time.

import { successorOf } from "@gundam/core/succession";
import type { Observation, SeenTransport } from "../observation.ts";
import type { World } from "../world.ts";
import type { Hanging } from "./hanging.ts";
import type { Invariant } from "./invariant.ts";
import type { Messages } from "./messages.ts";
import type { Pacing } from "./pace.ts";
import type { Turns } from "./turns.ts";

/** What a platform may take to tell how a connection ended. */
const ENDING_PATIENCE = 3_000;
const LONGEST_TIMER = 2 ** 31 - 1;

export class Progress implements Invariant {
  readonly #world: World;
  readonly #turns: Turns;
  readonly #hanging: Hanging;
  readonly #messages: Messages;
  readonly #pacing: Pacing;
  /** The time of the last transition into another state, and of this state's name. */
  #since = 0;
  #name = "idle";
  /** When a connection was sent Close. */
  readonly #framedAt: Map<SeenTransport, number> = new Map();
  /** The same of the successor. */
  #successor = { name: "none", generation: 0, since: 0 };

  constructor(world: World, turns: Turns, hanging: Hanging, messages: Messages, pacing: Pacing) {
    this.#world = world;
    this.#turns = turns;
    this.#hanging = hanging;
    this.#messages = messages;
    this.#pacing = pacing;
  }

  observe(observation: Observation): void {
    if (observation.kind === "framed") this.#framedAt.set(observation.transport, this.#world.runtime.now());
    if (observation.kind !== "transition" && observation.kind !== "succession") return;
    const { state, next, env } = observation;
    const { name = "none", generation = 0 } = successorOf(next) ?? {};
    if (name !== this.#successor.name || generation !== this.#successor.generation)
      this.#successor = { name, generation, since: env.now };
    if (observation.kind === "succession") {
      if (next.generation !== state.generation) this.#since = env.now;
      this.#name = next.name;
      return;
    }
    if (next.generation < state.generation) this.#world.violate("generations", "a generation came back");
    if ("generation" in observation.event && observation.event.generation > state.generation) {
      this.#world.violate("generations", `${observation.event.type} of a generation to come`);
    }
    this.#expectAnother(observation);
    this.#expectCode(observation);
    const isSame = next.generation === state.generation;
    if (isSame && state.name === "ending" && (next.name === "greeting" || next.name === "open"))
      this.#world.violate("progress", `what was ending is ${next.name} again`);
    if (next.name !== this.#name || next.generation !== state.generation) this.#since = env.now;
    this.#name = next.name;
  }

  /** An attempt that was begun before a sleep or without a network may hang: it gives way to another, at no cost. */
  #expectAnother({ state, event, next, effects }: Observation & { kind: "transition" }): void {
    if (event.type !== "wake" || !(state.name === "preparing" || state.name === "connecting")) return;
    const isAnother = next.name === "settling" && next.generation > state.generation;
    if ((event.hasSlept || event.isOnline === true) !== isAnother)
      this.#world.violate("progress", `after a wake an attempt goes on as ${next.name}`);
    const isFailure = effects.some(([name]) => name === "tellError" || name === "decide");
    const { retriesLeft, failures } = state.life;
    if (isFailure || next.life.retriesLeft !== retriesLeft || next.life.failures !== failures)
      this.#world.violate("progress", "an attempt that was begun anew has cost something");
  }

  /** A connection that nobody tells the end of is lost as those are that broke. */
  #expectCode({ state, event, next }: Observation & { kind: "transition" }): void {
    if (state.name !== "ending" || event.type !== "timeout" || next.name !== "deciding") return;
    const { kind, code } = next.setback.failure;
    if (kind !== "network" || code !== 1006) this.#world.violate("progress", `it ended with ${kind} ${code}`);
  }

  atRest(): void {
    const { state, runtime, driver } = this.#world;
    const isWaitedFor = this.#isWaitedFor();
    if (!isWaitedFor) this.#world.violate("progress", `${state.name} waits for nothing that can come`);
    this.#checkClock();
    if (runtime.isBehind) return;
    const { clock } = this.#world;
    const deadline = Math.min(
      state.until,
      driver.link?.transport?.deadline ?? Infinity,
      driver.others?.deadline ?? Infinity,
      this.#firstExpiry(),
      this.#messages.isHeldUpByPace ? this.#pacing.opensAt : Infinity,
      state.name === "closed" ? Infinity : this.#hanging.deadline,
    );
    if (deadline <= clock) this.#world.violate("progress", `the deadline of ${state.name} has passed`);
    // One timer serves many messages, and may be left by one that has settled or was dropped since.
    const expiries = this.#world.user.parcels.map(({ expiresAt }) => expiresAt).filter(Number.isFinite);
    const latest =
      state.name === "closed" ? -Infinity : Math.max(this.#hanging.latest, this.#pacing.opensAt, ...expiries);
    const isLeft =
      deadline === Infinity && runtime.timers === 1 && runtime.nextTimer <= Math.ceil(latest - clock);
    const timers = deadline === Infinity && !isLeft ? 0 : 1;
    if (runtime.timers !== timers) {
      this.#world.violate("timers", `${runtime.timers} timers while ${state.name}, and not ${timers}`);
    }
    const due = Math.min(Math.ceil(deadline - clock), LONGEST_TIMER);
    if (timers === 1 && runtime.nextTimer > due) {
      this.#world.violate("timers", `the timer is in ${runtime.nextTimer} ms, the deadline in ${due}`);
    }
    this.#checkPatience(runtime.now());
  }

  /** A timer that fires is due, however early it comes; otherwise time is the platform's. */
  #checkClock(): void {
    const { clock, runtime } = this.#world;
    const lead = clock - runtime.now();
    if (lead < 0 || lead > runtime.earliness)
      this.#world.violate("clock", `it is ${clock} for the client, and ${runtime.now()}`);
  }

  /** Of the messages in the queue. */
  #firstExpiry(): number {
    const queued = this.#world.user.parcels.filter(
      ({ sent, dropped, isRefused }) => !isRefused && sent + dropped === 0,
    );
    return Math.min(...queued.map(({ expiresAt }) => expiresAt));
  }

  #isWaitedFor(): boolean {
    const { state, functions, network } = this.#world;
    const isAsked = (...names: string[]) =>
      functions.pending.some(({ call }) => names.includes(call.name) && call.attempt === this.#world.attempt);
    switch (state.name) {
      case "settling":
        return this.#turns.isAnyAwaited;
      case "preparing":
        return isAsked("url", "headers");
      case "connecting":
        return network.current !== undefined;
      case "greeting":
        return this.#turns.isAnyAwaited;
      case "deciding":
        return isAsked("shouldRetry", "retryFun");
      case "waiting":
        return state.until < Infinity || this.#world.isAsleep;
      default:
        return true;
    }
  }

  /** By the options alone, whatever deadline the state itself may hold. */
  #checkPatience(now: number): void {
    const { state, setup } = this.#world;
    const { callbackTimeout, openTimeout } = setup.options;
    const patience: Partial<Record<string, number>> = {
      settling: callbackTimeout!,
      greeting: callbackTimeout!,
      deciding: callbackTimeout!,
      preparing: openTimeout!,
      ending: ENDING_PATIENCE,
      // Callbacks return states with up to 1000 ms.
      closing: Math.max(1_000, setup.options.wsOpts!.closingTimeout!),
    };
    const leaving = this.#world.network.leaving.map((transport) => ({
      name: "closing",
      since: this.#framedAt.get(transport) ?? now,
    }));
    for (const { name, since } of [{ name: state.name, since: this.#since }, this.#successor, ...leaving]) {
      const most = patience[name] ?? Infinity;
      if (now - since > most)
        this.#world.violate("progress", `${name} for ${now - since} ms, more than ${most}`);
    }
  }
}
