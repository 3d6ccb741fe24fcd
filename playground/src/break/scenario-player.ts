// Plays a scenario on the workbench, step by step. Ended early, it leaves a server that behaves and a page in the open.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Workbench } from "../workbench.ts";
import type { Act, Scenario } from "./scenarios.ts";

export interface Playing {
  readonly scenario: Scenario;
  /** How many steps have been done. */
  readonly done: number;
  /** When the next step is due, and since when it is waited for; on `performance.now()`'s clock. */
  readonly since: number;
  readonly until: number;
}

export class ScenarioPlayer {
  readonly #workbench: Workbench;
  readonly #playing = signal<Playing | undefined>(undefined);
  readonly #finished = signal<Scenario | undefined>(undefined);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  get playing(): ReadonlySignal<Playing | undefined> {
    return this.#playing;
  }

  /** The one that was played to its end last. */
  get finished(): ReadonlySignal<Scenario | undefined> {
    return this.#finished;
  }

  play(scenario: Scenario): void {
    this.stop();
    this.#finished.value = undefined;
    for (const { events } of this.#workbench.shown.peek()) events.tellYou("scenario", scenario.label);
    this.#await(scenario, 0);
  }

  stop(): void {
    if (this.#playing.peek() === undefined) return;
    clearTimeout(this.#timer);
    this.#playing.value = undefined;
    this.#workbench.conditions.goOnline();
    this.#workbench.conditions.show();
    void this.#perform({ type: "fault", fault: { name: "behave" } });
  }

  #await(scenario: Scenario, index: number): void {
    const step = scenario.steps[index];
    if (step === undefined) {
      this.#playing.value = undefined;
      this.#finished.value = scenario;
      return;
    }
    const since = performance.now();
    this.#playing.value = { scenario, done: index, since, until: since + step.after };
    this.#timer = setTimeout(async () => {
      for (const act of step.acts) await this.#perform(act);
      if (this.#playing.peek()?.scenario === scenario) this.#await(scenario, index + 1);
    }, step.after);
  }

  async #perform(act: Act): Promise<void> {
    const { conditions, line } = this.#workbench;
    switch (act.type) {
      case "fault":
        return line.peek()?.apply(act.fault);
      case "offline":
        return conditions.goOffline();
      case "online":
        return conditions.goOnline();
      case "hide":
        return conditions.hide();
      case "show":
        return conditions.show();
    }
  }
}
