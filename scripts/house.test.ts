// The house's rule: our own house keeps it, and the check is seen to work on small houses that are made up, each wrong in
// one way.

import { describe, expect, it } from "vitest";
import { checkHouse, readHouse } from "./house.mjs";

const page = `
<!-- house:begin -->
\`\`\`
e2e → playground → gundam → browser | node → core
e2e, playground → testing → core
\`\`\`

| layer | files | what they are |
|---|---|---|
| words | \`errors.ts\` \`transport.ts\` | such as \`errors.ts\` |
| driver | \`driver.ts\` | |
| doors | \`index.ts\` \`websocket/\` | |
<!-- house:end -->

| file of core | what it holds |
|---|---|
| \`errors.ts\`, \`transport.ts\` | as \`nobody.ts\` |
| \`driver.ts\` | |
| \`index.ts\`, \`websocket/\` | |
`;

function manifest(name: string): string {
  const exports = { ".": { "@gundam/source": "./src/index.ts", default: "./dist/index.js" } };
  return JSON.stringify({ name, exports });
}

/** A house in order, with some files changed. */
function house(changes: Record<string, string> = {}): Record<string, string> {
  return {
    "ARCHITECTURE.md": page,
    "packages/core/package.json": manifest("@gundam/core"),
    "packages/core/src/errors.ts": 'import mitt from "mitt";',
    "packages/core/src/transport.ts": 'import { type Failure, fail } from "./errors.ts";',
    "packages/core/src/driver.ts": 'import type { Transport } from "./transport.ts";',
    "packages/core/src/index.ts": 'export * from "./driver.ts";',
    "packages/core/src/websocket/index.ts": 'export { fail } from "../errors.ts";',
    "packages/browser/package.json": manifest("@gundam/browser"),
    "packages/browser/src/index.ts": 'export * from "@gundam/core";',
    "packages/node/package.json": manifest("@gundam/node"),
    "packages/node/src/index.ts": 'import net from "node:net"; export * from "@gundam/core";',
    "packages/gundam/package.json": manifest("gundam"),
    "packages/gundam/src/index.ts": 'export * from "@gundam/node";',
    "packages/testing/package.json": manifest("@gundam/testing"),
    "packages/testing/src/index.ts": 'import type { Client } from "@gundam/core";',
    "playground/package.json": manifest("@gundam/playground"),
    "playground/src/app.ts":
      'import "./app.css"; import "gundam"; import "@gundam/testing"; import "@gundam/core";',
    "e2e/package.json": manifest("@gundam/e2e"),
    "e2e/vite.config.ts": 'export * from "../playground/vite.config.ts";',
    ...changes,
  };
}

function problems(changes: Record<string, string>): string[] {
  return checkHouse(house(changes));
}

it("our house keeps its rule", () => {
  expect(checkHouse(readHouse())).toEqual([]);
});

it("has nothing to say against a house in order", () => {
  expect(checkHouse(house())).toEqual([]);
});

describe("between packages", () => {
  it.each([
    ["browser", "@gundam/node", "core"],
    ["node", "@gundam/browser", "core"],
    ["testing", "gundam", "core"],
    ["gundam", "@gundam/testing", "browser, core, node"],
    ["core", "@gundam/testing", "none of the packages"],
  ])("%s may not import %s", (from, specifier, allowed) => {
    expect(problems({ [`packages/${from}/src/new.ts`]: `\nimport type {} from "${specifier}";` })).toContain(
      `packages/${from}/src/new.ts:2 imports ${specifier}, against the arrows of ARCHITECTURE.md: ${from} may know ${allowed}.`,
    );
  });

  it("a package that stands at no arrow may import none", () => {
    expect(
      problems({
        "packages/deno/package.json": manifest("@gundam/deno"),
        "packages/deno/src/index.ts": 'import "@gundam/core";',
      }),
    ).toEqual([
      "packages/deno/src/index.ts:1 imports @gundam/core, against the arrows of ARCHITECTURE.md: deno may know none of the packages.",
    ]);
  });

  it.each(["node:fs", "ws", "mitten", "gundamite"])("core may not import %s", (specifier) => {
    expect(problems({ "packages/core/src/driver.ts": `import "${specifier}";` })).toEqual([
      `packages/core/src/driver.ts:1 imports ${specifier}: core knows no platform, and of others' packages mitt alone.`,
    ]);
  });

  it("the sources of another package are not reached by a path", () => {
    expect(problems({ "packages/node/src/index.ts": 'import "../../core/src/errors.ts";' })).toEqual([
      "packages/node/src/index.ts:1 reaches into packages/core/src by a path: import @gundam/core by its name.",
    ]);
  });

  it("arrows do not go round", () => {
    const round = page.replace("testing → core", "testing → core → gundam");
    expect(() => problems({ "ARCHITECTURE.md": round })).toThrow(
      "the arrows of ARCHITECTURE.md go round: e2e → playground → gundam → browser → core → gundam",
    );
  });
});

describe("between the layers of core", () => {
  it.each(["./driver.ts", "./driver.js", "@gundam/core"])("a lower file may not import %s", (specifier) => {
    const [above, layer] = specifier.startsWith(".") ? ["driver.ts", "driver"] : ["index.ts", "doors"];
    expect(problems({ "packages/core/src/errors.ts": `import type {} from "${specifier}";` })).toContain(
      `packages/core/src/errors.ts:1 imports ${above}, which is above it (${layer} over words): move down what it needs, or hand it in.`,
    );
  });

  it("a file that nobody placed is told where to go", () => {
    expect(problems({ "packages/core/src/queue.ts": 'import "./driver.ts";' })).toEqual([
      "packages/core/src/queue.ts is in no layer: name it in one row of the table in ARCHITECTURE.md.",
    ]);
  });

  it("a file has one place", () => {
    const twice = page.replace("`driver.ts`", "`driver.ts` `errors.ts`");
    expect(problems({ "ARCHITECTURE.md": twice })).toEqual([
      "packages/core/src/errors.ts is in the layers words and driver: name it in one row of the table in ARCHITECTURE.md.",
    ]);
  });

  it.each(["queue.ts", "queue/"])("%s has no place when it is not there", (entry) => {
    const more = page.replace("`driver.ts`", `\`driver.ts\` \`${entry}\``);
    expect(problems({ "ARCHITECTURE.md": more })).toEqual([
      `ARCHITECTURE.md has ${entry} in the layer driver, and there is no packages/core/src/${entry}.`,
    ]);
  });

  it.each([
    [0, "| `index.ts`, "],
    [2, "| `driver.ts`, `driver.ts` | |\n| `index.ts`, "],
  ])("what a file holds is told once, not %i times", (times, rows) => {
    const other = page.replace("| `driver.ts` | |\n| `index.ts`, ", rows);
    expect(problems({ "ARCHITECTURE.md": other })).toEqual([
      `ARCHITECTURE.md tells ${times} times what driver.ts holds: tell it in one row of its files.`,
    ]);
  });

  it("nothing is told of a file that is not there", () => {
    const more = page.replace("| `index.ts`, ", "| `queue.ts`, `index.ts`, ");
    expect(problems({ "ARCHITECTURE.md": more })).toEqual([
      "ARCHITECTURE.md tells what queue.ts holds, and there is no such file in a layer.",
    ]);
  });

  it("they must be declared", () => {
    expect(() => problems({ "ARCHITECTURE.md": "" })).toThrow("there is no <!-- house:begin -->");
  });
});

describe("a circle", () => {
  it("is found through types", () => {
    expect(
      problems({ "packages/core/src/errors.ts": 'import type { Transport } from "./transport.ts";' }),
    ).toEqual([
      "packages/core/src/transport.ts → errors.ts → transport.ts is a circle: move what they share into a file that each of them imports.",
    ]);
  });

  it("is found through a package's name", () => {
    expect(
      problems({
        "packages/testing/src/index.ts": 'export * from "./clock.ts";',
        "packages/testing/src/clock.ts": 'import type { Clock } from "@gundam/testing";',
      }),
    ).toEqual([
      "packages/testing/src/clock.ts → index.ts → clock.ts is a circle: move what they share into a file that each of them imports.",
    ]);
  });

  it("is told once, and no longer one that goes away with it", () => {
    expect(
      problems({
        "playground/src/a.ts": 'import "./b.ts";',
        "playground/src/b.ts": 'import "./c.ts";',
        "playground/src/c.ts": 'import "./a.ts"; import "./b.ts";',
      }),
    ).toEqual([
      "playground/src/c.ts → b.ts → c.ts is a circle: move what they share into a file that each of them imports.",
    ]);
  });
});

describe("an import is seen", () => {
  it.each([
    'import "@gundam/node";',
    'import node from "@gundam/node";',
    'import * as node from "@gundam/node";',
    'import type { Node } from "@gundam/node";',
    'import { type Node } from "@gundam/node";',
    'export * from "@gundam/node";',
    'export type * from "@gundam/node";',
    'export { connect } from "@gundam/node";',
    'export type { Node } from "@gundam/node";',
    'const node = await import("@gundam/node");',
    'type Node = import("@gundam/node").Node;',
    'type Node = typeof import("@gundam/node");',
    'function later(): Promise<Array<import("@gundam/node").Node>> { return []; }',
  ])("%s", (text) => {
    expect(problems({ "packages/browser/src/index.ts": text })).toHaveLength(1);
  });

  it.each([
    '// import "@gundam/node";',
    '/* import "@gundam/node"; */',
    "const text = 'import \"@gundam/node\";';",
    "const text = `\nimport '@gundam/node';\n`;",
    "export const node = 1;",
  ])("and this is none: %s", (text) => {
    expect(problems({ "packages/browser/src/index.ts": text })).toEqual([]);
  });

  it("unless it is computed, which is refused", () => {
    expect(problems({ "packages/browser/src/index.ts": "await import(name);" })).toEqual([
      "packages/browser/src/index.ts:1 computes what it imports: write it as a string, for this check to read.",
    ]);
  });

  it("unless the file cannot be read, which is an error", () => {
    expect(() => problems({ "packages/browser/src/index.ts": "import from" })).toThrow(
      "packages/browser/src/index.ts: ",
    );
  });
});
