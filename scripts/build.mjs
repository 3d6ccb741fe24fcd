// `npm run build [-- name…]`: what is published, made from the sources, of all packages or of those that are named. `tsc -b`
// makes dist, and what no compiler makes follows.

import { makeCommonJs } from "./commonjs.mjs";
import { makeSingleFiles } from "./single-files.mjs";
import { publishedPackages } from "./tarballs.mjs";
import { bin } from "./workspace.mjs";

const names = process.argv.slice(2);
const { ok } = await bin("tsc", ["-b"]);
if (!ok) process.exit(1);
const packages = publishedPackages().filter(({ name }) => names.length === 0 || names.includes(name));
for (const one of packages) {
  await makeCommonJs(one);
  if (one.name === "gundam") await makeSingleFiles(one);
}
