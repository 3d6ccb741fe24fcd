// Callbacks run one after another, each waiting for the promise of the one before, though never for longer than
// `callbackTimeout`; but a message waits for the message before it, however long, and for a message that was told to hang
// nothing else waits. The next attempt waits for those of the
// lost connection. What they throw is told, once.

import { CallbackError, OptionError } from "@gundam/core";
import { isState, isUsable } from "../functions.ts";
import type { Call, Observation } from "../observation.ts";
import { show } from "../show.ts";
import type { World } from "../world.ts";
import type { Grammar } from "./grammar.ts";
import { isOfHanging } from "./hanging.ts";
import type { Invariant } from "./invariant.ts";

/** Returned, and as bad as thrown. */
const unusable = Symbol("a state that cannot be used");
const callbacks: readonly string[] = ["onConnect", "onMessage", "onDisconnect", "onError", "onClose"];
const duringGreeting: readonly string[] = ["onMessage", "onError"];

export class Turns implements Invariant {
  readonly #world: World;
  readonly #grammar: Grammar;
  #running: Call[] = [];
  /** The user asked to reconnect in this step, which holds back what is told: what is due is not known. */
  #isHushed = false;
  /** What callbacks threw that was neither told nor reported yet. */
  readonly #thrown: { readonly call: Call; readonly value: unknown }[] = [];
  readonly #heard: unknown[] = [];
  readonly #told: Set<unknown> = new Set();

  constructor(world: World, grammar: Grammar) {
    this.#world = world;
    this.#grammar = grammar;
  }

  /** The callbacks that the client waits for. */
  get awaited(): readonly Call[] {
    return this.#running.filter((call) => (call.isRunning || call.isPending) && !call.isReleased);
  }

  get isAnyAwaited(): boolean {
    return this.#running.some((call) => (call.isRunning || call.isPending) && call.isReleased !== true);
  }

  observe(observation: Observation): void {
    switch (observation.kind) {
      case "called":
        return this.#called(observation.call);
      case "returned":
      case "settled":
        return this.#noteThrown(observation.call);
      case "threw":
        this.#heard.push(observation.value);
        return;
      case "told":
        if (observation.type === "error") this.#toldError(observation.detail);
        return;
      case "reported":
        return this.#reported(observation.error);
      case "step":
        this.#isHushed = false;
        return;
      case "asked":
        this.#isHushed ||= observation.request === "reconnect";
        return;
      case "released":
        this.#grammar.release(this.#isHushed);
        for (const call of this.#running) call.isReleased = true;
        return;
      case "transition":
        return this.#transition(observation);
    }
  }

  #called(call: Call): void {
    if (!callbacks.includes(call.name)) return;
    for (const other of this.#running) {
      if (!other.isRunning && !other.isPending) continue;
      const isMessages = call.name === "onMessage" && other.name === "onMessage";
      const isGreeted = other.name === "onConnect" && !other.isRunning && duringGreeting.includes(call.name);
      if (isMessages || !(other.isReleased || isGreeted))
        this.#world.violate("turns", `${call.name} was called while ${other.name} was pending`);
    }
    call.isReleased = this.#grammar.isReleased(call);
    this.#running = [...this.#running.filter((other) => other.isRunning || other.isPending), call];
  }

  #transition({ state, next, effects }: Observation & { kind: "transition" }): void {
    // The attempt of a successor waits for nobody.
    const isPromoted = effects.some(([name]) => name === "toHeir");
    if (state.name !== "preparing" && next.name === "preparing" && !isPromoted) {
      for (const call of this.awaited) {
        // What is wrong with the last callbacks of a connection is told while the next attempt begins.
        if (call.args[0] instanceof CallbackError || isOfHanging(call.args[0])) continue;
        this.#world.violate("turns", `an attempt began while ${call.name} was pending`);
      }
    }
  }

  #noteThrown(call: Call): void {
    if (!callbacks.includes(call.name) || call.outcome === undefined) return;
    if (this.#thrown.some((thrown) => thrown.call === call)) return;
    if ("threw" in call.outcome) this.#thrown.push({ call, value: call.outcome.threw });
    else if (isState(call.outcome.value) && !isUsable(call.outcome.value)) {
      this.#thrown.push({ call, value: unusable });
    }
  }

  #toldError(error: unknown): void {
    if (this.#told.has(error)) this.#world.violate("errors", `the same error was told twice: ${show(error)}`);
    this.#told.add(error);
    if (isOfHanging(error)) {
      for (const call of this.#running) if (call.name === "onMessage") call.isReleased = true;
    }
    if (error instanceof CallbackError)
      this.#forget(error, (name) => name !== "onError" && name !== "onClose");
  }

  /** Only what `onError`, `onClose` and listeners throw is reported, and what comes after the end was told. */
  #reported(error: unknown): void {
    const heard = this.#heard.indexOf(error);
    if (heard >= 0) {
      this.#heard.splice(heard, 1);
      return;
    }
    const isOver = this.#world.state.name === "closed";
    const mayBe = (name: string) => name === "onError" || name === "onClose" || isOver;
    if (error instanceof CallbackError && this.#forget(error, mayBe)) return;
    this.#world.violate("reports", `reported ${show(error)}`);
  }

  #forget({ callback, cause }: CallbackError, mayBe: (name: string) => boolean): boolean {
    const isCause = (value: unknown) =>
      value === unusable ? cause instanceof OptionError : Object.is(value, cause);
    const index = this.#thrown.findIndex(
      ({ call, value }) => call.name === callback && isCause(value) && mayBe(call.name),
    );
    if (index >= 0) this.#thrown.splice(index, 1);
    return index >= 0;
  }

  atRest(): void {
    for (const { call, value } of this.#thrown) {
      this.#world.violate("errors", `${call.name} threw ${show(value)} and nobody was told`);
    }
    if (this.#heard.length > 0) this.#world.violate("reports", "a listener threw, and it was not reported");
  }
}
