// `npm start`: from a fresh clone to the playground in the browser. Installs, builds, then runs the playground's own
// dev server, which prints its address, until Ctrl-C. What is up to date already costs next to nothing.
// `npm start -- --allow-origin https://app.example`, as often as wanted: pages of other hosts may connect to its echo server.

import { pnpm, requireNode, run } from "./workspace.mjs";

requireNode();
// Not at the top: an old Node has none.
const { parseArgs } = await import("node:util");
const { values } = parseArgs({
  options: { "allow-origin": { type: "string", multiple: true, default: [] } },
});
const env = { GUNDAM_ECHO_ORIGINS: values["allow-origin"].join(" ") };

const steps = [
  () => pnpm(["install"]),
  () => run("node", ["scripts/build.mjs"]),
  () => pnpm(["--silent", "--filter", "@gundam/playground", "--fail-if-no-match", "run", "dev"], { env }),
];

for (const step of steps) {
  const { ok, end } = await step();
  if (end === "interrupted") process.exit(0);
  if (!ok) process.exit(1);
}
