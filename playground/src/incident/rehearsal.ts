// An incident in virtual time, against a server inside the page: what becomes of clients with such settings, before anybody
// has waited for it. The code of test-code.ts goes through the same, call by call, so that what is expected there is
// what happened here.

import {
  Client,
  deliver,
  driverOf,
  handover,
  type LifecyclePhase,
  type Platform,
  UnknownDeliveryError,
} from "@gundam/core";
import type { VirtualRuntime } from "@gundam/testing";
import { applyFault, type PageConditions, virtualPage } from "@gundam/testing/in-page";
import { observed } from "../client/observed-platform.ts";
import { ServerSilence, type Silence } from "../client/silence.ts";
import type { Situation } from "../client/states.ts";
import { optionsOf, type Settings } from "../settings/settings.ts";
import type { Change } from "./history.ts";
import type { Act, ClientName, Incident, UserAct } from "./incident.ts";
import { undergo } from "./undergo.ts";

/** A client to go through it. */
export interface Candidate {
  readonly name: ClientName;
  readonly settings: Settings;
}

export interface Rehearsed {
  readonly name: ClientName;
  /** From the incident's beginning on. */
  readonly changes: readonly Change<Situation>[];
  /** Once all faults have ended, and there was time enough to come back. */
  readonly phase: LifecyclePhase;
  /** What became of a message sent before, and one with each step. */
  readonly outcomes: readonly Outcome[];
}

/** `waiting`: nothing has been told of it yet. */
export type Outcome = "flushed" | "acked" | "unknown" | "dropped" | "waiting";

/** ms of virtual time between two looks at how long it takes. */
const SLICE = 1000;
/** ms of work at a time, for the page is to stay awake; and in all, for with some settings it has no end. */
const LONGEST_WORK = 20;
const MOST_WORK = 3000;

/** ms that a connection is open before the incident. */
export const LEAD = 1000;
/** ms after it, of a server that behaves. */
export const RECOVERY = 60_000;

/** Throws when it takes too long. */
export async function rehearse(
  incident: Incident,
  candidates: readonly Candidate[],
): Promise<readonly Rehearsed[]> {
  const { runtime, server, page, platform } = virtualPage();
  const clients = candidates.map((candidate) => new Understudy(candidate, platform, server.url));
  const work = new Work(runtime);
  await work.advance(LEAD);
  const origin = runtime.now();
  for (const client of clients) client.send("before");
  for (const [index, { at, act }] of incident.steps.entries()) {
    await work.advance(origin + at - runtime.now());
    if (act.type === "fault") applyFault(server, act.fault);
    else perform(act, page, clients);
    for (const client of clients) client.heed(act, page);
    for (const client of clients) client.send(`during ${index + 1}`);
  }
  await work.advance(origin + incident.duration - runtime.now());
  page.goOnline();
  page.show();
  server.behave();
  await work.advance(RECOVERY);
  const rehearsed = clients.map((client) => client.report(origin));
  for (const client of clients) client.leave();
  return rehearsed;
}

function perform(
  act: Exclude<Act, { type: "fault" }>,
  page: PageConditions,
  clients: readonly Understudy[],
): void {
  switch (act.type) {
    case "offline":
    case "online":
    case "hide":
    case "show":
      return undergo(act.type, page);
    default:
      for (const client of clients) if ((act.client ?? client.name) === client.name) client.perform(act.type);
  }
}

/** Virtual time that goes by without keeping the page from anything else. */
class Work {
  readonly #runtime: VirtualRuntime;
  #since = performance.now();
  #done = 0;

  constructor(runtime: VirtualRuntime) {
    this.#runtime = runtime;
  }

  async advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= SLICE) {
      await this.#runtime.advance(Math.min(SLICE, left));
      await this.#rest();
    }
  }

  async #rest(): Promise<void> {
    const worked = performance.now() - this.#since;
    if (worked < LONGEST_WORK) return;
    this.#done += worked;
    if (this.#done > MOST_WORK) throw new Error("with these settings it takes too long to be computed");
    await new Promise((resolve) => setTimeout(resolve));
    this.#since = performance.now();
  }
}

/** A client, what it went through, and what became of its messages. */
class Understudy {
  readonly name: ClientName;
  readonly #client: Client;
  readonly #changes: Change<Situation>[] = [];
  readonly #serverSilence = new ServerSilence();
  #isOffline = false;
  readonly #outcomes: Outcome[] = [];

  constructor({ name, settings }: Candidate, platform: Platform, url: string) {
    this.name = name;
    this.#client = new Client(
      observed(platform, ({ at, from, to, failure }) => {
        const { state } = driverOf(this.#client);
        // The successor of a hand-over has a state of its own.
        if (from.name !== state.name || from.generation !== state.generation) return;
        this.#note(at, to, failure);
      }),
      optionsOf({ ...settings, url }),
    );
    this.#client.on("connect", () => {
      this.#serverSilence.opened();
      this.#noteSilence();
    });
    this.#client.reconnect();
  }

  /** What else the act changes for the client, although nobody tells it. */
  heed(act: Act, page: PageConditions): void {
    if (act.type === "fault") this.#serverSilence.told(act.fault);
    this.#isOffline = page.isOffline;
    this.#noteSilence();
  }

  get #silence(): Silence | undefined {
    if (this.#isOffline) return "offline";
    return this.#serverSilence.holds.peek() ? "server" : undefined;
  }

  #note(at: number, state: Situation["state"], failure: Situation["failure"]): void {
    this.#changes.push({ at, value: { state, failure, silence: this.#silence } });
  }

  #noteSilence(): void {
    const last = this.#changes.at(-1)?.value;
    if (last === undefined || last.silence === this.#silence) return;
    this.#note(driverOf(this.#client).now(), last.state, last.failure);
  }

  send(message: string): void {
    const index = this.#outcomes.push("waiting") - 1;
    deliver(this.#client, message).then(
      (outcome) => {
        this.#outcomes[index] = outcome;
      },
      (error: Error) => {
        this.#outcomes[index] = error instanceof UnknownDeliveryError ? "unknown" : "dropped";
      },
    );
  }

  perform(act: UserAct): void {
    switch (act) {
      case "reconnect":
        return this.#client.reconnect();
      case "handover":
        // There may be nothing to hand over.
        return void handover(this.#client).catch(() => {});
      case "close":
        return void this.#client.close(1000);
      case "terminate":
        return this.#client.terminate();
    }
  }

  report(origin: number): Rehearsed {
    const changes = this.#changes.map(({ at, value }) => ({ at: at - origin, value }));
    return { name: this.name, changes, phase: this.#client.phase, outcomes: this.#outcomes };
  }

  leave(): void {
    this.#client.terminate();
  }
}
