// The callback grammar of a life, `(error | connect (message | error)* (disconnect | nothing if last))* close`, for
// callbacks and events alike; and both tell the same, in the same order.

import type { GundamError, Message } from "@gundam/core";
import type { Call, Observation } from "../observation.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";

type Word = "connect" | "message" | "disconnect" | "error" | "close";

interface Told {
  readonly word: Word;
  /** What tells it from others of its kind. */
  readonly what: unknown;
  /** A listener of this message ended the connection: `onMessage` may not be called for it. */
  isOptional: boolean;
}

/** Reads words, and says what is wrong with the next one. */
class Reader {
  #isConnected = false;
  #closes = 0;

  read(word: Word, lives: number): string | undefined {
    if (this.#closes >= lives) return `${word} after close`;
    switch (word) {
      case "connect":
        if (this.#isConnected) return "connect twice, without disconnect";
        this.#isConnected = true;
        return;
      case "message":
        return this.#isConnected ? undefined : "message outside a connection";
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

  constructor(world: World) {
    this.#world = world;
    this.#hasAll = Object.values(callbackOf).every((name) => name in world.setup.options);
  }

  /** How many callbacks have been told as events, and not been called; `Infinity` when that is not known. */
  get due(): number {
    return this.#due.some(({ isOptional }) => isOptional) ? Infinity : this.#due.length;
  }

  observe(observation: Observation): void {
    if (observation.kind === "transition") {
      const { state, next, effects } = observation;
      // A client that is closed before it was started has a life of nothing but its end.
      if (effects.some(({ type }) => type === "begin") || (state.name === "idle" && next.name === "closed")) {
        this.#lives++;
      }
    }
    this.#watchEnds(observation);
    if (observation.kind === "told") this.#told(observation.type, observation.detail);
    if (observation.kind === "called") this.#called(observation.call);
  }

  /** A listener of a message that ends its connection may keep the message from `onMessage`. */
  #watchEnds(observation: Observation): void {
    const { kind } = observation;
    if (kind === "abandoned" && this.#telling !== undefined) this.#telling.isOptional = true;
    const isHeard = kind === "called" || kind === "settled" || kind === "network" || kind === "step";
    if (isHeard || (kind === "told" && observation.type === "error")) this.#telling = undefined;
  }

  #told(type: string, detail: unknown): void {
    if (!(type in callbackOf)) return;
    const word = type as Word;
    const problem = this.#events.read(word, this.#lives);
    if (problem) this.#world.violate("grammar", `events: ${problem}`);
    if (word === "disconnect" && !(detail as { willRetry: boolean }).willRetry) return;
    if (!(callbackOf[word] in this.#world.setup.options)) return;
    const told: Told = { word, what: toldOf(word, detail), isOptional: false };
    this.#due.push(told);
    if (word === "message") this.#telling = told;
  }

  #called(call: Call): void {
    const word = wordOf[call.name];
    if (word === undefined) return;
    const problem = this.#callbacks.read(word, this.#lives);
    if (problem && this.#hasAll) this.#world.violate("grammar", `callbacks: ${problem}`);
    const isCalled = (told: Told | undefined) =>
      told?.word === word && told.what === toldOf(word, call.args[0]);
    while (this.#due[0]?.isOptional && !isCalled(this.#due[0])) this.#due.shift();
    const due = this.#due.shift();
    if (!isCalled(due)) {
      this.#world.violate(
        "agreement",
        `${call.name} was called where ${due === undefined ? "no event was told" : `${due.word} was told`}`,
      );
    }
  }

  atEnd(): void {
    const due = this.#due.filter(({ isOptional }) => !isOptional);
    if (due.length === 0) return;
    const words = due.map(({ word }) => word).join(", ");
    this.#world.violate("agreement", `events were told and their callbacks never called: ${words}`);
  }
}

const callbackOf: Readonly<Record<Word, string>> = {
  connect: "onConnect",
  message: "onMessage",
  disconnect: "onDisconnect",
  error: "onError",
  close: "onClose",
};

const wordOf: Readonly<Record<string, Word>> = Object.fromEntries(
  Object.entries(callbackOf).map(([word, name]) => [name, word as Word]),
);

function toldOf(word: Word, detail: unknown): unknown {
  if (word === "message") return detail as Message;
  if (word === "error") return detail as GundamError;
  if (word === "close") return typeof detail === "number" ? detail : (detail as { code: number }).code;
  return undefined;
}
