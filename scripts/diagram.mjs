// The lifecycle's state diagram and its table of cells in ARCHITECTURE.md, drawn from the transition table by trying
// every event in every state. `node scripts/diagram.mjs --write` rewrites them, from the source: it wants no build. A test
// fails when they are out of date.

import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { replaceMarked } from "./option-table.mjs";

const root = new URL("..", import.meta.url);
export const page = fileURLToPath(new URL("ARCHITECTURE.md", root));

const now = 1000;
const options = {
  retry: 2,
  stableAfter: 10,
  callbackTimeout: 10,
  openTimeout: 10,
  wsOpts: { closingTimeout: 10 },
};
const moment = { now, random: 0, hasHeard: false, isHeld: false, isHidden: false };
/** Asked: dead, unless something came since. */
const vigilance = {
  begin: () => ({}),
  askSoon: () => ({}),
  look: (_, { hasHeard }) => ({ questions: [], failure: hasHeard ? undefined : failure }),
};
const env = { ...moment, ping() {}, vigilance: undefined, options };
const generation = 1;

const error = new Error("an example");
const failure = { kind: "network", error, byUs: false };
const life = {
  retriesLeft: 2,
  failures: 0,
  since: 0,
  hasHurried: false,
  hasForgiven: false,
  hasWorked: false,
};
const setback = { failure, wasOpen: true, uptime: 0, wasStable: false };
const phase = { phase: "tcp", until: now, timeout: 1, option: "connectTimeout" };

const vigil = { until: now };

/** Whatever a state may hold; its deadline has passed. */
const held = {
  generation,
  life,
  setback,
  phase,
  openUntil: now,
  until: now,
  notBefore: 0,
  retriesBefore: 2,
  readySince: now,
  vigilance,
  vigils: [vigil],
  code: 1000,
  reason: "",
};
const retry = { retries: 1, delay: 1, floor: 0, forgiven: false };
/** Whatever an event may carry. */
const carried = {
  generation,
  failure,
  code: 1000,
  reason: "",
  within: 1,
  decision: retry,
  problems: [],
  phase: "tls",
  hasSlept: false,
};

/** What else a cell may depend on; `isAnother`: where one before it leads to the same, it does so, too. */
const conditions = [
  { name: "" },
  { name: "no retry left", held: { life: { ...life, retriesLeft: 0 } } },
  { name: "stop", carried: { decision: undefined } },
  { name: "after reconnect", held: { again: true } },
  { name: "still alive", env: { hasHeard: true } },
  { name: "slept long", carried: { hasSlept: true } },
  { name: "online", carried: { isOnline: true }, isAnother: true },
  {
    name: "slept long, and cannot ask",
    held: { vigils: [] },
    carried: { hasSlept: true },
    env: { ping: undefined },
  },
];

/** What each cell does: `{ state, event, kind }`, and for handlers the next states with their conditions. */
export function cellsOf(lifecycle) {
  const kinds = new Map([
    [lifecycle.ignore, "ignore"],
    [lifecycle.late, "late"],
    [lifecycle.impossible, "impossible"],
  ]);
  return Object.entries(lifecycle.table).flatMap(([state, row]) =>
    Object.entries(row).map(([event, handler]) => {
      const kind = kinds.get(handler) ?? "handled";
      return { state, event, kind, next: kind === "handled" ? nextStates(lifecycle, state, event) : [] };
    }),
  );
}

function nextStates({ transition }, name, type) {
  const found = [];
  for (const condition of conditions) {
    const state = { name, ...held, again: false, ...condition.held };
    const event = { type, ...carried, ...condition.carried };
    const [{ name: next }] = transition(state, event, { ...env, ...condition.env });
    const known = found.find((other) => other.name === next);
    if (known === undefined) found.push({ name: next, condition: condition.name });
    else if (known.condition && condition.isAnother) known.condition += ` or ${condition.name}`;
  }
  return found;
}

/** The diagram, in Mermaid. The ends that nearly every state has are a note. */
export function diagram(cells) {
  const states = [...new Set(cells.map(({ state }) => state))];
  const arrows = new Map();
  const ends = new Map();
  const add = (map, key, value) => map.set(key, [...(map.get(key) ?? []), value]);
  for (const { state, event, next } of cells) {
    for (const { name, condition } of next) {
      if (name === state) continue;
      if (name === "closed" && condition === "no retry left")
        add(ends, "a failure with no retry left", state);
      else if (name === "closed" && (event === "close" || event === "terminate")) add(ends, event, state);
      else add(arrows, `${state} --> ${name} : |${condition && ` (${condition})`}`, event);
    }
  }
  return [
    "stateDiagram-v2",
    `  [*] --> ${states[0]}`,
    ...[...arrows].map(([arrow, events]) => `  ${arrow.replace("|", events.join(", "))}`),
    "  note right of closed",
    "    also reached by",
    ...[...ends].map(([why, from]) => `    ${why}, from ${listed(new Set(from), states)}`),
    "  end note",
  ].join("\n");
}

/** The shorter of the two: which, or which not. */
function listed(some, states) {
  const others = states.filter((state) => !some.has(state) && state !== "closed");
  if (others.length === 0) return "any state";
  return others.length < some.size ? `any but ${others.join(", ")}` : [...some].join(", ");
}

const words = { ignore: "–", late: "late", impossible: "" };

/** The table of cells, in Markdown. */
export function cellTable(cells) {
  const states = [...new Set(cells.map(({ state }) => state))];
  const events = [...new Set(cells.map(({ event }) => event))];
  const cell = (state, event) => {
    const { kind, next } = cells.find((cell) => cell.state === state && cell.event === event);
    const names = next.map(({ name }) => (name === state ? "stays" : name));
    return kind === "handled" ? names.join(" / ") : words[kind];
  };
  return [
    `| event | ${states.map((state) => `\`${state}\``).join(" | ")} |`,
    `|---${"|---".repeat(states.length)}|`,
    ...events.map((event) => `| \`${event}\` | ${states.map((state) => cell(state, event)).join(" | ")} |`),
  ].join("\n");
}

/** Everything between the marks of the page. */
export function section(lifecycle) {
  const cells = cellsOf(lifecycle);
  return [
    "```mermaid",
    diagram(cells),
    "```",
    "",
    "The same, cell by cell. `stays`: something is done, and the state's name stays. –: of no consequence. late: an answer",
    "that is wanted no longer. Empty: cannot come. Two names: by what the state or the event holds.",
    "",
    cellTable(cells),
  ].join("\n");
}

if (process.argv[1] && fileURLToPath(import.meta.url) === realpathSync(process.argv[1])) {
  const { runnerImport } = await import("vite");
  const { module } = await runnerImport(fileURLToPath(new URL("packages/core/src/lifecycle.ts", root)));
  const text = section(module);
  if (!process.argv.includes("--write")) console.log(text);
  else writeFileSync(page, replaceMarked(readFileSync(page, "utf8"), "lifecycle", text));
}
