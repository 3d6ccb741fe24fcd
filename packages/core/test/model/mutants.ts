// The mutants of the table, generated, so that nobody chooses what the model check is tried with:
//
// - cells: every cell that does something is turned to `ignore`;
// - effects: every effect is removed from every cell that has it;
// - guards: every condition in lifecycle.ts is inverted: tests, comparisons and their boundaries, && and ||, the cases of
//   a switch, Math.min and Math.max;
// - values: every `true` and `false` is the other, every number one more, every word another, every sum its first
//   term; what an effect is told last is left out.
//
// A row that states share is changed for each of them by itself in the first two, and for all of them in the others.
// The first two are made over the table, the others in the source's syntax tree.

import { readFile } from "node:fs/promises";
import { parseAst, transformWithOxc } from "vite";
import * as chain from "../../src/chain.ts";
import * as closeCodes from "../../src/close-codes.ts";
import * as errors from "../../src/errors.ts";
import * as life from "../../src/life.ts";
import type { Effect, Event, EventName, State, StateName, Table } from "../../src/lifecycle.ts";
import * as lifecycle from "../../src/lifecycle.ts";
import * as optionChecks from "../../src/option-checks.ts";
import * as retry from "../../src/retry.ts";
import { cellName } from "./explore.ts";
import type { Subject } from "./step.ts";

export interface Mutant {
  readonly name: string;
  readonly subject: Subject;
}

type Lifecycle = Pick<
  typeof lifecycle,
  "table" | "transition" | "initialState" | "late" | "impossible" | "ignore"
>;
type AnyHandler = (state: State, event: Event, env: lifecycle.Env) => readonly [State, ...Effect[]];

/** What is checked of a lifecycle, by default the real one with its own table. */
export function subjectOf(module: Lifecycle = lifecycle, table: Table = module.table): Subject {
  const { initialState, late, impossible } = module;
  return {
    initialState,
    transition: (state, event, env) => module.transition(state, event, env, table),
    excuseOf: (state, event) => {
      const handler: unknown = table[state][event];
      return handler === late ? "late" : handler === impossible ? "impossible" : undefined;
    },
  };
}

/** The cells of the table, and the ones in it that do something. */
export const cells: readonly { state: StateName; event: EventName; isHandled: boolean }[] = (
  Object.keys(lifecycle.table) as StateName[]
).flatMap((state) =>
  (Object.keys(lifecycle.table[state]) as EventName[]).map((event) => {
    const handler: unknown = lifecycle.table[state][event];
    const { ignore, late, impossible } = lifecycle;
    return { state, event, isHandled: handler !== ignore && handler !== late && handler !== impossible };
  }),
);

function withCell(state: StateName, event: EventName, handler: AnyHandler): Subject {
  const row = { ...lifecycle.table[state], [event]: handler };
  return subjectOf(lifecycle, { ...lifecycle.table, [state]: row } as Table);
}

export function cellMutants(): Mutant[] {
  return cells
    .filter(({ isHandled }) => isHandled)
    .map(({ state, event }) => ({
      name: `${cellName(state, event)} is ignored`,
      subject: withCell(state, event, lifecycle.ignore),
    }));
}

/** `emitted`: the effects that each cell was seen to have. */
export function effectMutants(emitted: ReadonlyMap<string, ReadonlySet<string>>): Mutant[] {
  return cells.flatMap(({ state, event }) => {
    const handler = lifecycle.table[state][event] as AnyHandler;
    return [...(emitted.get(cellName(state, event)) ?? [])].map((effect) => ({
      name: `${cellName(state, event)} without ${effect}`,
      subject: withCell(state, event, (...facts) => {
        const [next, ...effects] = handler(...facts);
        return [next, ...effects.filter(([name]) => name !== effect)];
      }),
    }));
  });
}

// — in the source ——————————————————————————————————————————————————————————————————————————————————————————————————

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

interface Change {
  readonly kind: "guard" | "value";
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const negations: Record<string, string> = {
  "===": "!==",
  "!==": "===",
  "<": ">=",
  ">=": "<",
  ">": "<=",
  "<=": ">",
};
const boundaries: Record<string, string> = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" };
const logicals: Record<string, string> = { "&&": "||", "||": "&&" };
const extremes: Record<string, string> = { min: "max", max: "min" };

/** A module with one change in it. */
export interface ModuleMutant<Module> {
  readonly name: string;
  readonly kind: Change["kind"];
  readonly module: Module;
}

/** What the mutated modules import at run time. */
const importable: Readonly<Record<string, unknown>> = {
  ...chain,
  ...closeCodes,
  ...errors,
  ...life,
  ...optionChecks,
  ...retry,
  // Has a name that the checks of options have, too.
  ...lifecycle,
};

/** The mutants of a file in core/src, each with what it exports. */
export async function sourceMutants<Module>(name: string): Promise<ModuleMutant<Module>[]> {
  const file = new URL(`../../src/${name}`, import.meta.url);
  const { code } = await transformWithOxc(await readFile(file, "utf8"), file.pathname);
  const source = withoutModuleSyntax(code);
  return [...changesIn(source.program, code)].map(({ change, place }) => {
    const was = code.slice(change.start, change.end);
    const text = source.text.slice(0, change.start) + change.text + source.text.slice(change.end);
    return {
      name: `${place}: ${was} → ${change.text}`.replace(/\s+/g, " "),
      kind: change.kind,
      module: evaluate({ ...source, text }) as Module,
    };
  });
}

/** The mutants of the lifecycle's source. */
export async function lifecycleMutants(): Promise<{ guards: Mutant[]; values: Mutant[] }> {
  const mutants = await sourceMutants<Lifecycle>("lifecycle.ts");
  const ofKind = (kind: Change["kind"]) =>
    mutants
      .filter((mutant) => mutant.kind === kind)
      .map(({ name, module }) => ({ name, subject: subjectOf(module) }));
  return { guards: ofKind("guard"), values: ofKind("value") };
}

interface Source {
  readonly text: string;
  readonly program: Node;
  readonly imported: readonly string[];
  readonly exported: readonly string[];
}

/** The text with every `import` and `export` blanked, so that positions stay. */
function withoutModuleSyntax(code: string): Source {
  const program = parseAst(code) as unknown as Node;
  const imported: string[] = [];
  const exported: string[] = [];
  let text = code;
  const blank = (start: number, end: number) => {
    text = text.slice(0, start) + " ".repeat(end - start) + text.slice(end);
  };
  for (const node of program.body as Node[]) {
    if (node.type === "ImportDeclaration") {
      imported.push(...(node.specifiers as { local: { name: string } }[]).map(({ local }) => local.name));
      blank(node.start, node.end);
    } else if (node.type === "ExportNamedDeclaration" && node.declaration !== null) {
      const declaration = node.declaration as Node;
      exported.push(...namesOf(declaration));
      blank(node.start, declaration.start);
    }
  }
  return { text, program, imported, exported };
}

function namesOf(declaration: Node): string[] {
  const declared = (declaration.declarations ?? [declaration]) as { id: { name: string } }[];
  return declared.map(({ id }) => id.name);
}

function evaluate({ text, imported, exported }: Source): unknown {
  const make = new Function(...imported, `"use strict";\n${text}\nreturn { ${exported.join(", ")} };`);
  return make(...imported.map((name) => importable[name]));
}

function* changesIn(
  node: Node,
  code: string,
  place = "",
  isTest = false,
): Generator<{ change: Change; place: string }> {
  if (node.type === "ImportDeclaration") return;
  const here = placeOf(node, place);
  for (const change of changesOf(node, code, isTest)) yield { change, place: here };
  for (const [key, value] of Object.entries(node)) {
    const children = (Array.isArray(value) ? value : [value]).filter(isNode);
    for (const child of children) yield* changesIn(child, code, here, key === "test");
  }
}

function isNode(value: unknown): value is Node {
  return typeof (value as Node | null)?.type === "string";
}

/** The function, the method or the cell that a node stands in; a row that states share has a name of its own. */
function placeOf(node: Node, place: string): string {
  if (node.type === "MethodDefinition") return (node.key as unknown as { name: string }).name;
  const isDeclared = node.type === "FunctionDeclaration" || node.type === "VariableDeclarator";
  const named = (isDeclared ? node.id : node.type === "Property" ? node.key : undefined) as
    | { name?: string }
    | undefined;
  if (named?.name === undefined) return place;
  if (isDeclared) return place === "" ? named.name : place;
  if (place === "table") return named.name;
  const isCell = !place.includes(".") && named.name in lifecycle.table.idle;
  return isCell ? `${place}.${named.name}` : place;
}

function* changesOf(node: Node, code: string, isTest: boolean): Generator<Change> {
  const { start, end } = node;
  const source = code.slice(start, end);
  const replace = (kind: Change["kind"], text: string): Change => ({ kind, start, end, text });
  const operator = node.operator as string;
  const [left, right] = [node.left, node.right] as [Node, Node];
  // The parentheses around a function are outside of its node.
  const operand = ({ type, start, end }: Node) =>
    type === "ArrowFunctionExpression" ? `(${code.slice(start, end)})` : code.slice(start, end);
  const joined = (by: string) => `${operand(left)} ${by} ${operand(right)}`;
  if (isTest && node.type !== "Literal" && !isCaseLabel(source)) yield replace("guard", `!(${source})`);
  if (node.type === "BinaryExpression") {
    if (!isTest && operator in negations) yield replace("guard", joined(negations[operator]!));
    if (operator in boundaries) yield replace("guard", joined(boundaries[operator]!));
    if (operator === "+") yield replace("value", code.slice(left.start, left.end));
  }
  if (node.type === "LogicalExpression" && operator in logicals) {
    yield replace("guard", `(${joined(logicals[operator]!)})`);
  }
  if (node.type === "UnaryExpression" && operator === "!" && !isTest) yield replace("guard", source.slice(1));
  if (node.type === "Literal" && isTest) yield replace("guard", `${source} + "?"`);
  if (node.type === "Literal" && typeof node.value === "boolean") yield replace("value", String(!node.value));
  if (node.type === "Literal" && typeof node.value === "number")
    yield replace("value", String(node.value + 1));
  if (node.type === "Literal" && typeof node.value === "string" && !isTest)
    yield replace("value", `"${node.value}?"`);
  const elements = (node.type === "ArrayExpression" ? node.elements : []) as Node[];
  if (elements.length > 1 && elements[0]!.type === "Literal")
    yield replace("value", `${code.slice(start, elements.at(-2)!.end)}]`);
  if (node.type === "MemberExpression" && source.startsWith("Math.")) {
    const name = source.slice("Math.".length);
    if (name in extremes) yield replace("guard", `Math.${extremes[name]}`);
  }
}

function isCaseLabel(source: string): boolean {
  return /^"\w+"$/.test(source);
}
