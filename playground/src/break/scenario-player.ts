// Plays a scenario step by step, on clients, a server and a page. Ended early, it leaves a server that behaves and a page
// in the open.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { PageConditions } from "../client/page-conditions.ts";
import type { Session } from "../client/session.ts";
import type { Act } from "../incident/incident.ts";
import type { ServerLine } from "../server/server-line.ts";
import type { Scenario } from "./scenarios.ts";

/** What a scenario is played on. */
export interface Stage {
  /** The clients that are told of it. */
  readonly shown: ReadonlySignal<readonly Session[]>;
  readonly conditions: PageConditions;
  /** The server, if it can be broken from here. */
  readonly line: ReadonlySignal<ServerLine | undefined>;
}

export interface Playing {
  readonly scenario: Scenario;
  /** How many steps have been done. */
  readonly done: number;
  /** When the next step is due, and since when it is waited for; on `performance.now()`'s clock. */
  readonly since: number;
  readonly until: number;
}

export class ScenarioPlayer {
  readonly #stage: Stage;
  readonly #playing = signal<Playing | undefined>(undefined);
  readonly #finished = signal<Scenario | undefined>(undefined);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
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
    for (const { events } of this.#stage.shown.peek()) events.tellYou("scenario", scenario.label);
    this.#await(scenario, 0);
  }

  stop(): void {
    if (this.#playing.peek() === undefined) return;
    clearTimeout(this.#timer);
    this.#playing.value = undefined;
    this.#stage.conditions.goOnline();
    this.#stage.conditions.show();
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
    const { conditions, line } = this.#stage;
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
      case "reconnect":
        return this.#eachClient((session) => session.reconnect());
      case "handover":
        return this.#eachClient((session) => void session.handOver());
      case "close":
        return this.#eachClient((session) => session.close());
    }
  }

  #eachClient(act: (session: Session) => void): void {
    for (const session of this.#stage.shown.peek()) act(session);
  }
}
