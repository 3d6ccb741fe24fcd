// `node comparison/probe.mjs <contender> <probe…>`: plays the probes with a contender, all at once, and prints what they say
// as JSON. It is a process of its own, for what a library leaves behind is not ours: graphql-ws 6.4.2, for one, leaves
// rejections that nobody handles when its server goes away.

import { contenders } from "./contenders.mjs";
import { probes } from "./probes.mjs";

process.on("unhandledRejection", () => {});

const [contender, ...names] = process.argv.slice(2);
const results = names.map(async (name) => [name, await probes[name](contenders[contender])]);
process.stdout.write(JSON.stringify(Object.fromEntries(await Promise.all(results))), () => process.exit());
