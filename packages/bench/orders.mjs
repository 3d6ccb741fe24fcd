// How the processes of a benchmark talk: orders come in on stdin, answers go out on stdout, a line of JSON each. Every
// runtime can do that.

import { createInterface } from "node:readline";

/** In the child: says that it is there, and does what it is told, one order after the other, until stdin ends. */
export async function takeOrders(first, obey) {
  answer(first);
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      answer(await obey(JSON.parse(line)));
    } catch (error) {
      answer({ failed: String(error?.message ?? error) });
    }
  }
  process.exit();
}

export function answer(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
