// A process that has opened all the files that it may, and connects: it says why each attempt failed. A line on stdin has it
// close its files.

import { closeSync, openSync } from "node:fs";
import type { LookupFunction } from "node:net";
import { devNull } from "node:os";
import { connect } from "../../src/index.ts";

const [url, found] = process.argv.slice(2) as [string, string | undefined];
const held: number[] = [];

const lookup: LookupFunction = (_hostname, _options, answer) =>
  answer(
    null,
    found!.split(" ").map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
  );

/** Returns the code with which the next one cannot be opened. */
function openAll(): unknown {
  try {
    for (;;) held.push(openSync(devNull, "r"));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

process.stdin.once("data", () => {
  for (const file of held) closeSync(file);
});
console.log(openAll());
const tcpOpts = { lookup: found === undefined ? undefined : lookup };
const client = connect({ url, retry: Infinity, retryTimeout: 100, tcpOpts });
client.on("error", (error) => console.log(JSON.stringify({ ...error, message: error.message })));
client.once("connect", () => {
  console.log("connected");
  client.terminate();
  process.stdin.destroy();
});
