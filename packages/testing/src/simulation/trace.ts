// The trace of a schedule, as a dialogue: `=` the lifecycle, `>` sent, `<` received, `!` errors, `~` time, `@` callbacks
// and other functions of the user's, `*` events.

import type { DialRequest, Drop, GundamError } from "@gundam/core";
import type { Effect, Event, State } from "@gundam/core/lifecycle";
import { type SuccessionEffect, successorOf } from "@gundam/core/succession";
import type { Call, NetworkEvent, Observation, Observer } from "./observation.ts";
import { show } from "./show.ts";
import type { World } from "./world.ts";

export class Trace implements Observer {
  readonly #world: World;
  readonly lines: string[] = [];
  #now = 0;

  constructor(world: World) {
    this.#world = world;
  }

  observe(observation: Observation): void {
    const now = this.#world.runtime.now();
    if (now !== this.#now) {
      this.lines.push(`    ~ ${now - this.#now} ms`);
      this.#now = now;
    }
    const line = lineOf(observation);
    if (line !== undefined)
      this.lines.push(observation.kind === "step" ? `${now} ms: ${line}` : `    ${line}`);
  }
}

function lineOf(observation: Observation): string | undefined {
  switch (observation.kind) {
    case "step":
      return observation.name;
    case "transition":
      return `= ${transitionLine(observation)}`;
    case "succession":
      return `= ${successionLine(observation)}`;
    case "released":
      return "= waits for no callback";
    case "told":
      return toldLine(observation.type, observation.detail);
    case "called":
      return `@ ${callLine(observation.call)}`;
    case "returned":
      return undefined;
    case "settled":
      return `@ ${observation.call.name} settles: ${outcomeOf(observation.call)}`;
    case "threw":
      return "@ a listener throws";
    case "asked":
      return `@ ${observation.request}(${detailLine(observation.detail)})`;
    case "sending":
      return `@ send("${observation.parcel.key.trim()}"${observation.parcel.isAhead ? ", ahead" : ""})`;
    case "accepted":
      return observation.mayGoOn ? undefined : "@ send returns false";
    case "refused":
      return `! "${observation.parcel.key.trim()}" is refused`;
    case "dialled":
      return `> ${observation.transport.number} dial ${requestLine(observation.transport.request)}`;
    case "abandoned":
      return `> ${observation.transport.number} abandon ${observation.transport.closeFrame?.code ?? ""}`;
    case "sent":
      return `> ${observation.transport.number} "${observation.key.trim()}"`;
    case "framed":
      return `> ${observation.transport.number} Close ${observation.code}`;
    case "network":
      return `< ${observation.transport.number} ${networkLine(observation.what)}${observation.isLive ? "" : " (stale)"}`;
    case "delivered":
      return `@ deliver "${observation.parcel.key.trim()}": ${observation.outcome}`;
    case "decoding":
      return undefined;
    case "reported":
      return `! reported: ${errorLine(observation.error)}`;
    case "warned":
      return `! warned: ${observation.line}`;
  }
}

function detailLine(detail: unknown): string {
  return detail === undefined ? "" : typeof detail === "object" ? JSON.stringify(detail) : String(detail);
}

function transitionLine({ state, event, next, effects }: Observation & { kind: "transition" }): string {
  const by = `${event.type}${generationOf(event, state)}`;
  if (next === state && effects.length === 0) return `${state.name} ignores ${by}`;
  const path = next.name === state.name ? next.name : `${state.name} → ${next.name}`;
  return `${path} #${next.generation} by ${by}${detailOf(next)}: ${effects.map(effectLine).join(", ") || "–"}`;
}

function successionLine({ state, event, next, effects }: Observation & { kind: "succession" }): string {
  const by = event.type === "ofHeir" ? `${event.event.type} of an heir` : event.type;
  const names = (of: State) => [of.name, successorOf(of)?.name ?? "no successor"].join(" + ");
  return `${names(state)} → ${names(next)} by ${by}: ${effects.map(effectLine).join(", ") || "–"}`;
}

function generationOf(event: Event, { generation }: State): string {
  return "generation" in event && event.generation !== generation ? ` of #${event.generation}` : "";
}

function detailOf(state: State): string {
  const until = state.until === Infinity ? "" : `, until ${state.until}`;
  return `${until}, ${state.life.retriesLeft} left`;
}

function effectLine(effect: Effect | SuccessionEffect): string {
  if (effect[0] === "toHeir" && effect[2] === "carryOut") return `heir: ${effectLine(effect[3].effect)}`;
  const [name, ...facts] = effect as readonly unknown[];
  return [name, ...facts.filter((fact) => typeof fact === "string" || typeof fact === "number")].join(" ");
}

function toldLine(type: string, detail: unknown): string {
  if (type === "error") return `! ${errorLine(detail)}`;
  if (type === "message") return "* message";
  if (type === "drop") return `* drop, ${(detail as Drop).outcome}`;
  if (type === "phase") {
    const { phase, type: edge } = detail as { phase: string; type: string };
    return `* phase ${phase} ${edge}`;
  }
  if (type === "close") return `* close ${(detail as { code: number }).code}`;
  return `* ${type}${type === "change" ? ` ${JSON.stringify(detail)}` : ""}`;
}

function callLine({ name, args, manner }: Call): string {
  const what = name === "onMessage" || name === "onClose" || name === "retryFun" ? String(args[0]) : "";
  return `${name}(${what}) (${manner})`;
}

function outcomeOf({ outcome }: Call): string {
  if (outcome === undefined) return "pending";
  return "threw" in outcome ? "rejected" : describe(outcome.value);
}

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return show(value);
  return "uri" in value ? `state of ${value.uri}` : "object";
}

function networkLine(what: NetworkEvent): string {
  if (what.type === "lost")
    return `lost: ${what.failure.kind} ${what.failure.code ?? what.failure.status ?? ""}`;
  if (what.type === "phase") return `phase ${what.phase}`;
  return what.type === "message" ? `message ${String(what.message)}` : what.type;
}

function requestLine({ url, headers }: DialRequest): string {
  return `${url} ${JSON.stringify(headers)}`;
}

function errorLine(error: unknown): string {
  return error instanceof Error
    ? `${(error as GundamError).code ?? error.name} ${error.message}`
    : "(no error)";
}
