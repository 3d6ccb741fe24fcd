// The incident of now: recorded while one clicks, read from the address, changed by hand, played. While it records, the
// first act begins an incident and each later one is a step of it, until nothing has been done for a while; the act after
// that begins another. What was played, read or changed is not recorded over until that is asked for.

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { moment } from "../clock.ts";
import { type Act, type Incident, incidentOf, labelOf, MOST_STEPS, nothing } from "./incident.ts";
import { IncidentPlayer, type Stage } from "./incident-player.ts";
import { readIncident, tidyFault, writeIncident } from "./incident-text.ts";

/** What has become of the incident; times on `performance.now()`'s clock. */
export type Run =
  /** Nobody has seen it: there is none, or it is another than it was. */
  | { readonly name: "unseen" }
  | { readonly name: "recording"; readonly origin: number }
  /** Fresh connections are opened. */
  | { readonly name: "connecting" }
  | { readonly name: "playing"; readonly origin: number; readonly done: number }
  | { readonly name: "over"; readonly origin: number; readonly until: number };

/** ms without an act after which a recording ends, if the clients are at rest. */
const CALM = 10_000;
/** ms between two looks whether they are. */
const LOOK = 1000;
/** ms. */
const LONGEST_RECORDING = 120_000;
/** ms that a recording shows after the last thing that happened. */
const REST = 2000;
/** ms to which what is recorded is rounded, for a text that can be read. */
const GRAIN = 50;

export class IncidentDesk {
  readonly player: IncidentPlayer;
  readonly #stage: Stage;
  readonly #incident = signal<Incident>(nothing);
  readonly #isRecording = signal(true);
  /** When the recording began that goes on. */
  readonly #recordedSince = signal<number | undefined>(undefined);
  readonly #seen = signal<{ readonly origin: number; readonly until: number } | undefined>(undefined);
  /** A text that is no incident, and why. */
  readonly #refused = signal<{ readonly text: string; readonly problem: string } | undefined>(undefined);
  #calm: ReturnType<typeof setTimeout> | undefined;

  readonly run: ReadonlySignal<Run> = computed(() => {
    const playing = this.player.playing.value;
    if (playing !== undefined) {
      const { origin, done } = playing;
      return origin === undefined ? { name: "connecting" } : { name: "playing", origin, done };
    }
    const origin = this.#recordedSince.value;
    if (origin !== undefined) return { name: "recording", origin };
    return this.#seen.value === undefined ? { name: "unseen" } : { name: "over", ...this.#seen.value };
  });
  /** As it stands in the address; what was refused stays there. */
  readonly text: ReadonlySignal<string> = computed(() => {
    if (this.#refused.value !== undefined) return this.#refused.value.text;
    return this.#incident.value.steps.length === 0 ? "" : writeIncident(this.#incident.value);
  });

  /** `text`: what the address asks for. */
  constructor(stage: Stage, text: string) {
    this.#stage = stage;
    this.player = new IncidentPlayer(stage);
    if (text !== "") this.#read(text);
    effect(() => {
      const played = this.player.played.value;
      if (played !== undefined) this.#seen.value = played;
    });
  }

  get incident(): ReadonlySignal<Incident> {
    return this.#incident;
  }

  /** Whether what is done from now on is recorded. */
  get isRecording(): ReadonlySignal<boolean> {
    return this.#isRecording;
  }

  /** Why the address's text is no incident; empty when it is. */
  get problem(): string {
    return this.#refused.value?.problem ?? "";
  }

  /** Somebody has done something, at that time. */
  note(act: Act, at: number = performance.now()): void {
    moment.value = undefined;
    if (!this.#isRecording.peek() || this.player.playing.peek() !== undefined) return;
    const origin = this.#recordedSince.peek();
    if (origin !== undefined && at - origin > LONGEST_RECORDING) this.#endRecording();
    if (this.#recordedSince.peek() === undefined) {
      // That alone is none.
      if (act.type === "fault" && act.fault.name === "behave") return;
      this.#recordedSince.value = at;
      this.#refused.value = undefined;
      this.#incident.value = nothing;
    }
    const since = at - this.#recordedSince.peek()!;
    const tidy: Act = act.type === "fault" ? { type: "fault", fault: tidyFault(act.fault) } : act;
    const step = { at: Math.round(since / GRAIN) * GRAIN, act: tidy };
    this.#incident.value = incidentOf([...this.#incident.peek().steps, step]);
    if (this.#incident.peek().steps.length === MOST_STEPS) this.#endRecording();
    else this.#lookAfter(CALM);
  }

  /** Whether to record from now on; what is there stays until an act begins another. */
  record(isRecording: boolean): void {
    this.player.stop();
    this.#endRecording();
    this.#isRecording.value = isRecording;
  }

  /** Plays an incident, which is the one of now from then on. */
  play(incident: Incident): void {
    this.#keep(incident);
    void this.player.play(incident, labelOf(incident) ?? "your own");
  }

  /** Puts another in its place, without playing it. */
  change(incident: Incident): void {
    this.player.stop();
    this.#keep(incident);
    this.#seen.value = undefined;
  }

  #keep(incident: Incident): void {
    this.#endRecording();
    this.#isRecording.value = false;
    this.#refused.value = undefined;
    this.#incident.value = incident;
    moment.value = undefined;
  }

  #read(text: string): void {
    try {
      this.#incident.value = readIncident(text);
      this.#isRecording.value = false;
    } catch (error) {
      this.#refused.value = { text, problem: (error as Error).message };
    }
  }

  #lookAfter(ms: number): void {
    clearTimeout(this.#calm);
    this.#calm = setTimeout(() => {
      const isLong = performance.now() - this.#recordedSince.peek()! >= LONGEST_RECORDING;
      if (isLong || this.#isCalm()) this.#endRecording();
      else this.#lookAfter(LOOK);
    }, ms);
  }

  #isCalm(): boolean {
    return this.#stage.shown.peek().every(({ position }) => {
      const { name } = position.peek().state;
      return name === "open" || name === "closed" || name === "idle";
    });
  }

  #endRecording(): void {
    clearTimeout(this.#calm);
    const origin = this.#recordedSince.peek();
    if (origin === undefined) return;
    const { steps } = this.#incident.peek();
    const changes = this.#stage.shown.peek().map(({ history }) => history.changes.at(-1)?.at ?? origin);
    const lastChange = Math.max(...changes) - origin;
    const end = Math.max(steps.at(-1)!.at, lastChange) + REST;
    const duration = Math.ceil(Math.min(end, performance.now() - origin) / GRAIN) * GRAIN;
    this.#incident.value = incidentOf(steps, duration);
    this.#recordedSince.value = undefined;
    this.#seen.value = { origin, until: origin + this.#incident.peek().duration };
  }
}
