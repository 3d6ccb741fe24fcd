// Plays an incident step by step, on clients, a server and a page: from fresh connections, to its end. However it ends, it
// leaves a server that behaves, and a page in the open.

import { batch, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { PageConditions } from "../client/page-conditions.ts";
import type { Session } from "../client/session.ts";
import type { ServerLine } from "../server/server-line.ts";
import { type Act, actWords, type Incident } from "./incident.ts";
import { undergo } from "./undergo.ts";

/** What an incident is played on. */
export interface Stage {
  /** The clients that go through it. */
  readonly shown: ReadonlySignal<readonly Session[]>;
  readonly conditions: PageConditions;
  /** The server, if it can be broken from here. */
  readonly line: ReadonlySignal<ServerLine | undefined>;
  /** Connects a client anew. */
  start(session: Session): void;
}

/** Times are on `performance.now()`'s clock. */
export interface Playing {
  readonly incident: Incident;
  /** When it began; undefined while connections are opened. */
  readonly origin: number | undefined;
  /** How many steps have been done. */
  readonly done: number;
}

export interface Played {
  readonly incident: Incident;
  readonly origin: number;
  readonly until: number;
  /** Stopped, it is not. */
  readonly isWhole: boolean;
}

/** ms that an incident waits for its clients to be connected. */
const PATIENCE = 5000;

export class IncidentPlayer {
  readonly #stage: Stage;
  readonly #playing = signal<Playing | undefined>(undefined);
  readonly #played = signal<Played | undefined>(undefined);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  get playing(): ReadonlySignal<Playing | undefined> {
    return this.#playing;
  }

  /** What was played last, unless something is played now. */
  get played(): ReadonlySignal<Played | undefined> {
    return this.#played;
  }

  async play(incident: Incident, name: string): Promise<void> {
    this.stop();
    this.#played.value = undefined;
    const playing: Playing = { incident, origin: undefined, done: 0 };
    this.#playing.value = playing;
    await this.#tryTo(behave);
    if (this.#playing.peek() !== playing) return;
    const sessions = this.#stage.shown.peek();
    for (const session of sessions) this.#stage.start(session);
    await opened(sessions);
    if (this.#playing.peek() !== playing) return;
    for (const { events } of sessions) events.tellYou("incident", name);
    const origin = performance.now();
    this.#playing.value = { incident, origin, done: 0 };
    this.#goOn(incident, origin, 0);
  }

  stop(): void {
    if (this.#playing.peek() !== undefined) this.#leave(false);
  }

  #goOn(incident: Incident, origin: number, done: number): void {
    const step = incident.steps[done];
    const due = origin + (step?.at ?? incident.duration);
    this.#timer = setTimeout(
      async () => {
        if (step === undefined) return this.#leave(true);
        await this.#tryTo(step.act);
        if (this.#playing.peek()?.origin !== origin) return;
        this.#playing.value = { incident, origin, done: done + 1 };
        this.#goOn(incident, origin, done + 1);
      },
      Math.max(0, due - performance.now()),
    );
  }

  #leave(isWhole: boolean): void {
    clearTimeout(this.#timer);
    const { incident, origin } = this.#playing.peek()!;
    batch(() => {
      this.#playing.value = undefined;
      if (origin !== undefined) this.#played.value = { incident, origin, until: performance.now(), isWhole };
    });
    this.#stage.conditions.goOnline();
    this.#stage.conditions.show();
    void this.#tryTo(behave);
  }

  /** What cannot be done is told, and the incident goes on. */
  async #tryTo(act: Act): Promise<void> {
    try {
      await this.#perform(act);
    } catch (error) {
      for (const { events } of this.#stage.shown.peek())
        events.tellYou("incident", `${actWords(act)}: not done, ${(error as Error).message}`);
    }
  }

  async #perform(act: Act): Promise<void> {
    const { conditions, line } = this.#stage;
    switch (act.type) {
      case "fault":
        if (line.peek() !== undefined || act === behave) return line.peek()?.apply(act.fault);
        throw new Error("this server is not ours to break");
      case "offline":
      case "online":
      case "hide":
      case "show":
        return undergo(act.type, conditions);
      default:
        for (const session of this.#stage.shown.peek()) {
          if ((act.client ?? session.name) === session.name) perform(act.type, session);
        }
    }
  }
}

const behave: Act = { type: "fault", fault: { name: "behave" } };

function perform(type: "reconnect" | "handover" | "close" | "terminate", session: Session): void {
  switch (type) {
    case "reconnect":
      return session.reconnect();
    case "handover":
      // There may be nothing to hand over.
      return void (session.noHandover === undefined && session.handOver());
    case "close":
      return session.close();
    case "terminate":
      return session.terminate();
  }
}

/** Resolves when all are open, or have had time enough. */
function opened(sessions: readonly Session[]): Promise<void> {
  return new Promise((resolve) => {
    let stop = () => {};
    const done = () => {
      clearTimeout(timer);
      resolve();
      // Not while it is being set up.
      queueMicrotask(() => stop());
    };
    const timer = setTimeout(done, PATIENCE);
    stop = effect(() => {
      if (sessions.every(({ position }) => position.value.state.name === "open")) done();
    });
  });
}
