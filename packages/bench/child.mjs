// A process of a benchmark, from the outside: it is kept on a core of its own, and answers orders.

import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** No order takes longer but one that is never answered, in ms. */
const PATIENCE = 180_000;

/** The cores that this process may use: [] where that is not known, or nothing could be kept on one. */
function usableCores() {
  if (process.platform !== "linux" || spawnSync("taskset", ["--version"]).status !== 0) return [];
  const [, list] = readFileSync("/proc/self/status", "utf8").match(/^Cpus_allowed_list:\s*(.*)$/m);
  return list.split(",").flatMap((range) => {
    const [from, to = from] = range.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

/** Where clients and the server run: a core each, where there are two. */
export function chooseCores(cores = usableCores()) {
  return cores.length < 2 ? {} : { client: cores[0], server: cores.at(-1) };
}

/**
 * Starts a process, and waits until it is there. `first` is what it said.
 * @param {{ command: string, args: string[], env?: object, core?: number | undefined }} program
 */
export async function startChild({ command, args, env = {}, core }) {
  const pinned = core === undefined ? [command, ...args] : ["taskset", "-c", String(core), command, ...args];
  const child = spawn(pinned[0], pinned.slice(1), {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let complaints = "";
  child.stderr.on("data", (chunk) => {
    complaints = (complaints + chunk).slice(-2_000);
  });
  // Whoever has ended cannot be told anything; that it has ended is what counts.
  child.stdin.on("error", () => {});
  const gone = new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) =>
      resolve(complaints.match(/^.*Error.*$/m)?.[0] ?? `ended with ${code ?? signal}`),
    );
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const line = await withinPatience(Promise.race([lines.next(), gone]));
    if (typeof line === "string" || line.done) throw new Error(typeof line === "string" ? line : await gone);
    const message = JSON.parse(line.value);
    if (message.failed !== undefined) throw new Error(message.failed);
    return message;
  };
  const end = async () => {
    child.kill("SIGKILL");
    await gone;
  };
  try {
    const first = await next();
    const ask = (order) => {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      return next();
    };
    return { first, ask, end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function withinPatience(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer for ${PATIENCE / 1_000} s`)), PATIENCE);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
