// One client on the page: the signals that the panels draw, kept true by the client's own events and its transition
// table. Two may live side by side.

import { Client, driverOf, type Message, type Platform, type Sendable } from "@gundam/core";
import { initialState, type State } from "@gundam/core/lifecycle";
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import {
  type AttemptRecord,
  type ClientEvents,
  type ClientInfo,
  type EventType,
  explain,
  handover,
  info,
} from "gundam";
import { moment, wallOf } from "../clock.ts";
import { attemptsAt } from "../incident/attempts-at.ts";
import { History } from "../incident/history.ts";
import type { ClientName } from "../incident/incident.ts";
import { Composition } from "../messages/composition.ts";
import { MessageLog } from "../messages/messages.ts";
import { sendTold } from "../messages/outcomes.ts";
import type { Sight } from "../server/server-protocol.ts";
import { readJson } from "../settings/fields.ts";
import { optionsOf, type Settings, urlsOf } from "../settings/settings.ts";
import { EventLog } from "./events.ts";
import { observed, type Transit } from "./observed-platform.ts";
import type { PageConditions } from "./page-conditions.ts";
import type { Hearing } from "./sentence.ts";
import { ServerSilence, type Silence } from "./silence.ts";
import { isLive, type Situation } from "./states.ts";
import { Traffic } from "./traffic.ts";

/** The edge just taken. */
export interface Step {
  readonly from: State["name"];
  readonly to: State["name"];
  readonly event: string;
}

/** Where the client is in its lifecycle, and how it came there. */
export interface Position extends Situation {
  /** When it came into the state, or its deadline last changed; on `performance.now()`'s clock. */
  readonly since: number;
  readonly step: Step | undefined;
}

/** The event log tells these as they are. */
const toldEvents = [
  "attempt",
  "connect",
  "disconnect",
  "error",
  "retry",
  "drop",
  "close",
] as const satisfies readonly EventType[];

const nowhere: Position = {
  state: initialState,
  since: 0,
  failure: undefined,
  silence: undefined,
  step: undefined,
};

export class Session {
  readonly name: ClientName;
  readonly events: EventLog = new EventLog();
  readonly messages: MessageLog = new MessageLog();
  readonly traffic: Traffic = new Traffic();
  readonly history: History<Position> = new History();
  /** The id of the message that is looked into. */
  readonly chosenMessage: Signal<number | undefined> = signal(undefined);
  readonly composition: Composition = new Composition();
  readonly #position = signal(nowhere);
  readonly #settings = signal<Settings | undefined>(undefined);
  readonly #attempts = signal<readonly AttemptRecord[]>([]);
  readonly #endedAt = signal<number | undefined>(undefined);
  readonly #isHandingOver = signal(false);
  readonly #serverSilence: ServerSilence = new ServerSilence();
  readonly #heardAt = signal(0);
  readonly isLive: ReadonlySignal<boolean> = computed(() => isLive(this.#position.value.state.name));
  /** The position, or what it was at the moment that is shown. */
  readonly shownPosition: ReadonlySignal<Position> = computed(() => {
    const position = this.#position.value;
    return moment.value === undefined ? position : (this.history.at(moment.value) ?? position);
  });
  /** The attempts, or what was known of them at the moment that is shown. */
  readonly shownAttempts: ReadonlySignal<readonly AttemptRecord[]> = computed(() => {
    const attempts = this.#attempts.value;
    return moment.value === undefined ? attempts : attemptsAt(attempts, wallOf(moment.value));
  });
  /** The same of when the life ended. */
  readonly shownEndedAt: ReadonlySignal<number | undefined> = computed(() => {
    if (moment.value === undefined) return this.#endedAt.value;
    const { state, since } = this.shownPosition.value;
    return state.name === "closed" ? wallOf(since) : undefined;
  });
  #client: Client | undefined;

  /** `conditions`: what the page is made to go through. */
  constructor(name: ClientName, conditions: PageConditions) {
    this.name = name;
    effect(() => {
      const isSilent = this.#serverSilence.holds.value;
      const silence: Silence | undefined = conditions.isOffline.value
        ? "offline"
        : isSilent
          ? "server"
          : undefined;
      this.#moveTo({ ...this.#position.peek(), silence });
    });
  }

  get position(): ReadonlySignal<Position> {
    return this.#position;
  }

  /** What is known of the peer's life. */
  get hearing(): Hearing {
    const typed = this.#settings.value?.values["wsOpts.heartbeat"];
    const heartbeat = typed === undefined ? undefined : (readJson(typed) as Hearing["heartbeat"]);
    return { heardAt: this.#shownHeardAt(), heartbeat };
  }

  #shownHeardAt(): number {
    const past = moment.value;
    if (past === undefined) return this.#heardAt.value;
    const last = this.messages
      .entries()
      .filter(({ direction, at }) => direction === "in" && at <= wallOf(past));
    return Math.max(this.shownPosition.value.since, (last.at(-1)?.at ?? 0) - wallOf(0));
  }

  /** What the client of now was started with. */
  get settings(): ReadonlySignal<Settings | undefined> {
    return this.#settings;
  }

  /** As `explain()` tells them, the newest last. */
  get attempts(): ReadonlySignal<readonly AttemptRecord[]> {
    return this.#attempts;
  }

  /** When the life ended, by the wall clock; undefined while it goes on. */
  get endedAt(): ReadonlySignal<number | undefined> {
    return this.#endedAt;
  }

  /** Bytes that wait, in the queue and in the platform's buffer. */
  get bufferedAmount(): number {
    return this.#client?.bufferedAmount ?? 0;
  }

  /** What the life has come to. */
  get life(): ClientInfo["life"] | undefined {
    return this.#client && info(this.#client).life;
  }

  /** Starts a client, in place of the one there was. Throws its `OptionError` for what cannot work. */
  start(settings: Settings, platform: Platform): void {
    const before = this.#client;
    const client = new Client(
      observed(platform, (transit) => client === this.#client && this.#saw(transit, client)),
      optionsOf(settings),
    );
    before?.terminate();
    this.#client = client;
    batch(() => {
      this.#settings.value = settings;
      this.#moveTo({ ...nowhere, silence: this.#position.peek().silence });
      this.#attempts.value = [];
      this.#endedAt.value = undefined;
      this.#isHandingOver.value = false;
    });
    this.events.tellYou("connect", `to ${urlsOf(settings.url).join(", ")}`);
    this.#listen(client);
    client.reconnect();
  }

  reconnect(): void {
    this.events.tellYou("reconnect");
    this.#client?.reconnect();
  }

  /** Why there can be no hand-over now; undefined when there can. */
  get noHandover(): string | undefined {
    if (this.#isHandingOver.value) return "A hand-over is under way.";
    if (this.#position.value.state.name !== "open") return "There is no open connection to hand over.";
    return undefined;
  }

  /** Goes over to another connection without a gap. */
  async handOver(): Promise<void> {
    const client = this.#client!;
    this.events.tellYou("handover");
    this.#isHandingOver.value = true;
    const error = await handover(client).then(
      () => undefined,
      (error: Error) => error,
    );
    if (client !== this.#client) return;
    this.events.tellHandover(error);
    this.#isHandingOver.value = false;
  }

  close(): void {
    this.events.tellYou("close", "with code 1000");
    void this.#client?.close(1000);
  }

  terminate(): void {
    this.events.tellYou("terminate");
    this.#client?.terminate();
  }

  /**
   * Sends, or queues while there is no connection; the log tells what becomes of it. Throws when there is no client, and
   * what the client throws.
   */
  send(given: Message): void {
    const client = this.#client;
    if (client === undefined || !this.isLive.peek()) throw new Error("there is no connection to send on");
    const message = this.#settings.peek()?.values["wsOpts.codec"] ? codableOf(given) : given;
    const entry = this.messages.add("out", given);
    sendTold(client, message, (outcome, cause) => this.messages.tellOutcome(entry, outcome, cause));
    this.traffic.sent(entry);
  }

  /** The server has done or seen something. */
  sawServer(sight: Sight): void {
    this.events.tellServer(sight);
    if (sight.type === "fault") this.#serverSilence.told(sight.fault);
  }

  #saw({ at, from, event, to, failure }: Transit, client: Client): void {
    const { name, generation } = driverOf(client).state;
    // The successor of a hand-over has a state of its own.
    if (from.name !== name || from.generation !== generation) return;
    const { step, failure: before, silence } = this.#position.peek();
    const isByUs = event.type === "close" || event.type === "terminate" || event.type === "reconnect";
    const isOver = from.name === "closing";
    const isWell = isOver || to.name === "greeting" || to.name === "open" || isByUs;
    this.#moveTo({
      state: to,
      since: at,
      failure: isWell ? undefined : (failure ?? before),
      silence,
      step: from.name === to.name ? step : { from: from.name, to: to.name, event: event.type },
    });
  }

  #moveTo(position: Position): void {
    this.#position.value = position;
    this.history.note(position);
  }

  #listen(client: Client): void {
    const on = <Type extends EventType>(type: Type, hear: (event: ClientEvents[Type]) => void) =>
      client.on(type, (event: ClientEvents[Type]) => {
        if (client === this.#client) hear(event);
      });
    const refresh = () => {
      this.#attempts.value = explain(client).attempts;
      const { state } = driverOf(client);
      const position = this.#position.peek();
      // The successor has taken the client's place.
      if (state.generation !== position.state.generation) {
        // Until the connection before it is gone, that one's deadline is the state's, too.
        const until = state.name === "open" ? Infinity : state.until;
        this.#moveTo({ ...position, state: { ...state, until }, since: performance.now() });
      }
    };
    for (const type of toldEvents) on(type, (event) => this.events.tellClient(type, event));
    on("phase", (event) => this.events.tellPhase(event));
    for (const type of ["change", "phase", "connect", "retry", "disconnect", "handover", "close"] as const)
      on(type, refresh);
    on("close", () => {
      this.#endedAt.value = Date.now();
    });
    on("attempt", () => {
      this.#endedAt.value = undefined;
    });
    on("connect", () => {
      this.#heardAt.value = performance.now();
      this.#serverSilence.opened();
    });
    on("message", (message: unknown) => this.#received(message));
  }

  #received(message: unknown): void {
    this.#heardAt.value = performance.now();
    const isPlain = typeof message === "string" || message instanceof Uint8Array;
    const shown = isPlain ? (message as Message) : (JSON.stringify(message) ?? String(message));
    this.traffic.received(this.messages.add("in", shown));
  }
}

/** What the codec makes a message of. */
function codableOf(given: Message): Sendable {
  if (typeof given !== "string") throw new Error("with wsOpts.codec there are values to send, and no bytes");
  return readJson(given) as Sendable;
}
