// A race: all contenders connect to one server, number what they send, and go through one incident; then what arrived is
// counted. As signals, for whoever draws it.

import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { Contender, Racer, Start } from "./contender.ts";
import { Gate } from "./gate.ts";
import { Lane } from "./lane.ts";
import { streamPace } from "./pace.ts";
import type { RaceIncident } from "./race-incidents.ts";
import type { RaceServer } from "./race-server.ts";
import { lostOf, type Result, resultOf } from "./result.ts";

export type RacePhase = "idle" | "starting" | "running" | "counting" | "over";

/** What is to be run. */
export interface RaceSetup {
  readonly contenders: readonly Contender[];
  readonly incident: RaceIncident;
  readonly openServer: () => Promise<RaceServer>;
}

/** ms that all contenders have to connect before the start. */
const LONGEST_START = 5000;
/** ms that what is on its way at the end has to arrive, at most. */
const LONGEST_COUNTING = 1000;

export class Race {
  readonly #phase = signal<RacePhase>("idle");
  readonly #setup = signal<RaceSetup | undefined>(undefined);
  readonly #lanes = signal<readonly Lane[]>([]);
  readonly #strikes = signal<readonly number[]>([]);
  readonly #results = signal<readonly Result[]>([]);
  readonly #problem = signal("");
  #start = Number.POSITIVE_INFINITY;
  #stopping = new AbortController();

  get phase(): ReadonlySignal<RacePhase> {
    return this.#phase;
  }

  /** Of the race that goes on, or was the last to be over. */
  get setup(): ReadonlySignal<RaceSetup | undefined> {
    return this.#setup;
  }

  /** In the contenders' order; empty before the start. */
  get lanes(): ReadonlySignal<readonly Lane[]> {
    return this.#lanes;
  }

  /** When the incident went a step further, ms from the start. */
  get strikes(): ReadonlySignal<readonly number[]> {
    return this.#strikes;
  }

  /** In the lanes' order; empty until it is over. */
  get results(): ReadonlySignal<readonly Result[]> {
    return this.#results;
  }

  /** Why there was no race; empty if nothing. */
  get problem(): ReadonlySignal<string> {
    return this.#problem;
  }

  /** When it started, on `performance.now()`'s clock. */
  get start(): number {
    return this.#start;
  }

  /** Runs to the end, or until `stop`; what goes wrong is the `problem`. */
  async run(setup: RaceSetup): Promise<void> {
    this.stop();
    const stopping = new AbortController();
    this.#stopping = stopping;
    this.#problem.value = "";
    this.#phase.value = "starting";
    const heat = new Heat(setup, stopping.signal);
    try {
      await heat.gather();
      this.#start = performance.now();
      heat.begin(this.#start);
      batch(() => {
        this.#setup.value = setup;
        this.#lanes.value = heat.lanes;
        this.#strikes.value = [];
        this.#results.value = [];
        this.#phase.value = "running";
      });
      await heat.run((at) => {
        this.#strikes.value = [...this.#strikes.peek(), at];
      });
      this.#phase.value = "counting";
      const results = await heat.count();
      batch(() => {
        this.#results.value = results;
        this.#phase.value = "over";
      });
    } catch (error) {
      if (stopping.signal.aborted) return;
      batch(() => {
        this.#problem.value = (error as Error).message;
        this.#phase.value = "idle";
      });
    } finally {
      heat.end();
    }
  }

  /** Ends it where it is, without figures. */
  stop(): void {
    this.#stopping.abort(new Error("the race was cancelled"));
    if (this.#phase.peek() === "over") return;
    batch(() => {
      this.#phase.value = "idle";
      this.#lanes.value = [];
    });
  }
}

/** The contenders of one race, and what they run on. */
class Heat {
  readonly lanes: readonly Lane[];
  readonly #setup: RaceSetup;
  readonly #signal: AbortSignal;
  readonly #gate = new Gate();
  readonly #racers: Racer[] = [];
  #server: RaceServer | undefined;
  #start = Number.POSITIVE_INFINITY;

  constructor(setup: RaceSetup, signal: AbortSignal) {
    this.#setup = setup;
    this.#signal = signal;
    const elapsed = () => performance.now() - this.#start;
    this.lanes = setup.contenders.map((contender) => new Lane(contender, elapsed));
  }

  /** Resolves when all are connected. */
  async gather(): Promise<void> {
    const starters = await Promise.all(this.#setup.contenders.map(({ load }) => load()));
    this.#server = await this.#setup.openServer();
    this.#signal.throwIfAborted();
    for (const [index, lane] of this.lanes.entries()) {
      this.#racers.push(starters[index]!(this.#startOf(lane, this.#server)));
    }
    const isMissing = ({ isUp }: Lane) => !isUp;
    for (let waited = 0; this.lanes.some(isMissing); waited += streamPace) {
      if (waited >= LONGEST_START) throw new Error(`${nameOf(this.lanes.find(isMissing)!)} did not connect`);
      await this.#sleep(streamPace);
    }
  }

  begin(start: number): void {
    this.#start = start;
  }

  /** Resolves at the end of the incident; `struck` hears when it goes a step further. */
  async run(struck: (at: number) => void): Promise<void> {
    const { steps, duration } = this.#setup.incident;
    const ticking = setInterval(() => {
      for (const [index, lane] of this.lanes.entries()) lane.send(this.#racers[index]!);
    }, streamPace);
    try {
      for (const [index, { at, act }] of steps.entries()) {
        await this.#sleepUntil(at);
        // What happens at one time is one step to whoever looks.
        if (at !== steps[index - 1]?.at) struck(performance.now() - this.#start);
        if (act.type === "fault") await this.#server!.apply(act.fault);
      }
      await this.#sleepUntil(duration);
    } finally {
      clearInterval(ticking);
    }
  }

  /** What the race has come to, once what was on its way has arrived. */
  async count(): Promise<readonly Result[]> {
    const server = this.#server!;
    await server.finish();
    let results: readonly Result[] = [];
    for (let waited = 0; waited < LONGEST_COUNTING; waited += streamPace) {
      await this.#sleep(streamPace);
      results = await this.#results(server);
      if (results.every((result) => lostOf(result) + result.toServer.waiting === 0)) break;
    }
    this.#signal.throwIfAborted();
    return results;
  }

  end(): void {
    for (const lane of this.lanes) lane.end();
    for (const racer of this.#racers) racer.close();
    this.#gate.shut();
    this.#server?.stop();
  }

  async #results(server: RaceServer): Promise<readonly Result[]> {
    const records = await server.records();
    return this.lanes.map((lane, index) =>
      resultOf(
        lane,
        records[lane.contender.id],
        this.#setup.incident.duration,
        this.#racers[index]!.waitingBytes ?? 0,
      ),
    );
  }

  #startOf(lane: Lane, { urlOf, WebSocket, platform }: RaceServer): Start {
    return {
      url: urlOf(lane.contender.id),
      WebSocket: this.#gate.through(WebSocket, lane.attempted),
      platform,
      told: lane,
    };
  }

  #sleepUntil(at: number): Promise<void> {
    return this.#sleep(Math.max(0, this.#start + at - performance.now()));
  }

  /** Rejects when the race is stopped. */
  #sleep(ms: number): Promise<void> {
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", stop);
        resolve();
      }, ms);
      const stop = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
    });
  }
}

function nameOf({ contender }: Lane): string {
  return contender.name;
}
