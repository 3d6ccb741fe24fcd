#!/usr/bin/env node
// What `gundam` runs.

import { once } from "node:events";
import { run } from "./run.ts";

const code = await run(process.argv.slice(2), process);
// Stdin may still be open, and nobody reads it any more; what was written must get through.
for (const stream of [process.stdout, process.stderr]) {
  if (stream.writableNeedDrain && !stream.destroyed)
    await Promise.race([once(stream, "drain"), once(stream, "close")]);
}
process.exit(code);
