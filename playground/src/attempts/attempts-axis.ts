// The axis of time that the attempts of all clients share: what happened to them at once stands at one place.

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Session } from "../client/session.ts";
import { moment, now, wallOf } from "../clock.ts";
import { type Waterfalls, waterfallsOf } from "./waterfall.ts";

/** What the width of a panel stands for, ms; `Infinity`: all there is. */
export const spans = [
  { value: "fit", label: "All", ms: Infinity },
  { value: "60", label: "1 min", ms: 60_000 },
  { value: "10", label: "10 s", ms: 10_000 },
  { value: "1", label: "1 s", ms: 1000 },
] as const;

export type SpanName = (typeof spans)[number]["value"];

/** ms between two looks at how far the newest bar has grown. */
const GROWTH = 500;

export class AttemptsAxis {
  readonly span: Signal<SpanName> = signal<SpanName>("fit");
  /** How far the lanes are scrolled, px. */
  readonly left: Signal<number> = signal(0);
  readonly #sessions: ReadonlySignal<readonly Session[]>;
  readonly #growth: ReadonlySignal<number> = computed(() => Math.floor(now.value / GROWTH));
  /** Rows in the order of the sessions. */
  readonly waterfalls: ReadonlySignal<Waterfalls> = computed(() => {
    // Looked at so that the newest bar grows.
    this.#growth.value;
    const lives = this.#sessions.value.map(({ shownAttempts, shownEndedAt }) => ({
      records: shownAttempts.value,
      endedAt: shownEndedAt.value,
    }));
    return waterfallsOf(lives, wallOf(moment.value ?? performance.now()));
  });

  constructor(sessions: ReadonlySignal<readonly Session[]>) {
    this.#sessions = sessions;
  }

  rowsOf(session: Session): Waterfalls["rows"][number] {
    return this.waterfalls.value.rows[this.#sessions.value.indexOf(session)] ?? [];
  }
}
