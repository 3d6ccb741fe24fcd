// Packs every published package as `pnpm publish` would and checks the tarballs: publint (does what package.json
// promises exist?) and attw (do types resolve the way code does, whoever asks?).

import path from "node:path";
import { packPackages } from "./tarballs.mjs";
import { bin, root } from "./workspace.mjs";

const tarballs = await packPackages(path.join(root, "test-results", "tarballs"));

let ok = true;
for (const tarball of tarballs.values()) {
  console.log(`\n${path.basename(tarball)}`);
  for (const [name, ...options] of [
    ["publint", "--strict"],
    ["attw", "--no-summary"],
  ]) {
    ok = (await bin(name, [tarball, ...options])).ok && ok;
  }
}
process.exit(ok ? 0 : 1);
