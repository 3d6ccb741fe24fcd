// The modules and the CommonJS build in one process. From the tarballs, `scripts/packages.mjs` runs the same program.

import { copyFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { node, programIn } from "./bundling.ts";

const { folder } = programIn("builds");
const source = path.join(import.meta.dirname, "builds/both.mjs");

test("what is imported and what is required work together", async () => {
  const program = path.join(folder, "both.mjs");
  await copyFile(source, program);
  const printed = await node(["--no-experimental-require-module", program]);
  expect(printed.split("\n")).toEqual([
    "a client",
    "a state",
    "an error",
    "options",
    "the default supervisor",
  ]);
});
