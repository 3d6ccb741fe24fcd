// An incident as a test: a Vitest file that plays it in virtual time against the server in the page. What it expects is what
// its rehearsal (rehearsal.ts) has found, which does the same, call by call.

import type { FaultRequest } from "../server/server-protocol.ts";
import { type OptionsCode, optionsCode } from "../settings/snippet.ts";
import {
  type Act,
  type Incident,
  labelOf,
  type PageCondition,
  stepWords,
  storyOf,
  type UserAct,
} from "./incident.ts";
import { type Candidate, LEAD, RECOVERY, type Rehearsed, rehearse } from "./rehearsal.ts";

/** A client of the test: what it is called there, and how it is made. */
interface Part {
  readonly candidate: Candidate;
  readonly variable: string;
  readonly options: OptionsCode;
  readonly rehearsed: Rehearsed;
}

/** Plays it first, to know what to expect. */
export async function writeTest(incident: Incident, candidates: readonly Candidate[]): Promise<string> {
  const rehearsed = await rehearse(incident, candidates);
  const parts = candidates.map(
    (candidate, index): Part => ({
      candidate,
      variable: candidates.length === 1 ? "client" : `client${candidate.name}`,
      options: optionsCode(candidate.settings, "server.url"),
      rehearsed: rehearsed[index]!,
    }),
  );
  return [
    ...head(incident, parts),
    "",
    `test(${JSON.stringify(titleOf(incident, parts))}, async () => {`,
    ...[...setup(incident, parts), "", ...play(incident, parts), ...expectations(incident, parts)].map(
      (line) => (line === "" ? "" : `  ${line}`),
    ),
    "});",
    "",
  ].join("\n");
}

function head(incident: Incident, parts: readonly Part[]): string[] {
  const core = new Set(["Client", "deliver", "UnknownDeliveryError"]);
  if (has(incident, "handover")) core.add("handover");
  for (const { options } of parts) for (const name of options.functions) core.add(name);
  const inPage = [...(has(incident, "fault") ? ["applyFault"] : []), "virtualPage"];
  const story = storyOf(incident);
  return [
    ...(story === undefined ? [] : [`// ${story}`]),
    "// From the Gundam playground. The clock is virtual, and the server is in the page: it takes no time, and no network.",
    "",
    `import { ${[...core].sort(byName).join(", ")} } from "@gundam/core";`,
    `import { ${inPage.join(", ")} } from "@gundam/testing/in-page";`,
    'import { expect, test } from "vitest";',
  ];
}

function titleOf(incident: Incident, parts: readonly Part[]): string {
  const name = labelOf(incident) ?? "an incident";
  const isBack = parts.every(({ rehearsed }) => rehearsed.phase === "open");
  const isKept = parts.every(({ rehearsed }) => !rehearsed.outcomes.includes("dropped"));
  const messages = isKept ? "no message is lost in silence" : "what becomes of each message is told";
  const phases = parts.map(({ rehearsed }) => rehearsed.phase).join(" and ");
  return `${name}: ${isBack ? "the connection comes back" : `it ends ${phases}`}, and ${messages}`;
}

function setup(incident: Incident, parts: readonly Part[]): string[] {
  const used = ["runtime", "server", ...(isOfPage(incident) ? ["page"] : []), "platform"];
  return [
    `const { ${used.join(", ")} } = virtualPage();`,
    ...parts.flatMap(({ variable, options }) => [
      ...clientCode(variable, options),
      `${variable}.reconnect();`,
    ]),
    "",
    "// What became of each message, once that was told.",
    "const outcomes: string[] = [];",
    "const send = (message: string) => {",
    ...deliverCode(parts).map((line) => `  ${line}`),
    "};",
  ];
}

function clientCode(variable: string, { before, lines, after }: OptionsCode): string[] {
  const opening = `const ${variable} = new Client(platform, ${before}`;
  // Only the url.
  if (lines.length === 1) return [`${opening} ${lines[0]!.replace(/,$/, "")} ${after});`];
  return [opening, ...lines.map((line) => `  ${line}`), `${after});`];
}

function deliverCode(parts: readonly Part[]): string[] {
  const one = [
    "deliver(client, message).then(",
    "  (outcome) => outcomes.push(outcome),",
    '  (error) => outcomes.push(error instanceof UnknownDeliveryError ? "unknown" : "dropped"),',
    ");",
  ];
  if (parts.length === 1) return one;
  const all = parts.map(({ variable }) => variable).join(", ");
  return [`for (const client of [${all}]) {`, ...one.map((line) => `  ${line}`), "}"];
}

function play({ steps, duration }: Incident, parts: readonly Part[]): string[] {
  const lines = [`await runtime.advance(${inDigits(LEAD)});`, 'send("before");', ""];
  let now = 0;
  for (const [index, step] of steps.entries()) {
    lines.push(`// ${inDigits(step.at)} ms: ${oneLine(stepWords(step))}`);
    if (step.at > now) lines.push(`await runtime.advance(${inDigits(step.at - now)});`);
    lines.push(...actCode(step.act, parts), `send("during ${index + 1}");`, "");
    now = step.at;
  }
  if (duration > now) lines.push(`await runtime.advance(${inDigits(duration - now)});`, "");
  return lines;
}

function expectations(incident: Incident, parts: readonly Part[]): string[] {
  const all = parts.flatMap(({ rehearsed }) => rehearsed.outcomes);
  const allowed = ["acked", "flushed", "unknown", ...(all.includes("dropped") ? ["dropped"] : [])];
  const told = all.filter((outcome) => outcome !== "waiting").length;
  return [
    "// Whatever is left of it ends, and there is time to come back.",
    "server.behave();",
    ...(isOfPage(incident) ? ["page.goOnline();", "page.show();"] : []),
    `await runtime.advance(${inDigits(RECOVERY)});`,
    "",
    ...parts.map(
      ({ variable, rehearsed }) => `expect(${variable}.phase).toBe(${JSON.stringify(rehearsed.phase)});`,
    ),
    `// Of ${(incident.steps.length + 1) * parts.length} messages.`,
    `expect(outcomes).toHaveLength(${told});`,
    `for (const outcome of outcomes) expect(${JSON.stringify(allowed).replaceAll(",", ", ")}).toContain(outcome);`,
  ];
}

const onPage: Readonly<Record<PageCondition, string>> = {
  offline: "page.goOffline();",
  online: "page.goOnline();",
  hide: "page.hide();",
  show: "page.show();",
};

const onClient: Readonly<Record<UserAct, (client: string) => string>> = {
  reconnect: (client) => `${client}.reconnect();`,
  // There may be nothing to hand over.
  handover: (client) => `handover(${client}).catch(() => {});`,
  close: (client) => `void ${client}.close(1000);`,
  terminate: (client) => `${client}.terminate();`,
};

function actCode(act: Act, parts: readonly Part[]): string[] {
  if (act.type === "fault") return [`applyFault(server, ${faultCode(act.fault)});`];
  if (!isUserAct(act)) return [onPage[act.type]];
  return parts
    .filter(({ candidate }) => (act.client ?? candidate.name) === candidate.name)
    .map(({ variable }) => onClient[act.type](variable));
}

function has({ steps }: Incident, type: Act["type"]): boolean {
  return steps.some(({ act }) => act.type === type);
}

function isOfPage({ steps }: Incident): boolean {
  return steps.some(({ act }) => act.type in onPage);
}

function isUserAct(act: Exclude<Act, { type: "fault" }>): act is Extract<Act, { type: UserAct }> {
  return act.type in onClient;
}

function faultCode(fault: FaultRequest): string {
  const pairs = Object.entries(fault).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `{ ${pairs.join(", ")} }`;
}

/** `60_000`. */
function inDigits(ms: number): string {
  return ms < 10_000 ? String(ms) : String(ms).replace(/\B(?=(\d{3})+$)/g, "_");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}

function byName(one: string, other: string): number {
  return one.toLowerCase() < other.toLowerCase() ? -1 : 1;
}
