// A storm that goes on in a worker, as signals.

import type { StormOptions, StormReport } from "@gundam/testing/storm";
import { type ReadonlySignal, signal } from "@preact/signals";
import type { StormNews, StormRequest } from "./storm-worker.ts";

export class StormRun {
  readonly #reports = signal<readonly StormReport[]>([]);
  readonly #isRunning = signal(false);
  readonly #problem = signal("");
  #asked = 0;
  #worker: Worker | undefined;
  /** The reports as they come; told once a frame. */
  #latest: StormReport[] = [];
  #isStale = false;

  /** One for each policy that was begun, in the order asked. */
  get reports(): ReadonlySignal<readonly StormReport[]> {
    return this.#reports;
  }

  get isRunning(): ReadonlySignal<boolean> {
    return this.#isRunning;
  }

  /** What is wrong with what was asked; empty if nothing. */
  get problem(): ReadonlySignal<string> {
    return this.#problem;
  }

  /** How much is done, from 0 to 1: each policy counts the same, by its clients that are settled. */
  get share(): number {
    const settled = this.#reports.value.map(({ isOver, connected, lost, clients }) =>
      isOver ? 1 : (connected + lost) / clients,
    );
    return settled.reduce((sum, share) => sum + share, 0) / Math.max(1, this.#asked);
  }

  start(storms: readonly StormOptions[]): void {
    this.stop();
    this.#asked = storms.length;
    this.#latest = [];
    this.#reports.value = [];
    this.#problem.value = "";
    this.#isRunning.value = true;
    const worker = new Worker(new URL("./storm-worker.ts", import.meta.url), { type: "module" });
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<StormNews>) => {
      if (worker === this.#worker) this.#heard(data);
    };
    const request: StormRequest = { storms };
    worker.postMessage(request);
  }

  /** Ends it where it is; what has been told stays. */
  stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#isRunning.value = false;
  }

  #heard(news: StormNews): void {
    if (news.type === "failed") {
      this.#problem.value = news.problem;
      return this.stop();
    }
    this.#latest[news.index] = news.report;
    this.#tell();
    if (news.report.isOver && news.index === this.#asked - 1) this.stop();
  }

  #tell(): void {
    if (this.#isStale) return;
    this.#isStale = true;
    requestAnimationFrame(() => {
      this.#isStale = false;
      this.#reports.value = [...this.#latest];
    });
  }
}
