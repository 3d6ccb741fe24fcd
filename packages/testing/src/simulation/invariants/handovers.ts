// A hand-over comes to one end, and its promise says which: the successor takes over when it has been greeted, or becomes
// the attempt, or nothing has happened. What gives way is sent the Close frame that was asked for.

import type { Heir } from "@gundam/core/succession";
import { type HandoverEnd, handoverEndIn } from "../coverage.ts";
import type { Observation, SeenTransport } from "../observation.ts";
import type { AskedHandover } from "../user.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";

interface Handover extends AskedHandover {
  end: HandoverEnd | undefined;
}

export class Handovers implements Invariant {
  readonly #world: World;
  readonly #handovers: Map<Heir, Handover> = new Map();
  /** What was asked for, and the lifecycle has not begun. */
  #asked = 0;
  /** The connection that gives way is owed its Close frame. */
  #giving: Handover | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  observe(observation: Observation): void {
    if (observation.kind === "framed") this.#framed(observation.transport);
    if (observation.kind !== "succession" && observation.kind !== "transition") return;
    const { event, effects } = observation;
    if (event.type === "handover") {
      const asked = this.#world.user.handovers[this.#asked++]!;
      this.#handovers.set(event.of, { ...asked, end: undefined });
    }
    for (const effect of effects) {
      if (effect[0] !== "toHeir") continue;
      const end = handoverEndIn(effect);
      if (end === undefined) continue;
      const handover = this.#handovers.get(effect[1])!;
      if (handover.end !== undefined) this.#world.violate("handover", `${handover.end}, and ${end}`);
      handover.end = end;
      if (end === "succeeded") this.#succeeded(handover, observation);
    }
  }

  #succeeded(handover: Handover, { event }: Observation & { kind: "succession" | "transition" }): void {
    this.#giving = handover;
    if (event.type !== "ofHeir" || event.event.type !== "greeted")
      this.#world.violate("handover", `a successor took over by ${event.type}, before it was greeted`);
  }

  #framed({ number, closeFrame }: SeenTransport): void {
    if (this.#giving === undefined) return;
    const { code, reason } = this.#giving;
    this.#giving = undefined;
    if (closeFrame?.code !== code || closeFrame.reason !== reason)
      this.#world.violate("close frame", `${closeFrame?.code} was sent on ${number}, and not ${code}`);
  }

  atRest(): void {
    if (this.#giving !== undefined)
      this.#world.violate("close frame", "none was sent to a connection that has given way");
    this.#giving = undefined;
    for (const { end, promised } of this.#handovers.values()) {
      const { settledAt, rejected } = promised() ?? {};
      // A careless user does not look.
      if (end === undefined || Number.isNaN(settledAt)) continue;
      if (end === "promoted") continue;
      const outcome = settledAt === undefined ? "pending" : rejected ? "rejected" : "resolved";
      if (outcome !== (end === "succeeded" ? "resolved" : "rejected"))
        this.#world.violate("handover", `the promise of one that has ${end} is ${outcome}`);
    }
    for (const [heir, { end }] of this.#handovers) {
      if (end !== undefined && end !== "promoted") this.#handovers.delete(heir);
    }
  }

  atEnd(): void {
    const pending = [...this.#handovers.values()].filter(({ end }) => end === undefined);
    if (pending.length > 0) this.#world.violate("handover", "one has come to no end");
  }
}
