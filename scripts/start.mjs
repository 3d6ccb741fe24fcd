// `npm start`: from a fresh clone to the playground in the browser. Installs, builds, then runs the playground's own
// dev server, which prints its address, until Ctrl-C. What is up to date already costs next to nothing.

import { bin, pnpm, requireNode } from "./workspace.mjs";

requireNode();

const steps = [
  () => pnpm(["install"]),
  () => bin("tsc", ["-b"]),
  () => pnpm(["--silent", "--filter", "@gundam/playground", "--fail-if-no-match", "run", "dev"]),
];

for (const step of steps) {
  const { ok, end } = await step();
  if (end === "interrupted") process.exit(0);
  if (!ok) process.exit(1);
}
