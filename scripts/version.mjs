// `npm run release:prepare`: gives the packages the version that the changesets ask for, and writes it wherever else it stands; the
// hashes of docs/cdn.md are those of the new files then. What it changes is a release's pull request.

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { bin, root, run } from "./workspace.mjs";

/** Where a version stands outside of package.json, and the text with it. */
export const stamps = {
  /** Copies of the library know each other by it. */
  "packages/core/src/client.ts": (text, version) => text.replace(/(?<="gundam )\d+\.\d+\.\d+(?=")/g, version),
  "CHANGELOG.md": (text, version, day) =>
    text.replace(/^## Unreleased$/m, `## Unreleased\n\n## ${version}, ${day}`),
};

async function must(running) {
  const { ok, end } = await running;
  if (!ok) throw new Error(end);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await must(bin("changeset", ["version"]));
  const { version } = JSON.parse(readFileSync(path.join(root, "packages/gundam/package.json"), "utf8"));
  const day = new Date().toISOString().slice(0, "yyyy-mm-dd".length);
  for (const [name, stamp] of Object.entries(stamps)) {
    const file = path.join(root, name);
    writeFileSync(file, stamp(readFileSync(file, "utf8"), version, day));
  }
  await must(run("node", ["scripts/build.mjs"]));
  await must(run("node", ["scripts/integrity.mjs", "--write"]));
  await must(run("node", ["scripts/doc-code.mjs", "--write"]));
}
