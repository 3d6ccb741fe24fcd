// A run of storms that goes on in a worker, and what was foretold of it, as signals.

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Curves } from "./curves.ts";
import type { Forecast } from "./forecast.ts";
import { type StormSummary, shareDone, timeLeft } from "./progress.ts";
import type { StormNews, StormRequest } from "./storm-worker.ts";
import { stormsOf, type Weather } from "./weather.ts";

export type RunState =
  | { readonly name: "none" | "running" | "over" | "cancelled" }
  | { readonly name: "failed"; readonly problem: string };

/** What a run has shown so far. */
export interface Outcome {
  readonly weather: Weather;
  /** One for each policy that was begun, in the order chosen. */
  readonly reports: readonly StormSummary[];
  readonly curves: Curves | undefined;
  /** ms since its start. */
  readonly elapsed: number;
}

export interface Progress {
  /** From 0 to 1; undefined until something was foretold. */
  readonly share: number | undefined;
  /** In ms; undefined as long as there is no ground for an estimate. */
  readonly left: number | undefined;
}

interface Prediction {
  readonly weather: Weather;
  readonly forecasts: readonly Forecast[];
}

export class StormRun {
  readonly #state = signal<RunState>({ name: "none" });
  readonly #outcome = signal<Outcome | undefined>(undefined);
  readonly #prediction = signal<Prediction | undefined>(undefined);
  #worker: Worker | undefined;
  #foreteller: Worker | undefined;
  /** Of it was asked last. */
  #foretelling: Weather | undefined;
  #requests = 0;

  readonly state: ReadonlySignal<RunState> = this.#state;
  readonly outcome: ReadonlySignal<Outcome | undefined> = this.#outcome;

  readonly progress: ReadonlySignal<Progress> = computed(() => {
    const outcome = this.#outcome.value;
    const prediction = this.#prediction.value;
    if (outcome === undefined || prediction?.weather !== outcome.weather)
      return { share: undefined, left: undefined };
    const share = shareDone(outcome.reports, prediction.forecasts);
    return { share, left: timeLeft(outcome.elapsed, share) };
  });

  /** How long all storms of this weather will take this machine, in ms; undefined until it is known. */
  costOf(weather: Weather): number | undefined {
    const prediction = this.#prediction.value;
    if (prediction?.weather !== weather) return undefined;
    return prediction.forecasts.reduce((sum, { cost }) => sum + cost, 0);
  }

  /** Has `costOf` know of this weather soon. */
  foretell(weather: Weather): void {
    if (this.#foretelling === weather) return;
    this.#foretelling = weather;
    this.#foreteller ??= newWorker();
    const number = this.#ask(this.#foreteller, "foretell", weather);
    this.#foreteller.onmessage = ({ data }: MessageEvent<StormNews>) => {
      if (data.type === "foretold" && data.number === number)
        this.#prediction.value = { weather, forecasts: data.forecasts };
    };
  }

  /** Loads what `start` needs. */
  prepare(): void {
    if (this.#worker !== undefined) return;
    this.#worker = newWorker();
    this.#worker.onerror = ({ message }) => this.#fail(message || "The simulation could not be loaded.");
  }

  start(weather: Weather): void {
    this.stop();
    const startedAt = performance.now();
    this.#outcome.value = { weather, reports: [], curves: undefined, elapsed: 0 };
    this.#state.value = { name: "running" };
    this.prepare();
    const worker = this.#worker!;
    worker.onmessage = ({ data }: MessageEvent<StormNews>) => {
      if (data.type === "failed") this.#fail(data.problem);
      if (data.type !== "progress") return;
      const { reports, curves } = data;
      this.#outcome.value = { weather, reports, curves, elapsed: performance.now() - startedAt };
      if (reports.length === weather.chosen.length && reports.at(-1)!.isOver)
        this.#state.value = { name: "over" };
    };
    this.#ask(worker, "run", weather);
    this.foretell(weather);
  }

  /** Ends it where it is; what has been told stays. */
  stop(): void {
    if (this.#state.value.name !== "running") return;
    this.#endWorker();
    this.#state.value = { name: "cancelled" };
    this.prepare();
  }

  /** Leaves nothing behind that runs. */
  close(): void {
    this.stop();
    this.#endWorker();
    this.#foreteller?.terminate();
    this.#foreteller = undefined;
    this.#foretelling = this.#prediction.value?.weather;
  }

  #fail(problem: string): void {
    this.#endWorker();
    this.#state.value = { name: "failed", problem };
  }

  #endWorker(): void {
    if (this.#worker === undefined) return;
    this.#worker.onmessage = null;
    this.#worker.onerror = null;
    this.#worker.terminate();
    this.#worker = undefined;
  }

  #ask(worker: Worker, type: StormRequest["type"], weather: Weather): number {
    const number = ++this.#requests;
    const request: StormRequest = { type, number, storms: stormsOf(weather) };
    worker.postMessage(request);
    return number;
  }
}

function newWorker(): Worker {
  return new Worker(new URL("./storm-worker.ts", import.meta.url), { type: "module" });
}
