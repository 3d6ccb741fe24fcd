// What an open, idle client takes of the heap, on the virtual transport, which is measured with it: no socket, no TLS.
// `node packages/bench/heap.mjs [--checkout <path>]` prints the bytes of each client, what they are, and who holds them.

import { execFile } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { root } from "./bundle.mjs";
import { quantile } from "./ratios.mjs";
import { withVirtualClient } from "./virtual-client.mjs";

/** Bytes of heap for each client: the median of some rounds. */
export async function measureHeap(checkout = root) {
  return quantile(await inChild(checkout, "rounds"), 0.5);
}

/** `{ kinds, holders }`: name → how many objects and bytes for each client. */
export function breakDown(checkout = root) {
  return inChild(checkout, "breakdown");
}

async function inChild(checkout, task) {
  const child = fileURLToPath(new URL("./heap-child.mjs", import.meta.url));
  const run = (module) => promisify(execFile)(process.execPath, ["--expose-gc", child, module, task]);
  const { stdout } = await withVirtualClient(run, checkout);
  return JSON.parse(stdout);
}

function tableOf(title, entries) {
  const rows = Object.entries(entries)
    .sort(([, a], [, b]) => b.bytes - a.bytes)
    .map(([name, { count, bytes }]) => `| ${name} | ${count.toFixed(2)} | ${bytes.toFixed(0)} B |`);
  return [`| ${title} | of each client | bytes |`, "|---|---|---|", ...rows].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { checkout: { type: "string" } } });
  const checkout = path.resolve(values.checkout ?? root);
  console.log(`An open, idle client takes ${(await measureHeap(checkout)).toFixed(0)} B of heap.\n`);
  const { kinds, holders } = await breakDown(checkout);
  console.log(`${tableOf("what", kinds)}\n\n${tableOf("held by", holders)}`);
}
