#!/usr/bin/env node
// Our Protocol against ws's Receiver and Sender, over as many random frames as wanted. The packages must be built.

import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { check, show } from "./check.mjs";

const usage = `differential: random streams of frames, read and sent by our Protocol and by ws, must not differ

Usage: node test/differential/command.mjs [options]

  --frames N        how many each way, at least; default 50000
  --seed N          the seed of the first stream, the others follow; default 1
  --jobs N          threads; default 1
  --replay SEED     check this one only, and print what it is
  --help            print this

Ends with 1 if something differs.
`;

/** So often a thread tells what it has done. */
const STRETCH = 2000;

if (isMainThread) await main();
else await work(workerData);

async function main() {
  const { help, replay, ...numbers } = readArguments();
  if (help) process.stdout.write(usage);
  else if (replay !== undefined) await replaySeed(readNumber("replay", replay, 0));
  else await compare(numbers);
}

function readArguments() {
  const text = (fallback) => ({ type: "string", default: fallback });
  try {
    return parseArgs({
      options: {
        frames: text("50000"),
        seed: text("1"),
        jobs: text("1"),
        replay: { type: "string" },
        help: { type: "boolean", default: false, short: "h" },
      },
    }).values;
  } catch (error) {
    return misused(error.message);
  }
}

function misused(problem) {
  process.stderr.write(`differential: ${problem}\nTry --help.\n`);
  process.exit(2);
}

function readNumber(name, text, least) {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
  return misused(`--${name} must be a whole number, ${least} or more, not ${JSON.stringify(text)}`);
}

async function replaySeed(seed) {
  print(show(seed));
  const { difference } = await check(seed);
  print(difference ?? `Seed ${seed}: nothing differs.`);
  process.exitCode = difference === undefined ? 0 : 1;
}

async function compare(given) {
  const frames = readNumber("frames", given.frames, 1);
  const seed = readNumber("seed", given.seed, 0);
  const jobs = readNumber("jobs", given.jobs, 1);
  const total = { received: 0, sent: 0, differences: [] };
  const began = performance.now();
  const tellProgress = setInterval(() => process.stderr.write(`${progressOf(total, began)}\n`), 10_000);
  const runs = Array.from({ length: jobs }, (_, index) => {
    // Each thread takes every so-manieth seed, so that the first difference is about the lowest.
    const job = { seed: seed + index, step: jobs, frames: Math.ceil(frames / jobs) };
    return run(job, ({ received, sent, difference }) => {
      total.received += received;
      total.sent += sent;
      if (difference !== undefined) total.differences.push(difference);
    });
  });
  await Promise.all(runs);
  clearInterval(tellProgress);
  print(progressOf(total, began));
  const [first] = total.differences.toSorted((one, other) => one.seed - other.seed);
  if (first === undefined) return;
  print(`seed ${first.seed}: ${first.difference}\nAgain with --replay ${first.seed}.`);
  process.exitCode = 1;
}

/** Resolves when the thread has done its job. */
function run(job, take) {
  const thread = new Worker(new URL(import.meta.url), { workerData: job });
  return new Promise((resolve, reject) => {
    thread.on("message", take);
    thread.on("error", reject);
    thread.on("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`a thread ended with code ${code}`)),
    );
  });
}

/** In a thread: its share of the frames, or up to the first difference. */
async function work({ seed, step, frames }) {
  let left = { received: frames, sent: frames };
  let told = left;
  const tell = (difference) => {
    parentPort.postMessage({
      received: told.received - left.received,
      sent: told.sent - left.sent,
      difference,
    });
    told = left;
  };
  for (let next = seed; left.received > 0 || left.sent > 0; next += step) {
    const { received, sent, difference } = await check(next);
    left = { received: left.received - received, sent: left.sent - sent };
    if (difference !== undefined) return tell({ seed: next, difference });
    if (told.sent - left.sent > STRETCH) tell();
  }
  tell();
}

function progressOf({ received, sent, differences }, began) {
  const rate = Math.round((received + sent) / ((performance.now() - began) / 1000));
  const memory = Math.round(process.memoryUsage.rss() / 2 ** 20);
  const found = differences.length === 0 ? "no difference" : "a difference";
  return `${received} frames received, ${sent} sent, ${rate} a second, ${memory} MiB of memory, ${found}`;
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
