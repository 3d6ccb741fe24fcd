// What is told is true: phases come in pairs, the phase of the client is what `change` says, each failure is told once
// and no stale one ever, and the end has the code of what ended it.

import type { GundamError } from "@gundam/core";
import type { State } from "@gundam/core/lifecycle";
import type { Observation } from "../observation.ts";
import { show } from "../show.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";

export class Tellings implements Invariant {
  readonly #world: World;
  #phase: string | undefined;
  #clientPhase = "idle";
  /** The attempt of now was a successor's, of which no phase is told. */
  #isPromoted = false;
  /** How often the errors of the network's failures must be told, and how often they were. */
  readonly #due: Map<unknown, number> = new Map();
  readonly #told: Map<unknown, number> = new Map();
  /** The ends that were decided and not told yet. */
  readonly #ends: (number | undefined)[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  observe(observation: Observation): void {
    if (observation.kind === "told") this.#tell(observation.type, observation.detail);
    if (observation.kind === "transition") {
      const { state, next, effects } = observation;
      if (next.generation !== state.generation)
        this.#isPromoted = effects.some((effect) => effect[0] === "toHeir" && effect[2] === "promote");
      this.#expectEnd(observation);
    }
    if (observation.kind !== "network" || observation.what.type !== "lost") return;
    const { failure } = observation.what;
    const { name } = this.#world.state;
    const isError = failure.kind !== "close" && name !== "closing";
    const isDue = observation.isLive && isError && observation.transport === this.#world.network.last;
    this.#due.set(failure.error, isDue ? 1 : 0);
  }

  #tell(type: string, detail: unknown): void {
    if (type === "ping" || type === "pong") this.#tellPing(type);
    if (type === "phase") this.#tellPhase(detail as { phase: string; type: string; duration?: number });
    if (type === "error") this.#told.set(detail, (this.#told.get(detail) ?? 0) + 1);
    if (type === "close") this.#tellEnd(detail as { code: number; error?: GundamError });
    if (type === "connect" || type === "close") this.#expectNoPhase(type);
    if (type === "change") {
      const { from, to } = detail as { from: string; to: string };
      if (from !== this.#clientPhase || to === from) {
        this.#world.violate("change", `${from} → ${to} was told where the phase was ${this.#clientPhase}`);
      }
      this.#clientPhase = to;
    }
  }

  #tellPing(type: string): void {
    if (this.#world.setup.options.wsOpts?.silencePings) this.#world.violate("pings", `${type} was told`);
  }

  #tellPhase({ phase, type, duration }: { phase: string; type: string; duration?: number }): void {
    if (type === "start") {
      this.#expectNoPhase(phase);
      this.#phase = phase;
      return;
    }
    if (this.#phase !== phase) this.#world.violate("phase", `${phase} ended without having begun`);
    if (!(duration! >= 0)) this.#world.violate("phase", `${phase} took ${duration} ms`);
    this.#phase = undefined;
  }

  #expectNoPhase(what: string): void {
    if (this.#phase === undefined) return;
    this.#world.violate("phase", `${what} was told before the end of ${this.#phase}`);
    this.#phase = undefined;
  }

  #expectEnd({ state, event, next, effects }: Observation & { kind: "transition" }): void {
    if (!effects.some(([name]) => name === "tellClose")) return;
    if (next.name !== "closed" && !(state.name === "closing" && state.again)) {
      this.#world.violate("end", `told the end of a life that goes on as ${next.name}`);
    }
    this.#ends.push(endOf(state, event));
  }

  #tellEnd({ code }: { code: number }): void {
    if (this.#ends.length === 0) return this.#world.violate("end", "told of an end that was none");
    const due = this.#ends.shift();
    if (due !== undefined && code !== due) this.#world.violate("end", `ended with ${code} and not ${due}`);
  }

  atRest(): void {
    for (const [error, times] of this.#due) {
      const told = this.#told.get(error) ?? 0;
      if (told !== times)
        this.#world.violate("errors", `told ${told} times instead of ${times}: ${show(error)}`);
    }
    this.#due.clear();
    const { client } = this.#world;
    if (client.phase !== this.#clientPhase) {
      this.#world.violate("change", `the phase is ${client.phase}, and ${this.#clientPhase} was told`);
    }
    const { name } = this.#world.state;
    if (name === "preparing" && this.#phase !== "prepare" && !this.#isPromoted) {
      this.#world.violate("phase", `${this.#phase ?? "no phase"} was told while preparing`);
    }
    const isInPhase = name === "preparing" || (name === "connecting" && this.#phase !== undefined);
    if (!isInPhase && this.#phase !== undefined) {
      this.#world.violate("phase", `${this.#phase} goes on while ${name}`);
    }
    const { aborted } = client.connectionSignal;
    const isConnected = client.phase === "open";
    // Of a connection that is ending it may be said already, and of one that closes.
    if (name !== "closing" && name !== "ending" && aborted === isConnected) {
      this.#world.violate(
        "signal",
        `the connection's signal is ${aborted ? "" : "not "}aborted while ${name}`,
      );
    }
  }

  atEnd(): void {
    if (this.#ends.length > 0) this.#world.violate("end", "an end was never told");
  }
}

/** The code that `onClose` owes; undefined where a failure says it. */
function endOf(state: State, event: { type: string; code?: number | undefined }): number | undefined {
  if (state.name === "closing") return state.code;
  if (event.type === "close") return event.code;
  return event.type === "terminate" ? 1006 : undefined;
}
