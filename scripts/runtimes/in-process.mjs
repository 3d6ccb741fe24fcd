// The program in a process of its own, which is to end by itself.

import { execFile } from "node:child_process";
import path from "node:path";
import { binaryOf } from "./others.mjs";

/** How long the program may take, in ms. */
const TIMEOUT = 120_000;

/** @param file of the program's, in the folder where the packages are installed */
export const inProcess =
  (file) =>
  async (runtime, { installed, url }) => {
    const [, ...own] = runtime.command;
    const args = [...own, path.join(installed, file), url];
    const { error, stdout, stderr } = await execute(binaryOf(runtime), args);
    const line = stdout.trim().split("\n").at(-1);
    const seen = line?.startsWith("{") ? JSON.parse(line) : { side: `failed: ${stderr || error}` };
    return { seen: { ...seen, exit: error ? `failed: ${error.message}` : "✓", pagehide: "–" } };
  };

function execute(command, args) {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: TIMEOUT, killSignal: "SIGKILL" }, (error, stdout, stderr) =>
      resolve({ error, stdout, stderr }),
    );
  });
}
