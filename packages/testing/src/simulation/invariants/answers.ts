// What functions answer and callbacks return is used: the next attempt dials it. A retryFun is never asked when nothing
// is left to plan, and whoever is asked in vain is told so by a signal.

import type { AbortSignalLike, AttemptContext, State } from "@gundam/core";
import type { State as Lifecycle } from "@gundam/core/lifecycle";
import { successorOf } from "@gundam/core/succession";
import { isState, isUsable } from "../functions.ts";
import type { Call, Observation } from "../observation.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";

interface Wanted {
  /** Undefined: not known. */
  readonly value: unknown;
  readonly step: number;
  /** It was returned by a promise, and is not used before the end of the step. */
  readonly isLater: boolean;
}

export class Answers implements Invariant {
  readonly #world: World;
  /** What callbacks have returned last. */
  #uri: Wanted | undefined;
  #headers: Wanted | undefined;
  /** The number of the attempt that was prepared last. */
  #attempt = 0;
  /** What the attempt that is being prepared is to dial. */
  #due: { readonly uri: unknown; readonly headers: unknown } = { uri: undefined, headers: undefined };

  constructor(world: World) {
    this.#world = world;
  }

  observe(observation: Observation): void {
    switch (observation.kind) {
      case "called":
        return this.#called(observation.call);
      case "returned":
      case "settled":
        if (observation.call.isLater === (observation.kind === "settled")) this.#answered(observation.call);
        return;
      case "transition":
      case "succession":
        if (isPreparing(observation.next) && this.#attempt !== this.#world.attempt) this.#prepare();
        return;
      case "dialled":
        return this.#dialled(observation.transport.request);
    }
  }

  #called({ name, args }: Call): void {
    if (name === "retryFun" && args[0] === 0) this.#world.violate("retryFun", "was asked with no retry left");
    if (name === "url" && (args[0] as AttemptContext).signal.aborted) {
      this.#world.violate("signal", "a url function was asked in vain");
    }
  }

  #answered(call: Call): void {
    if (call.outcome === undefined || !("value" in call.outcome)) return;
    const { value } = call.outcome;
    if (call.name === "url" || call.name === "headers") return this.#provided(call, value);
    if (!call.name.startsWith("on") || !isState(value) || !isUsable(value)) return;
    const given = call.args.at(-1) as State;
    const uri = value.uri.replace("http:", "ws:");
    if (value.uri !== given.uri) this.#uri = this.#wanted(uri, call.isLater, this.#uri);
    if (value.headers !== given.headers) {
      this.#headers = this.#wanted(value.headers, call.isLater, this.#headers);
    }
  }

  /** Of two in one step, the one that promises may have overtaken the other. */
  #wanted(value: unknown, isLater: boolean, before: Wanted | undefined): Wanted {
    const step = this.#world.steps;
    const isKnown = before?.step !== step || !(before.isLater || isLater);
    return { value: isKnown ? value : undefined, step, isLater: isLater || !isKnown };
  }

  /** A function is asked as long as no callback has returned a value instead. */
  #provided({ name, attempt }: Call, value: unknown): void {
    if (attempt !== this.#world.attempt) return;
    if (name === "url" && this.#uri === undefined) this.#due = { ...this.#due, uri: value };
    if (name === "headers" && this.#headers === undefined) this.#due = { ...this.#due, headers: value };
  }

  #prepare(): void {
    this.#attempt = this.#world.attempt;
    // What was returned in this very step may come just too late for the attempt.
    const due = (wanted: Wanted | undefined) =>
      wanted?.isLater && wanted.step === this.#world.steps ? undefined : wanted?.value;
    this.#due = { uri: due(this.#uri), headers: due(this.#headers) };
  }

  #dialled({ url, headers }: { readonly url: string; readonly headers: unknown }): void {
    const { uri, headers: fields } = this.#due;
    if (uri !== undefined && url !== uri) this.#world.violate("state", `dialled ${url} and not ${uri}`);
    if (fields !== undefined && headers !== fields) {
      this.#world.violate("state", `dialled with ${JSON.stringify(headers)}, not ${JSON.stringify(fields)}`);
    }
    const isSuccessors = successorOf(this.#world.state) !== undefined;
    if (!isSuccessors && this.#world.client.state.uri !== url)
      this.#world.violate("state", `state.uri is not ${url}`);
  }

  atRest(): void {
    const { state, functions } = this.#world;
    for (const { call } of functions.pending) {
      if (call.name !== "url" && call.name !== "headers") continue;
      const signal = (call.args[0] as { signal: AbortSignalLike }).signal;
      const isWanted = isPreparing(state) && this.#world.attempt === call.attempt;
      if (signal.aborted === isWanted) {
        const answer = isWanted ? "wanted and its signal aborted" : "not wanted and its signal not aborted";
        this.#world.violate("signal", `the answer of ${call.name} is ${answer}`);
      }
    }
  }
}

/** An attempt, or a successor, is being prepared. */
function isPreparing(state: Lifecycle): boolean {
  return (successorOf(state) ?? state).name === "preparing";
}
