// What a race has seen of one contender, from its own words: the numbers that it took and that came to it, its attempts,
// and its states along time.

import { messageOf, numberOf, Tally } from "@gundam/testing/streams";
import type { Contender, Racer, Told } from "./contender.ts";

/** `silent`: open, and nothing comes. */
export type LaneState = "connected" | "silent" | "down";

/** Holds until the next one; `from`: ms from the start of the race. */
export interface Span {
  readonly from: number;
  readonly state: LaneState;
}

/** ms without a number, of which ten come a second, after which an open connection counts as silent from the last one on. */
const SILENCE = 1000;

export class Lane implements Told {
  readonly contender: Contender;
  readonly tally: Tally = new Tally();
  /** When attempts were begun, ms from the start of the race; those before it are not there. */
  readonly attempts: number[] = [];
  readonly #elapsed: () => number;
  readonly #spans: Span[] = [{ from: Number.NEGATIVE_INFINITY, state: "down" }];
  #lastSign = 0;
  #isOver = false;
  #sent = 0;
  #refused = 0;

  /** `elapsed`: ms from the start of the race, negative before it. */
  constructor(contender: Contender, elapsed: () => number) {
    this.contender = contender;
    this.#elapsed = elapsed;
  }

  get isUp(): boolean {
    return this.#spans.at(-1)!.state !== "down";
  }

  /** Numbers that the contender was given. */
  get sent(): number {
    return this.#sent;
  }

  /** Of these, those that it threw for. */
  get refused(): number {
    return this.#refused;
  }

  /** Gives the contender the next number. */
  send(racer: Racer): void {
    this.#sent += 1;
    try {
      racer.send(messageOf("client", this.#sent));
    } catch {
      this.#refused += 1;
    }
  }

  /** Nothing is noted any more. */
  end(): void {
    this.#isOver = true;
  }

  readonly attempted = (): void => {
    const at = this.#elapsed();
    if (at >= 0 && !this.#isOver) this.attempts.push(at);
  };

  readonly opened = (): void => {
    if (this.isUp || this.#isOver) return;
    this.#lastSign = this.#elapsed();
    this.#spans.push({ from: this.#lastSign, state: "connected" });
  };

  readonly lost = (): void => {
    if (!this.isUp || this.#isOver) return;
    const at = this.#elapsed();
    this.#noteSilence(at);
    this.#spans.push({ from: at, state: "down" });
  };

  readonly received = (message: unknown): void => {
    const number = numberOf("server", message);
    if (number === undefined || this.#isOver) return;
    this.tally.note(number);
    if (!this.isUp) return;
    const at = this.#elapsed();
    if (this.#noteSilence(at)) this.#spans.push({ from: at, state: "connected" });
    this.#lastSign = at;
  };

  /** From the start of the race to `until`. */
  spans(until: number): readonly Span[] {
    const all = [...this.#spans];
    if (this.#isSilent(until))
      all.push({ from: Math.max(this.#lastSign, all.at(-1)!.from), state: "silent" });
    const isOver = (_: Span, index: number) => (all[index + 1]?.from ?? Infinity) <= 0;
    return all
      .filter((span, index) => !isOver(span, index) && span.from < until)
      .map(({ from, state }) => ({ from: Math.max(0, from), state }));
  }

  /** ms until `until` in which nothing came: down or silent. */
  downtime(until: number): number {
    const spans = this.spans(until);
    return spans.reduce((sum, { from, state }, index) => {
      return state === "connected" ? sum : sum + (spans[index + 1]?.from ?? until) - from;
    }, 0);
  }

  #noteSilence(at: number): boolean {
    const isSilent = this.#isSilent(at);
    if (isSilent) this.#spans.push({ from: this.#lastSign, state: "silent" });
    return isSilent;
  }

  #isSilent(at: number): boolean {
    return this.isUp && at - Math.max(0, this.#lastSign) > SILENCE;
  }
}
