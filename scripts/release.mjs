// `npm run release`: checks what is to be published, publishes the packages whose versions npm has not yet, with provenance, and
// tags them. It is for the release workflow; `npm run release -- --dry-run` publishes nothing.

import { bin, pnpm, run } from "./workspace.mjs";

const isDry = process.argv.includes("--dry-run");
const publish = ["--recursive", "publish", "--access", "public", "--provenance", "--no-git-checks"];

const steps = [
  () => run("node", ["scripts/packages.mjs"]),
  () => pnpm([...publish, ...(isDry ? ["--dry-run"] : [])]),
  ...(isDry ? [] : [() => bin("changeset", ["tag"])]),
];

for (const step of steps) {
  const { ok, end } = await step();
  if (ok) continue;
  console.error(`Not released: ${end}.`);
  process.exit(1);
}
