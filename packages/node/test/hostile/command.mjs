#!/usr/bin/env node
// As many rounds as wanted of what hostile.test.ts plays a few hundred of, in processes of their own, so that the end of one
// is found, too. The packages must be built.

import { fork } from "node:child_process";
import { parseArgs } from "node:util";
import { planOf, show } from "./plan.mjs";

const usage = `hostile: clients whose functions, objects and listeners do mischief, or act on them from within

Usage: node test/hostile/command.mjs [options]

  --rounds N        how many; default 1000
  --seed N          the seed of the first round, the others follow; default 1
  --jobs N          processes; a round mostly waits, so that more than there are cores are of use; default 2
  --replay SEED     play this round only, and print what it is
  --help            print this

Ends with 1 if something went wrong.
`;

/** So many rounds a process plays before another takes its place. */
const STRETCH = 1000;
/** A process that says nothing for so long hangs, in ms. */
const SILENCE = 20_000;
/** So many failed rounds are printed. */
const MOST_PRINTED = 20;

const isPlayer = process.send !== undefined;
if (isPlayer) process.on("message", playStretch);
else await main();

async function main() {
  const { help, replay, ...numbers } = readArguments();
  if (help) process.stdout.write(usage);
  else if (replay !== undefined) await replaySeed(readNumber("replay", replay, 0));
  else await playAll(numbers);
}

function readArguments() {
  const text = (fallback) => ({ type: "string", default: fallback });
  try {
    return parseArgs({
      options: {
        rounds: text("1000"),
        seed: text("1"),
        jobs: text("2"),
        replay: { type: "string" },
        help: { type: "boolean", default: false, short: "h" },
      },
    }).values;
  } catch (error) {
    return misused(error.message);
  }
}

function misused(problem) {
  process.stderr.write(`hostile: ${problem}\nTry --help.\n`);
  process.exit(2);
}

function readNumber(name, text, least) {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
  return misused(`--${name} must be a whole number, ${least} or more, not ${JSON.stringify(text)}`);
}

async function replaySeed(seed) {
  const total = newTotal();
  await play({ seed, rounds: 1 }, total);
  if (total.failures === 0) print(`${show(planOf(seed))}\nNothing went wrong.`);
  process.exitCode = total.failures === 0 ? 0 : 1;
}

async function playAll(given) {
  const rounds = readNumber("rounds", given.rounds, 1);
  const first = readNumber("seed", given.seed, 0);
  const jobs = readNumber("jobs", given.jobs, 1);
  const total = newTotal();
  const stretches = Array.from({ length: Math.ceil(rounds / STRETCH) }, (_, index) => ({
    seed: first + index * STRETCH,
    rounds: Math.min(STRETCH, rounds - index * STRETCH),
  }));
  const tellProgress = setInterval(() => process.stderr.write(`${progressOf(total)}\n`), 10_000);
  const job = async () => {
    for (let next = stretches.shift(); next !== undefined; next = stretches.shift()) await play(next, total);
  };
  await Promise.all(Array.from({ length: jobs }, job));
  clearInterval(tellProgress);
  print(progressOf(total));
  process.exitCode = total.failures === 0 ? 0 : 1;
}

function newTotal() {
  return { rounds: 0, opened: 0, done: new Set(), failures: 0, began: performance.now() };
}

/** Plays a stretch, whatever becomes of the processes that play it. */
async function play({ seed, rounds }, total) {
  const end = seed + rounds;
  for (let next = seed; next < end; ) next = await playUntilTheEnd(next, end, total);
}

/** Resolves with the seed to go on with. */
function playUntilTheEnd(from, end, total) {
  return new Promise((resolve) => {
    let seed = from;
    let hangs = false;
    const player = fork(new URL(import.meta.url), { execArgv: ["--no-warnings"] });
    const watch = setInterval(() => {
      hangs = true;
      player.kill("SIGKILL");
    }, SILENCE);
    player.on("message", ({ problems, done, opened }) => {
      watch.refresh();
      total.rounds++;
      total.opened += opened;
      for (const one of done) total.done.add(one);
      if (problems.length > 0) failed(total, seed, problems);
      seed++;
    });
    player.on("exit", (code, signal) => {
      clearInterval(watch);
      if (hangs || code !== 0) {
        const how = hangs ? "hung" : `ended with ${signal ?? `code ${code}`}`;
        failed(total, seed, [`the process ${how}`]);
        seed++;
      }
      resolve(seed);
    });
    player.send({ seed: from, end });
  });
}

function failed(total, seed, problems) {
  total.failures++;
  if (total.failures > MOST_PRINTED) return;
  print(`${show(planOf(seed))}\n${problems.join("\n")}\nAgain with --replay ${seed}.\n`);
}

/** In a process of its own. */
async function playStretch({ seed, end }) {
  const { World } = await import("./world.mjs");
  const { play: playRound } = await import("./round.mjs");
  const world = await World.make();
  for (let next = seed; next < end; next++) {
    const told = await playRound(next, world);
    await new Promise((sent) => process.send(told, sent));
    // What it has left would be found again.
    if (told.problems.length > 0) break;
  }
  process.exit();
}

function progressOf({ rounds, opened, done, failures, began }) {
  const seconds = Math.round((performance.now() - began) / 1000);
  return `${rounds} rounds in ${seconds} s, ${opened} connections, ${done.size} kinds of mischief, ${failures} rounds failed`;
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
