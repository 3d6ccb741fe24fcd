// The callback grammar of a life, `(error | connect (message | error)* (disconnect | nothing if last))* close`, for
// callbacks and events alike, where only a hand-over may let a connect follow a connect; and both tell the same, in the same order. But the messages behind an `onMessage` that the
// lifecycle has given up waiting for keep their place behind it: what comes after them overtakes them, and what of them
// is left when `onClose` is called is let go.

import { type GundamError, type Message, QueueFullError } from "@gundam/core";
import type { Effect } from "@gundam/core/lifecycle";
import type { SuccessionEffect } from "@gundam/core/succession";
import type { Call, Observation, SeenTransport } from "../observation.ts";
import type { World } from "../world.ts";
import { isOfHanging } from "./hanging.ts";
import type { Invariant } from "./invariant.ts";
import { endsTelling } from "./telling.ts";

type Word = "connect" | "message" | "disconnect" | "error" | "close";

interface Told {
  readonly word: Word;
  /** What tells it from others of its kind. */
  readonly what: unknown;
  /** A listener of this message ended the connection: `onMessage` may not be called for it. */
  isOptional: boolean;
  /** Its callback will not be waited for by the lifecycle; `maybe`: that cannot be seen from outside. */
  isReleased: boolean | "maybe";
  /** It waits behind a message that hangs, and its connection may be over when its turn comes. */
  isOvertaken: boolean;
  /** The errors whose callbacks may come first, although they were told later. */
  readonly mayFollow: Set<unknown>;
  /** The connection of then, or the one that the message came over. */
  readonly transport: SeenTransport | undefined;
  /** It is the connection of a successor. */
  readonly isSuccessors: boolean;
}

/** Reads words, and says what is wrong with the next one. */
class Reader {
  #isConnected = false;
  #closes = 0;

  read(word: Word, lives: number, { isOvertaken, isSuccessors }: Partial<Told> = {}): string | undefined {
    if (this.#closes >= lives) return `${word} after close`;
    switch (word) {
      case "connect":
        if (this.#isConnected && !isSuccessors) return "connect twice, without disconnect";
        this.#isConnected = true;
        return;
      case "message":
        return this.#isConnected || isOvertaken ? undefined : "message outside a connection";
      case "disconnect":
        if (!this.#isConnected) return "disconnect without connect";
        this.#isConnected = false;
        return;
      case "close":
        this.#closes++;
        this.#isConnected = false;
        return;
      default:
        return;
    }
  }
}

export class Grammar implements Invariant {
  readonly #world: World;
  readonly #events = new Reader();
  readonly #callbacks = new Reader();
  readonly #hasAll: boolean;
  /** What events have told and callbacks have not. */
  readonly #due: Told[] = [];
  #lives = 0;
  /** The listeners are being told of a message, and `onMessage` not yet. */
  #telling: Told | undefined;
  /** The connections that are told of, and whether each is a successor's. */
  readonly #greetings: boolean[] = [];
  /** What the last message came over. */
  #source: SeenTransport | undefined;
  /** The `onMessage` that was called last. */
  #message: Call | undefined;
  /** The last step in which it settled. */
  #settledAt = Number.NaN;
  /** The last step in which it was pending although the lifecycle did not wait for it. */
  #overdueAt = Number.NaN;
  /** What is told in this step may be released already. */
  #isUnknown = false;
  /** `reconnect()` was called in this step: what is told is held back. */
  #isHushed = false;

  constructor(world: World) {
    this.#world = world;
    this.#hasAll = Object.values(callbackOf).every((name) => name in world.setup.options);
  }

  /** The lifecycle waits no longer for what is due; `isUnknown`: nor for what has not been told as events yet. */
  release(isUnknown: boolean): void {
    for (const told of this.#due) told.isReleased = isUnknown ? "maybe" : true;
    // What has settled in this step the client may not have heard.
    if (this.#settledAt === this.#world.steps) this.#overdueAt = this.#world.steps;
    this.#isUnknown ||= isUnknown;
  }

  /** Whether the lifecycle will wait for a callback that is being called. */
  isReleased(call: Call): boolean | "maybe" {
    const told = this.#due[this.#find(call)];
    return this.#isUnknown ? "maybe" : (told?.isReleased ?? false);
  }

  /** The messages of the connection of now that wait for `onMessage`; `isKnown`: that can be seen from outside. */
  get waiting(): { readonly messages: readonly unknown[]; readonly isKnown: boolean } {
    const { last } = this.#world.network;
    return this.waitingFrom(last);
  }

  waitingFrom(source: SeenTransport | undefined): {
    readonly messages: readonly unknown[];
    readonly isKnown: boolean;
  } {
    const waiting = this.#due.filter(({ word, transport }) => word === "message" && transport === source);
    const isKnown = !this.#isHushed && !waiting.some(({ isOptional }) => isOptional);
    return { messages: waiting.map(({ what }) => what), isKnown };
  }

  observe(observation: Observation): void {
    this.#noteOverdue();
    if (observation.kind === "settled" && observation.call === this.#message)
      this.#settledAt = this.#world.steps;
    if (observation.kind === "network" && observation.what.type === "message")
      this.#source = observation.transport;
    if (observation.kind === "step") this.#isUnknown = this.#isHushed = false;
    if (observation.kind === "asked") this.#isHushed ||= observation.request === "reconnect";
    if (observation.kind === "transition") {
      const { state, next, effects } = observation;
      // A client that is closed before it was started has a life of nothing but its end.
      if (effects.some(([name]) => name === "begin") || (state.name === "idle" && next.name === "closed")) {
        this.#lives++;
      }
    }
    if (observation.kind === "transition" || observation.kind === "succession")
      this.#greetings.push(...greetingsIn(observation.effects));
    this.#watchEnds(observation);
    if (observation.kind === "told") this.#told(observation.type, observation.detail);
    if (observation.kind === "called") this.#called(observation.call);
  }

  #noteOverdue(): void {
    const { isReleased, isPending, isRunning } = this.#message ?? {};
    if (isReleased && (isPending || isRunning)) this.#overdueAt = this.#world.steps;
  }

  /** A message hangs, and the lifecycle does not wait for it; or did in this step. */
  get #isOverdue(): boolean {
    return this.#overdueAt === this.#world.steps;
  }

  /** A listener of a message that ends its connection may keep the message from `onMessage`. */
  #watchEnds(observation: Observation): void {
    const { kind } = observation;
    // `onDisconnect` may have its turn before the transport is let go of.
    const isEnd =
      kind === "transition" ? observation.effects.some(([name]) => name === "letGo") : kind === "abandoned";
    if (isEnd && this.#telling !== undefined) this.#telling.isOptional = true;
    if (endsTelling(observation)) this.#telling = undefined;
  }

  #told(type: string, detail: unknown): void {
    if (!(type in callbackOf)) return;
    if (isOfHanging(detail)) this.#keepBehind();
    const word = type as Word;
    const isSuccessors = word === "connect" && this.#greetings.shift() === true;
    const problem = this.#events.read(word, this.#lives, { isSuccessors });
    if (problem) this.#world.violate("grammar", `events: ${problem}`);
    if (word === "disconnect" && !(detail as { willRetry: boolean }).willRetry) return;
    if (!(callbackOf[word] in this.#world.setup.options)) {
      if (word === "close") this.#letGo();
      return;
    }
    const told: Told = {
      word,
      what: toldOf(word, detail),
      isOptional: false,
      isReleased: this.#isUnknown || (word === "message" && this.#isOverdue) ? "maybe" : false,
      isOvertaken: false,
      mayFollow: new Set(),
      transport: word === "message" ? this.#source : this.#world.network.last,
      isSuccessors,
    };
    // A reader that lets the message go says so before its callback has a turn.
    const isBefore = detail instanceof QueueFullError && this.#telling !== undefined && !this.#isHushed;
    // Held back, it may come after it in the events, and not in the callbacks.
    const isHeldBack = detail instanceof QueueFullError && this.#isHushed;
    if (isHeldBack) for (const each of this.#due) if (each.word === "message") each.mayFollow.add(detail);
    this.#due.splice(isBefore ? this.#due.indexOf(this.#telling!) : this.#due.length, 0, told);
    if (word === "message") this.#telling = told;
  }

  /** After the end nobody is called for a message that waited; who is not told of the end does not see when that is. */
  #letGo(): void {
    for (const told of this.#due) told.isOptional ||= told.word === "message";
  }

  #called(call: Call): void {
    const word = wordOf[call.name];
    if (word === undefined) return;
    const index = this.#find(call);
    const told = this.#due[index];
    const problem = this.#callbacks.read(word, this.#lives, told);
    if (problem && this.#hasAll) this.#world.violate("grammar", `callbacks: ${problem}`);
    if (!isToldOf(told, call)) {
      const [due] = this.#due;
      this.#world.violate(
        "agreement",
        `${call.name} was called where ${due === undefined ? "no event was told" : `${due.word} was told`}`,
      );
    }
    const overtaken = this.#due.splice(0, index + 1).slice(0, -1);
    if (word === "message") this.#message = call;
    else if (word !== "close") {
      for (const each of overtaken) each.isOvertaken = true;
      this.#due.unshift(...overtaken);
    }
    if (word === "message" && call.isReleased !== false) this.#keepBehind();
  }

  /** The messages that are due wait for one that nothing else waits for. */
  #keepBehind(): void {
    for (const each of this.#due) if (each.word === "message") each.isReleased ||= "maybe";
  }

  /** Where the event is that a call belongs to: the first, but for messages that may be left out or overtaken. */
  #find(call: Call): number {
    const isPassed = ({ word, isOptional, isReleased, mayFollow }: Told) =>
      isOptional ||
      mayFollow.has(call.args[0]) ||
      (word === "message" && call.name !== "onMessage" && isReleased && this.#isOverdue);
    const index = this.#due.findIndex((told) => isToldOf(told, call) || !isPassed(told));
    return Math.max(0, index);
  }

  atEnd(): void {
    const due = this.#due.filter(({ isOptional }) => !isOptional);
    if (due.length === 0) return;
    const words = due.map(({ word }) => word).join(", ");
    this.#world.violate("agreement", `events were told and their callbacks never called: ${words}`);
  }
}

function greetingsIn(effects: readonly (Effect | SuccessionEffect)[]): boolean[] {
  return effects.flatMap((effect) => {
    if (effect[0] === "greet") return [false];
    return effect[0] === "toHeir" && effect[2] === "carryOut" && effect[3].effect[0] === "greet"
      ? [true]
      : [];
  });
}

const callbackOf: Readonly<Record<Word, string>> = {
  connect: "onConnect",
  message: "onMessage",
  disconnect: "onDisconnect",
  error: "onError",
  close: "onClose",
};

/** What can be told of an event. */
function isToldOf(told: Told | undefined, { name, args }: Call): boolean {
  return told !== undefined && callbackOf[told.word] === name && told.what === toldOf(told.word, args[0]);
}

const wordOf: Readonly<Record<string, Word>> = Object.fromEntries(
  Object.entries(callbackOf).map(([word, name]) => [name, word as Word]),
);

function toldOf(word: Word, detail: unknown): unknown {
  if (word === "message") return detail as Message;
  if (word === "error") return detail as GundamError;
  if (word === "close") return typeof detail === "number" ? detail : (detail as { code: number }).code;
  return undefined;
}
