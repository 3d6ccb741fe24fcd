// Passes messages along one path in a process of its own, and prints the CPU time of one, in ns.
// `node hot-path-child.mjs <module with virtualClient and virtualWorld> <path> <bursts>`

import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { BURST, paths } from "./message-paths.mjs";
import { quantile } from "./ratios.mjs";

/** The median of some parts is the price: somebody else's turn falls into one of them. */
const PARTS = 10;

const [module, name, bursts] = process.argv.slice(2);
const { virtualClient, virtualWorld } = await import(pathToFileURL(module));
const { options, prepare } = paths[name]();

const world = virtualWorld();
const client = virtualClient(world, options);
await world.runtime.advance(0);
const transport = world.network.last;
transport.open();
await world.runtime.advance(0);
const { pass, passed } = prepare(client, transport);
let started = 0;

/** Each burst has a turn of the event loop: what the client puts off is paid for with it. */
async function run(count) {
  for (let burst = 0; burst < count; burst++) {
    started += BURST;
    pass();
    await setImmediate();
  }
}

// First it is compiled; that is no part of the price.
await run(bursts / 2);
const costs = [];
for (let part = 0; part < PARTS; part++) {
  const [before, from] = [process.cpuUsage(), started];
  await run(bursts / PARTS);
  const { user, system } = process.cpuUsage(before);
  costs.push(((user + system) * 1_000) / (started - from));
}
if (passed() !== started) throw new Error(`${passed()} of ${started} messages have passed`);
console.log(JSON.stringify(quantile(costs, 0.5)));
