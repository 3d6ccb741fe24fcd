#!/usr/bin/env node
// What `gundam` runs.

import type { Writable } from "node:stream";
import { run } from "./run.ts";

const code = await run(process.argv.slice(2), process);
// Stdin may still be open, and nobody reads it any more; what was printed must get through, unless somebody is impatient.
if (code < 128) await Promise.all([written(process.stdout), written(process.stderr)]);
process.exit(code);

function written(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) return resolve();
    stream.once("close", resolve);
    stream.write("", () => resolve());
  });
}
