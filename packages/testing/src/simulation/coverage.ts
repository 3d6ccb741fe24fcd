// How often each cell of the lifecycle table was offered an event, late ones too.

import { type EventName, impossible, type StateName, table } from "@gundam/core/lifecycle";
import type { Observation, Observer } from "./observation.ts";

type Counts = Record<StateName, Record<EventName, number>>;

const stateNames = Object.keys(table) as StateName[];
const eventNames = Object.keys(table.idle) as EventName[];

export class Coverage implements Observer {
  readonly counts: Counts = Object.fromEntries(
    stateNames.map((state) => [state, Object.fromEntries(eventNames.map((event) => [event, 0]))]),
  ) as Counts;

  observe(observation: Observation): void {
    if (observation.kind === "transition") this.counts[observation.state.name][observation.event.type]++;
  }

  add(counts: Counts): void {
    for (const state of stateNames) {
      for (const event of eventNames) this.counts[state][event] += counts[state][event];
    }
  }

  /** What has been counted since another count was taken. */
  since({ counts }: Coverage): Counts {
    const difference = new Coverage();
    for (const state of stateNames) {
      for (const event of eventNames) {
        difference.counts[state][event] = this.counts[state][event] - counts[state][event];
      }
    }
    return difference.counts;
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
    return [head, ...rows].join("\n");
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
