// An incident as the text that stands in the page's address: `0:restart(1500),0:refuse(503,times=1),6000:behave`. A step is
// its time in ms and what is done; a fault's first argument stands alone, others have their names; `9000:end` says how long
// it goes on. A told incident is its id.

import { applyFault, InPageServer, inPageFaults } from "@gundam/testing/in-page";
import type { FaultRequest } from "../server/server-protocol.ts";
import {
  type Act,
  AFTERMATH,
  type ClientName,
  type Incident,
  incidentOf,
  LONGEST_INCIDENT,
  MOST_STEPS,
  type PageCondition,
  type UserAct,
} from "./incident.ts";
import { incidents } from "./incidents.ts";

const conditions: readonly PageCondition[] = ["offline", "online", "hide", "show"];
const userActs: readonly UserAct[] = ["reconnect", "handover", "close", "terminate"];
const clients: readonly ClientName[] = ["A", "B"];
/** A user's `close`, told from the server's fault of that name. */
const byUser: Readonly<Record<UserAct, string>> = {
  reconnect: "reconnect",
  handover: "hand-over",
  close: "close-client",
  terminate: "terminate",
};
/** The arguments of faults that are numbers, whatever fault they are of. */
const numbers = ["code", "status", "times", "ms", "count", "bytesPerSecond"];

/** What is wrong with a text, in words, and what is allowed. */
export class IncidentTextError extends Error {
  override readonly name: string = "IncidentTextError";
}

export function writeIncident(incident: Incident): string {
  const known = incidents.find((one) => one === incident);
  if (known !== undefined) return known.id;
  const { steps, duration } = incident;
  const parts = steps.map(({ at, act }) => `${at}:${writeAct(act)}`);
  if (duration !== (steps.at(-1)?.at ?? 0) + AFTERMATH) parts.push(`${duration}:end`);
  return parts.join(",");
}

/** Throws an `IncidentTextError`. */
export function readIncident(text: string): Incident {
  const known = incidents.find(({ id }) => id === text.trim());
  if (known !== undefined) return known;
  if (!text.includes(":")) {
    const names = incidents.map(({ id }) => id).join(", ");
    throw new IncidentTextError(
      `there is no incident “${text}”: it is one of ${names}, or steps such as 0:drop,3000:behave`,
    );
  }
  const steps: { at: number; act: Act }[] = [];
  let duration: number | undefined;
  const parts = split(text, ",");
  if (parts.length > MOST_STEPS)
    throw new IncidentTextError(`an incident has at most ${MOST_STEPS} steps, not ${parts.length}`);
  for (const part of parts) {
    const { at, done } = readTimed(part);
    if (done === "end") duration = at;
    else steps.push({ at, act: readAct(done) });
  }
  if (steps.length === 0) throw new IncidentTextError(`“${text}” has no step, such as 0:drop`);
  const late = steps.find(({ at }) => at > (duration ?? Infinity));
  if (late !== undefined)
    throw new IncidentTextError(`the step at ${late.at} comes after the end, which is at ${duration}`);
  return incidentOf(steps, duration);
}

/** A fault as the server takes it: numbers for what is one, and nothing for what was left empty. */
export function tidyFault({ name, ...args }: FaultRequest): FaultRequest {
  const given = Object.entries(args).filter(([arg, value]) => value !== "" || !numbers.includes(arg));
  const typed = given.map(([arg, value]) => [arg, numbers.includes(arg) ? Number(value) : value]);
  return { name, ...Object.fromEntries(typed) };
}

// — writing —

function writeAct(act: Act): string {
  if (act.type === "fault") return writeFault(act.fault);
  if (!isUserAct(act)) return act.type;
  return `${byUser[act.type]}${act.client === undefined ? "" : `(${act.client})`}`;
}

function writeFault(fault: FaultRequest): string {
  const { name, ...args } = fault;
  const first = argsOf(name)?.[0];
  const written = Object.entries(args).map(([arg, value]) =>
    arg === first ? writeValue(value) : `${arg}=${writeValue(value)}`,
  );
  // What stands alone has to stand first.
  if (first !== undefined && first in args) {
    const [alone] = written.splice(Object.keys(args).indexOf(first), 1);
    written.unshift(alone!);
  }
  return written.length === 0 ? name : `${name}(${written.join(",")})`;
}

/** As it is, or as a JSON string where that could be misread. */
function writeValue(value: string | number): string {
  const text = String(value);
  const isPlain = /^[^\s"(),=]([^"(),=]*[^\s"(),=])?$/.test(text);
  return isPlain ? text : JSON.stringify(text);
}

// — reading —

function readTimed(part: string): { at: number; done: string } {
  const [, time, done] = /^\s*([^:("]*?)\s*:\s*(.*?)\s*$/s.exec(part) ?? [];
  if (time === undefined || done === undefined || done === "")
    throw new IncidentTextError(
      `“${part.trim()}” is no step: a step is a time in ms and an act, such as 1500:drop`,
    );
  const at = Number(time);
  if (!/^\d+$/.test(time) || at > LONGEST_INCIDENT)
    throw new IncidentTextError(
      `“${part.trim()}” has no time: it is a whole number of ms, at most ${LONGEST_INCIDENT}, not “${time}”`,
    );
  return { at, done };
}

function readAct(text: string): Act {
  const [, name = "", inside] = /^([\w-]+)(?:\((.*)\))?$/s.exec(text) ?? [];
  const args = inside === undefined || inside.trim() === "" ? [] : split(inside, ",");
  const condition = conditions.find((one) => one === name);
  if (condition !== undefined && args.length === 0) return { type: condition };
  const userAct = userActs.find((one) => byUser[one] === name);
  if (userAct !== undefined) return readUserAct(userAct, text, args);
  const order = argsOf(name);
  if (order === undefined || condition !== undefined)
    throw new IncidentTextError(`“${text}” is no act: ${allActs()}`);
  return { type: "fault", fault: checked(readFault(name, order, args, text)) };
}

function readUserAct(type: UserAct, text: string, [given, ...others]: readonly string[]): Act {
  if (given === undefined) return { type };
  const client = clients.find((name) => name === given.trim());
  if (client === undefined || others.length > 0)
    throw new IncidentTextError(`“${text}” is about no client: it takes A or B, or nothing for both`);
  return { type, client };
}

function readFault(
  name: string,
  order: readonly string[],
  args: readonly string[],
  text: string,
): FaultRequest {
  const read: Record<string, string | number> = {};
  for (const [index, each] of args.entries()) {
    const [, named, value = ""] = /^\s*(?:([A-Za-z]+)\s*=)?\s*(.*?)\s*$/s.exec(each) ?? [];
    const arg = named ?? order[index];
    if (arg === undefined || !order.includes(arg) || arg in read)
      throw new IncidentTextError(
        `“${text}” has an argument too many: ${name} takes ${order.join(", ") || "none"}`,
      );
    read[arg] = readValue(value, text);
  }
  return tidyFault({ name, ...read });
}

function readValue(value: string, text: string): string {
  if (!value.startsWith('"')) return value;
  try {
    return JSON.parse(value) as string;
  } catch {
    throw new IncidentTextError(`“${text}” has a text that does not end: it stands in "…", as in JSON`);
  }
}

/** Throws what the server in the page has against it. */
function checked(fault: FaultRequest): FaultRequest {
  const stopped = { now: () => 0, setTimer: () => () => {}, microtask: () => {} };
  try {
    applyFault(new InPageServer({ runtime: stopped }), fault);
  } catch (error) {
    throw new IncidentTextError((error as Error).message);
  }
  return fault;
}

/** At the separators that stand neither in brackets nor in a JSON string. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = "";
  let depth = 0;
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|[\s\S]/g)) {
    if (piece === "(") depth += 1;
    if (piece === ")") depth -= 1;
    if (piece === separator && depth === 0) {
      parts.push(part);
      part = "";
    } else part += piece;
  }
  return [...parts, part];
}

function argsOf(fault: string): readonly string[] | undefined {
  return inPageFaults.find(({ name }) => name === fault)?.args;
}

function isUserAct(act: Act): act is Extract<Act, { type: UserAct }> {
  return userActs.some((name) => name === act.type);
}

function allActs(): string {
  const names = [...conditions, ...Object.values(byUser), ...inPageFaults.map(({ name }) => name)];
  return `there is ${names.join(", ")}`;
}
