// The last attempts of a client, for `explain` and for whoever reads its last error. Written as the driver tells what
// happens; bounded.

import type { Failure, GundamError, Phase } from "./errors.ts";

/** How many attempts are remembered. */
const LONGEST_HISTORY = 20;

/** One attempt and what became of it. Durations in ms. */
export interface AttemptRecord {
  /** 1 for the first since the budget was last full. */
  readonly attempt: number;
  /** Wall clock, ms since the epoch. */
  readonly startedAt: number;
  readonly url: string;
  readonly phases: readonly PhaseRecord[];
  /** It opened; how long that lasted, if it has ended. */
  readonly opened: boolean;
  readonly uptime: number | undefined;
  /** Why the attempt or its connection ended; undefined while it goes on, or when we ended it. */
  readonly error: GundamError | undefined;
  /** What was decided on that: the wait before the next attempt, or that it was the last. */
  readonly verdict: { readonly retryIn: number; readonly retriesLeft: number } | "stop" | undefined;
}

export interface PhaseRecord {
  readonly phase: Phase;
  readonly duration: number;
  readonly failed: boolean;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export class History {
  readonly #records: Writable<AttemptRecord>[] = [];

  get records(): readonly AttemptRecord[] {
    return this.#records;
  }

  began(attempt: number, startedAt: number): void {
    if (this.#records.length === LONGEST_HISTORY) this.#records.shift();
    this.#records.push({
      attempt,
      startedAt,
      url: "",
      phases: [],
      opened: false,
      uptime: undefined,
      error: undefined,
      verdict: undefined,
    });
  }

  dialled(url: string): void {
    this.#write({ url });
  }

  phaseEnded(phase: Phase, duration: number, failure: Failure | undefined): void {
    const phases = this.#records.at(-1)?.phases ?? [];
    this.#write({ phases: [...phases, { phase, duration, failed: failure !== undefined }] });
  }

  opened(): void {
    this.#write({ opened: true });
  }

  ended(error: GundamError, uptime: number | undefined): void {
    this.#write({ error, uptime });
  }

  decided(verdict: { readonly retryIn: number; readonly retriesLeft: number }): void {
    this.#write({ verdict });
  }

  stopped(error: GundamError): void {
    this.#write({ error, verdict: "stop" });
  }

  #write(facts: Partial<AttemptRecord>): void {
    const record = this.#records.at(-1);
    if (record !== undefined) Object.assign(record, facts);
  }
}
