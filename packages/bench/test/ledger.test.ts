// The ledger leaves modules out by putting empty ones in their place. A forgotten export would break the bundle, or
// leave in what should go.

import path from "node:path";
import { describe, expect, test } from "vitest";
import { exportsOf, measure, root, stubOf } from "../bundle.mjs";
import { differencesOf, functionsOf, ledgerOf } from "../ledger.mjs";

const modules = path.join(import.meta.dirname, "modules");
const file = path.join(modules, "every-export.ts");
const program = `
  import Default, { constant, variable, declared, Declared, renamed, "not an identifier" as odd, namespace, passedOn }
    from "./test/modules/every-export.ts";
  class Extended extends Declared {}
  if (constant) globalThis.used = [new Default(), variable, declared(), Extended, renamed, odd, namespace, passedOn];`;

describe("an empty module in another one's place", () => {
  test("has all its values, those passed on among them, and none of its types", async () => {
    const { [file]: names } = await exportsOf([file]);
    const values = [
      "constant",
      "declared",
      "Declared",
      "default",
      "namespace",
      "not an identifier",
      "passedOn",
    ];
    expect(names?.sort()).toEqual([...values, "renamed", "variable"].sort());
  });

  test("is nothing but names", () => {
    expect(stubOf(["one", "default"])).toBe(
      `let stub0, stub1; export { stub0 as "one", stub1 as "default" };`,
    );
    expect(stubOf([])).toBe("export {};");
  });

  test("takes nothing of the others along: who uses its constants stays whole", async () => {
    const { modules } = await measure(program, { without: [file] });
    expect(Object.keys(modules)).toEqual(["bench/test/modules/every-export"]);
    const used = `import { constant } from "./test/modules/every-export.ts"; if (constant) globalThis.kept = 1;`;
    const { gzip } = await measure(used, { without: [file] });
    const { gzip: kept } = await measure("if (globalThis.a) globalThis.kept = 1;");
    expect(gzip).toBeGreaterThan(kept - 10);
  });
});

describe("the ledger of a program", () => {
  test("tells what leaves with a module, which nobody else imports", async () => {
    const ledger = await ledgerOf(program);
    expect(ledger["bench/test/modules/every-export"]?.along).toEqual([
      "bench/test/modules/only-here",
      "bench/test/modules/re-exported",
    ]);
  });

  test("prices a module at what the program pays less without it", async () => {
    const ledger = await ledgerOf(program);
    const { gzip } = await measure(program);
    const { gzip: rest } = await measure(program, { without: [file] });
    expect(ledger["bench/test/modules/every-export"]?.gzip).toBe(gzip - rest);
    expect(gzip - rest).toBeGreaterThan(0);
  });
});

test("a program differs in nothing from itself in the same checkout", async () => {
  const { gzip } = await measure(program);
  expect(await differencesOf(program, root)).toEqual({ there: gzip, here: gzip, modules: {} });
});

describe("the functions of a program", () => {
  const text = "something that nobody else in this program says, so that it has its price";
  const program = `
    function plain() { return "${text}, in a function"; }
    class Some { method() { return "${text}, in a method"; } other() { return 1; } }
    globalThis.used = [plain, Some];`;

  test("are priced with their methods, the dearest first; what is slight is left out", async () => {
    const functions = await functionsOf(program);
    expect(functions.map(([name]) => name).sort()).toEqual(["Some", "Some.method", "plain"]);
    const prices = functions.map(([, gzip]) => gzip);
    expect(prices).toEqual([...prices].sort((a, b) => b - a));
    expect(prices.every((gzip) => gzip > 0)).toBe(true);
  });
});
