// The library's platform with an onlooker at its transition table: the page draws what the client does, not what it
// infers from events.

import type { Failure, Platform } from "@gundam/core";
import { type Effect, type Event, type State, transition } from "@gundam/core/lifecycle";

/** One event that changed something. */
export interface Transit {
  /** On `performance.now()`'s clock. */
  readonly at: number;
  readonly from: State;
  readonly event: Event;
  readonly to: State;
  /** What went wrong, if that was it. */
  readonly failure: Failure | undefined;
}

/** `saw` is called in the middle of a transition: it takes a note and must not touch the client. */
export function observed(platform: Platform, saw: (transit: Transit) => void): Platform {
  return {
    ...platform,
    transition(state, event, env, cells) {
      const result = transition(state, event, env, cells);
      const [to, ...effects] = result;
      if (to !== state) saw({ at: env.now, from: state, event, to, failure: failureOf(to, effects) });
      return result;
    },
  };
}

function failureOf(to: State, effects: readonly Effect[]): Failure | undefined {
  if (to.name === "deciding") return to.setback.failure;
  const [, , , failure] = effects.find((effect) => effect[0] === "tellClose") ?? [];
  return failure;
}
