#!/usr/bin/env node
// The simulation as a command: campaigns of millions of schedules, and the replay of one.

import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { type Campaign, medianLength, newCampaign, runCampaign } from "./campaign.ts";
import type { Tally } from "./coverage.ts";
import { reportFailure, traceSchedule } from "./report.ts";
import type { Outcome } from "./schedule.ts";

const usage = `gundam-simulate: runs seeded schedules of a client, its network, its clock and its user, and checks what must hold

Usage: gundam-simulate [options]

  --schedules N     how many; default 20000
  --seed N          the seed of the first, the others follow; default 1
  --jobs N          threads; default 1
  --failures N      end after so many schedules with a violation; default 1
  --replay SEED     run this one only, and print its trace
  --help            print this

Ends with 1 if something was violated.
`;

interface Job {
  readonly seed: number;
  readonly schedules: number;
  readonly mostFailures: number;
}

/** What a thread tells of a stretch of its schedules. */
interface Stretch {
  readonly schedules: number;
  readonly tally: Tally;
  readonly lengths: readonly number[];
  readonly failures: readonly Pick<Outcome, "seed" | "made">[];
}

/** Replaying makes what people need; the description may hold what cannot be sent between threads. */
const sendable = ({ seed, made }: Outcome) => ({ seed, made });

if (isMainThread) await main();
else await work(workerData as Job);

async function main(): Promise<void> {
  const { help, replay, ...numbers } = readArguments();
  if (help) process.stdout.write(usage);
  else if (replay !== undefined) await show(readNumber("replay", replay));
  else await simulate(numbers);
}

function readArguments() {
  const text = (fallback: string) => ({ type: "string", default: fallback }) as const;
  try {
    return parseArgs({
      options: {
        schedules: text("20000"),
        seed: text("1"),
        jobs: text("1"),
        failures: text("1"),
        replay: { type: "string" },
        help: { type: "boolean", default: false, short: "h" },
      },
    }).values;
  } catch (error) {
    return misused((error as Error).message);
  }
}

function misused(problem: string): never {
  process.stderr.write(`gundam-simulate: ${problem}\nTry --help.\n`);
  process.exit(2);
}

function readNumber(name: string, text: string, least = 0): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
  return misused(`--${name} must be a whole number, ${least} or more, not ${JSON.stringify(text)}`);
}

async function show(seed: number): Promise<void> {
  const { outcome, lines } = await traceSchedule(seed);
  for (const line of lines) print(line);
  const { violations } = outcome;
  if (violations.length > 0) print(await reportFailure(outcome));
  else print(`Seed ${seed}: ${outcome.made.length} steps, and nothing is violated.`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}

async function simulate(given: { schedules: string; seed: string; jobs: string; failures: string }) {
  const seed = readNumber("seed", given.seed);
  const schedules = readNumber("schedules", given.schedules, 1);
  const jobs = Math.min(readNumber("jobs", given.jobs, 1), schedules);
  const mostFailures = readNumber("failures", given.failures, 1);
  const campaign = newCampaign();
  const began = performance.now();
  const tellProgress = setInterval(() => print(progressOf(campaign, schedules, began)), 10_000);
  const threads = new Set<Worker>();
  const stop = () => {
    for (const thread of threads) void thread.terminate();
    threads.clear();
  };
  const interrupt = () => {
    print("interrupted:");
    process.exitCode = 130;
    stop();
  };
  process.once("SIGINT", interrupt);
  const share = Math.ceil(schedules / jobs);
  const runs = Array.from({ length: jobs }, (_, index) => {
    const first = index * share;
    const job: Job = { seed: seed + first, schedules: Math.min(share, schedules - first), mostFailures };
    return run(job, threads, (stretch) => {
      add(campaign, stretch);
      if (campaign.failures.length >= mostFailures) stop();
    });
  });
  await Promise.all(runs);
  clearInterval(tellProgress);
  process.off("SIGINT", interrupt);
  await summarize(campaign, schedules, began, mostFailures);
}

/** Resolves when the thread has done its job, or was stopped. */
function run(job: Job, threads: Set<Worker>, take: (stretch: Stretch) => void): Promise<void> {
  if (job.schedules <= 0) return Promise.resolve();
  const thread = new Worker(new URL(import.meta.url), { workerData: job });
  threads.add(thread);
  return new Promise((resolve, reject) => {
    thread.on("message", take);
    thread.on("error", reject);
    thread.on("exit", (code) => {
      if (code !== 0 && threads.has(thread)) reject(new Error(`a thread ended with code ${code}`));
      else resolve();
    });
  });
}

/** In a thread: runs its share, and tells of it stretch by stretch. */
async function work({ seed, schedules, mostFailures }: Job): Promise<void> {
  let told = newCampaign();
  const tell = ({ schedules: done, coverage, lengths, failures }: Campaign) => {
    const fresh = newCampaign();
    fresh.schedules = done;
    fresh.coverage.add(coverage);
    for (const [length, count] of lengths.entries()) fresh.lengths[length] = count ?? 0;
    fresh.failures.push(...failures);
    parentPort!.postMessage(difference(fresh, told));
    told = fresh;
  };
  tell(await runCampaign({ seed, schedules, mostFailures, onProgress: tell }));
}

function difference(now: Campaign, before: Campaign): Stretch {
  return {
    schedules: now.schedules - before.schedules,
    tally: now.coverage.since(before.coverage),
    lengths: Array.from(now.lengths, (count = 0, length) => count - (before.lengths[length] ?? 0)),
    failures: now.failures.slice(before.failures.length).map(sendable),
  };
}

function add(campaign: Campaign, { schedules, tally, lengths, failures }: Stretch): void {
  campaign.schedules += schedules;
  campaign.coverage.add(tally);
  for (const [length, count] of lengths.entries()) {
    campaign.lengths[length] = (campaign.lengths[length] ?? 0) + count;
  }
  campaign.failures.push(...(failures as Outcome[]));
}

async function summarize(campaign: Campaign, asked: number, began: number, mostFailures: number) {
  const { coverage, failures } = campaign;
  print(progressOf(campaign, asked, began));
  print(`median ${medianLength(campaign)} steps a schedule; how often each cell of the lifecycle was hit:`);
  print(coverage.toString());
  if (coverage.impossible.length > 0) print(`hit, and called impossible: ${coverage.impossible.join(", ")}`);
  for (const { seed } of failures.slice(0, mostFailures)) {
    const { outcome } = await traceSchedule(seed);
    print(`\n${await reportFailure(outcome)}`);
  }
  if (failures.length > 0 || coverage.impossible.length > 0) process.exitCode = 1;
}

function progressOf({ schedules, failures }: Campaign, asked: number, began: number): string {
  const rate = Math.round(schedules / ((performance.now() - began) / 1000));
  const found =
    failures.length === 0 ? "no violation" : `seeds that violate: ${failures.map(({ seed }) => seed)}`;
  return `${schedules} of ${asked} schedules, ${rate} a second, ${found}`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
