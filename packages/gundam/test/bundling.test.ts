// Which side of the package reaches whom: Node gets the Node side; bundlers for the web, edge runtimes and unknown ones
// the browser side, with no Node code in it. Here with the quickest bundler; the others are in bundling.heavy.test.ts.

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { describeBundles, node, programIn, withEsbuild } from "./bundling.ts";
import { describeServerBundles } from "./server-bundles.ts";

const { folder, entry } = programIn("quick");

describeBundles(entry, {
  forTheWeb: { esbuild: withEsbuild({ platform: "browser" }) },
  forNode: { esbuild: withEsbuild({ platform: "node" }) },
});

describeServerBundles(
  folder,
  { esbuild: withEsbuild({ platform: "node" }) },
  {
    waysToRun: {
      "": [],
      ", where there is no WebAssembly": ["--import", "data:text/javascript,delete globalThis.WebAssembly"],
      ", where nothing is compiled": ["--jitless"],
    },
  },
);

describe("what an unknown option may have been meant to be", () => {
  const mistaken = path.join(folder, "mistaken.js");
  const brief = "OptionError retryTimout: retryTimout is not an option";
  const whole = `${brief}; did you mean retryTimeout?`;

  beforeAll(() =>
    writeFile(
      mistaken,
      `import { connect } from "gundam";
      try {
        connect({ url: "ws://127.0.0.1:9/", retryTimout: 1 });
      } catch ({ name, option, message }) {
        console.log(\`\${name} \${option}: \${message}\`);
      }`,
    ),
  );

  it.each<[string, string[] | undefined, string]>([
    ["left out of a bundle for the web", undefined, brief],
    ["left out of one for production", ["production"], brief],
    ["said in one for development", ["development"], whole],
  ])("is %s", async (_, conditions, said) => {
    const outfile = path.join(folder, `mistaken ${conditions}.cjs`);
    await withEsbuild({ platform: "browser", ...(conditions && { conditions }) })(mistaken, outfile);
    expect(await node([outfile])).toBe(said);
    expect((await readFile(outfile, "utf8")).includes("did you mean")).toBe(said === whole);
  });

  it.each(["node", "production", "development"])(
    "is said on Node, with the condition %s",
    async (condition) => {
      expect(await node([`--conditions=${condition}`, mistaken])).toBe(whole);
    },
  );
});

describe("without a bundler", () => {
  it("Node gets the Node side", async () => {
    expect(await node([entry])).toBe("node");
  });

  it.each(["browser", "workerd"])(
    "the condition %s gives the browser side, without a window",
    async (condition) => {
      expect(await node([`--conditions=${condition}`, entry])).toBe("browser");
    },
  );

  it.each(["deno", "bun"])("the condition %s gives the Node side", async (condition) => {
    expect(await node([`--conditions=${condition}`, entry])).toBe("node");
  });
});
