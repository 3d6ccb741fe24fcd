// A file of the program's as a bundle: `bundles/NAME.js`, made by esbuild, which is installed with the packages.

import path from "node:path";
import { run } from "../workspace.mjs";

/** How long bundling may take, in ms. */
const TIMEOUT = 60_000;

export async function bundle(installed, file, options = []) {
  const outfile = path.join(installed, "bundles", file.replace(/mjs$/, "js"));
  const args = [path.join(installed, file), "--bundle", "--format=esm", `--outfile=${outfile}`];
  const { ok, end } = await run(
    path.join(installed, "node_modules", ".bin", "esbuild"),
    [...args, "--log-level=warning", ...options],
    { timeout: TIMEOUT },
  );
  if (!ok) throw new Error(`esbuild: ${end}`);
  return outfile;
}
