// The reference has all that it promises: of each public name what it is, of each option its unit, its default and its
// source, of what is called an example, and the examples are true.

import { expect, test } from "vitest";
import { nodePlatform } from "../../packages/node/src/index.ts";
import { pathsOf, readDocs } from "../../scripts/option-table.mjs";
import { type EntryPoint, entryPoints } from "../entry-points.mjs";
import { checkExamples, makesClaims, readExamples, runnable } from "../examples.mjs";
import { isCalled, readPublicApi, readSources } from "../public-api.mjs";

interface PublicName {
  readonly kind: string;
  readonly name: string;
  readonly where: string;
  readonly entryPoint: { readonly name: string };
  readonly isTold: boolean;
  readonly tags: readonly { readonly name: string }[];
}

const program = readSources();
const api: PublicName[] = readPublicApi(program);
const examples = readExamples(program);

const shown = ({ name, where }: PublicName) => `${name} (${where})`;

test("every public name and every member of it is told of", () => {
  expect(api.length).toBeGreaterThan(1000);
  expect(api.filter(({ isTold }) => !isTold).map(shown)).toEqual([]);
});

test.each(entryPoints)("what $name offers is listed, each name for one task", ({ name, tasks }) => {
  const offered = api.filter(({ entryPoint, kind }) => entryPoint.name === name && kind !== "member");
  const listed = Object.values(tasks ?? {}).flat();
  expect([...listed].sort()).toEqual(offered.map((one) => one.name).sort());
});

test("every function and every class has an example", () => {
  const called: PublicName[] = api.filter(isCalled);
  expect(called.length).toBeGreaterThan(100);
  const hasExample = ({ tags }: PublicName) => tags.some(({ name }) => name === "example");
  expect(called.filter((one) => !hasExample(one)).map(shown)).toEqual([]);
});

type Declared = readonly [kind: readonly [allowed: string, accepts: unknown], fallback?: unknown];

function declarationAt(path: string): Declared {
  const into = (table: unknown, key: string) => (table as Record<string, unknown>)[key];
  return path.split(".").reduce(into, nodePlatform.declarations as unknown) as Declared;
}

const declared: [path: string, fallback: unknown][] = pathsOf(nodePlatform.declarations);
const options = declared.map(([path]) => path).filter((path) => !/^on[A-Z]/.test(path));
const docs: Record<string, { text?: string; unit?: string; default?: string; source?: string }> = readDocs();

test("every option has a meaning, a default and a source", () => {
  expect(options.length).toBeGreaterThan(50);
  const isComplete = (path: string) => docs[path]?.text && docs[path].default && docs[path].source;
  expect(options.filter((path) => !isComplete(path))).toEqual([]);
});

test("every option that is a number of something says of what", () => {
  const isAmount = (path: string) => /a number of|a whole number/.test(declarationAt(path)[0][0]);
  const amounts = options.filter(isAmount);
  expect(amounts).toContain("wsOpts.keepalive");
  expect(amounts.filter((path) => docs[path]?.unit === undefined)).toEqual([]);
});

test("every example is a program without a mistake", { timeout: 60_000 }, () => {
  expect(checkExamples(examples)).toEqual([]);
});

type Body = (expect: (given: unknown, expected: unknown) => void, names: object) => Promise<void>;

test.each(examples.filter(makesClaims))("the example of $name gives what it says", async (example) => {
  const modules = await Promise.all([...example.imports.keys()].map((specifier) => import(specifier)));
  const names = Object.assign({}, ...modules);
  const takenApart = `const { ${[...example.imports.values()].flat().filter(isValue).join(", ")} } = names;`;
  const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => Body;
  const run = new AsyncFunction("expect", "names", `${takenApart}\n${runnable(example)}`);
  let claims = 0;
  await run((given, expected) => {
    claims++;
    expect(given).toEqual(expected);
  }, names);
  expect(claims).toBe(example.code.split("// →").length - 1);
});

const isValue = (name: string) => !name.startsWith("type ");

// — what is looked for is found ————————————————————————————————————————————————————————————————————————————————————

const madeUp: EntryPoint = { name: "made-up", specifier: "made-up", file: "site/made-up.ts" };

function readMadeUp(source: string) {
  const file = new URL("../made-up.ts", import.meta.url).pathname;
  return readSources(new Map([[file, source]]), []);
}

test.each([
  ["a name", "export const untold = 1;", "untold"],
  ["a member", "/** Told. */ export interface Told { untold: string }", "Told.untold"],
  ["a method", "/** Told. */ export class Told { untold(): void {} }", "Told.untold"],
  ["a part", "/** `told`. */ export type Told = { told: { untold: string } };", "Told.told.untold"],
  ["of two alternatives one", "/** Told. */ export type Told = 1 | { untold: string };", "Told.untold"],
])("%s that nobody tells of is found", (_, source, name) => {
  const found = readPublicApi(readMadeUp(source), [madeUp]).filter(({ isTold }) => !isTold);
  expect(found.map((one) => one.name)).toEqual([name]);
});

test("what is told elsewhere, or is nobody's business, is not asked for", () => {
  const source = `
    /** Told. */ export class Told extends Error { override name = "Told"; private a = 1; #b = [this.a]; }
    /** Its \`a\` and its \`b\`. */ export type Parts = { kind: "x"; a: string; b: string };
    /** Told. */ export interface Base {
      /** Told. */
      a(): void;
    }
    /** Told. */ export class Derived implements Base {
      a(): void {}
      /** @internal */
      b(): void {}
    }`;
  const found = readPublicApi(readMadeUp(source), [madeUp]).filter(({ isTold }) => !isTold);
  expect(found).toEqual([]);
});

test.each([
  ["a name that there is not", "nobody();", "Cannot find name 'nobody'"],
  ["a wrong type", "twice('2');", "not assignable to parameter of type 'number'"],
  ["no program", "twice(", "expected"],
])("%s in an example is found", (_, code, problem) => {
  const source = `/** Told. @example ${code} */ export function twice(n: number): number { return 2 * n; }`;
  const [found] = checkExamples(
    readExamples(readMadeUp(source), [madeUp]).map((one) => ({
      ...one,
      imports: new Map(),
      needs: [],
      code: `const twice = (n: number) => 2 * n; ${one.code}`,
    })),
  );
  expect(found).toContain(problem);
});
