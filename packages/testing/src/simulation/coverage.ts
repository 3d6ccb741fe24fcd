// How often each cell of the lifecycle table was offered an event, late ones too; and how often hand-overs came to what.

import { type EventName, impossible, type StateName, table } from "@gundam/core/lifecycle";
import { type SuccessionEffect, successorOf } from "@gundam/core/succession";
import type { Observation, Observer } from "./observation.ts";

type Counts = Record<StateName, Record<EventName, number>>;

/** What a hand-over can come to. */
export type HandoverEnd = "succeeded" | "promoted" | "failed" | "forsaken";

/** By what it comes to, and the state of the successor before; "none": it was refused. */
type HandoverCounts = Record<string, number>;

/** What is counted. */
export interface Tally {
  readonly counts: Counts;
  readonly handovers: HandoverCounts;
}

/** What of a hand-over comes to an end by an effect. */
export function handoverEndIn([, , does, told]: SuccessionEffect): HandoverEnd | undefined {
  if (does === "succeed") return "succeeded";
  if (does === "promote") return "promoted";
  if (does === "forsake") return "forsaken";
  return does === "carryOut" && told.effect[0] === "tellClose" ? "failed" : undefined;
}

const attempting = ["preparing", "connecting", "greeting", "ending"];
const handoverEnds = [
  "forsaken in none",
  "succeeded in greeting",
  ...attempting.flatMap((state) => [`promoted in ${state}`, `failed in ${state}`, `forsaken in ${state}`]),
];

const stateNames = Object.keys(table) as StateName[];
const eventNames = Object.keys(table.idle) as EventName[];

/**
 * How often each cell of the lifecycle table was offered an event, late ones too; and how often hand-overs came to
 * what.
 *
 * @example
 * const coverage = new Coverage();
 * await runSchedule(1, { observersOf: () => [coverage] });
 * coverage.impossible; // → []
 */
export class Coverage implements Observer, Tally {
  /** How often hand-overs came to what, by end and state. */
  readonly handovers: HandoverCounts = Object.fromEntries(handoverEnds.map((end) => [end, 0]));
  /** How often each cell was hit, by state and event. */
  readonly counts: Counts = Object.fromEntries(
    stateNames.map((state) => [state, Object.fromEntries(eventNames.map((event) => [event, 0]))]),
  ) as Counts;

  /** Counts what is observed. */
  observe(observation: Observation): void {
    if (observation.kind === "transition") this.counts[observation.state.name][observation.event.type]++;
    if (observation.kind !== "transition" && observation.kind !== "succession") return;
    const { state, event, effects } = observation;
    for (const effect of effects) {
      const end = effect[0] === "toHeir" ? handoverEndIn(effect) : undefined;
      if (end === undefined) continue;
      const name = event.type === "handover" ? "none" : successorOf(state)?.name;
      this.handovers[`${end} in ${name}`]!++;
    }
  }

  /** Adds what was counted elsewhere. */
  add({ counts, handovers }: Tally): void {
    for (const end of handoverEnds) this.handovers[end]! += handovers[end]!;
    for (const state of stateNames) {
      for (const event of eventNames) this.counts[state][event] += counts[state][event];
    }
  }

  /** What has been counted since another count was taken. */
  since({ counts, handovers }: Tally): Tally {
    const difference = new Coverage();
    for (const end of handoverEnds) difference.handovers[end] = this.handovers[end]! - handovers[end]!;
    for (const state of stateNames) {
      for (const event of eventNames) {
        difference.counts[state][event] = this.counts[state][event] - counts[state][event];
      }
    }
    return { counts: difference.counts, handovers: difference.handovers };
  }

  /** The ends of hand-overs that were seen less often than `least`. */
  rareHandovers(least: number): string[] {
    return handoverEnds
      .filter((end) => this.handovers[end]! < least)
      .map((end) => `${end} (${this.handovers[end]})`);
  }

  /** The cells that were hit less often than `least` although something can raise their event. */
  below(least: number): string[] {
    return cells(false)
      .filter(([state, event]) => this.counts[state][event] < least)
      .map(([state, event]) => `${state}.${event} (${this.counts[state][event]})`);
  }

  /** The cells that were hit although the table says that nothing can raise their event. */
  get impossible(): string[] {
    return cells(true)
      .filter(([state, event]) => this.counts[state][event] > 0)
      .map(([state, event]) => `${state}.${event} (${this.counts[state][event]})`);
  }

  /** The grid, for people; `·` is a cell that nothing can hit. */
  toString(): string {
    const width = 10;
    const cell = (state: StateName, event: EventName) => {
      const count = this.counts[state][event];
      return count === 0 && isImpossible(state, event) ? "·" : String(count);
    };
    const rows = eventNames.map(
      (event) => event.padEnd(width) + stateNames.map((state) => cell(state, event).padStart(width)).join(""),
    );
    const head = "".padEnd(width) + stateNames.map((state) => state.padStart(width)).join("");
    const ends = handoverEnds.map((end) => `${end} ${this.handovers[end]}`).join(", ");
    return [head, ...rows, `hand-overs: ${ends}`].join("\n");
  }
}

function cells(areImpossible: boolean): (readonly [StateName, EventName])[] {
  return stateNames
    .flatMap((state) => eventNames.map((event) => [state, event] as const))
    .filter(([state, event]) => isImpossible(state, event) === areImpossible);
}

function isImpossible(state: StateName, event: EventName): boolean {
  return (table[state][event] as unknown) === impossible;
}
