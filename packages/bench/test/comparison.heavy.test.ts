// What the comparison of the README says of a client where it can be seen: each is put through it.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { peers, rows } from "../comparison/rows.mjs";

const program = fileURLToPath(new URL("../comparison/probe.mjs", import.meta.url));

/** The probe's name → whether it is said to do what the probe looks at. */
function saidOf(name: string): Record<string, boolean> {
  const said: Record<string, boolean> = {};
  for (const row of rows) {
    const { evidence, says, probe = row.probe } = row.cells[name];
    if (evidence === "probed") said[probe] = says.startsWith("✓");
  }
  return said;
}

test.each(["gundam", ...peers])("%s does what it is said to do, and no more", async (name) => {
  const said = saidOf(name);
  expect(Object.keys(said)).not.toEqual([]);
  const { stdout } = await promisify(execFile)(process.execPath, [program, name, ...Object.keys(said)]);
  expect(JSON.parse(stdout)).toEqual(said);
});
