// Which side of the package reaches whom: Node gets the Node side; bundlers for the web, edge runtimes and unknown ones
// the browser side, with no Node code in it. Here with the quickest bundler; the others are in bundling.heavy.test.ts.

import { describe, expect, it } from "vitest";
import { describeBundles, node, programIn, withEsbuild } from "./bundling.ts";

const { entry } = programIn("quick");

describeBundles(entry, {
  forTheWeb: { esbuild: withEsbuild({ platform: "browser" }) },
  forNode: { esbuild: withEsbuild({ platform: "node" }) },
});

describe("without a bundler", () => {
  it("Node gets the Node side", async () => {
    expect(await node([entry])).toBe("node");
  });

  it.each(["browser", "workerd", "deno", "bun"])(
    "the condition %s gives the browser side, without a window",
    async (condition) => {
      expect(await node([`--conditions=${condition}`, entry])).toBe("browser");
    },
  );
});
