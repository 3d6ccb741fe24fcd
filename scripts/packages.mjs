// Packs every published package as `pnpm publish` would and checks the tarballs: publint (does what package.json
// promises exist?) and attw (do types resolve the way code does? Everything is ESM, hence its profile).

import { mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { bin, pnpm, root } from "./workspace.mjs";

const folder = path.join(root, "test-results", "tarballs");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const packed = await pnpm([
  "--silent",
  "--recursive",
  "--filter",
  "./packages/*",
  "--filter",
  "!@gundam/bench",
  "pack",
  "--pack-destination",
  folder,
]);
const tarballs = readdirSync(folder).map((name) => path.join(folder, name));

let ok = packed.ok && tarballs.length > 0;
for (const tarball of tarballs) {
  console.log(`\n${path.basename(tarball)}`);
  for (const [name, ...options] of [
    ["publint", "--strict"],
    ["attw", "--profile", "esm-only", "--no-summary"],
  ]) {
    ok = (await bin(name, [tarball, ...options])).ok && ok;
  }
}
process.exit(ok ? 0 : 1);
