// The options of a schedule: small numbers that collide with each other, and functions of every bad habit.

import { type CoreOptions, callbackNames, endpoints, type PlanOptions, Supervisor } from "@gundam/core";
import type { Random } from "../random.ts";
import { type Functions, type Habit, habits, hanging } from "./functions.ts";
import { CountingController } from "./signals.ts";

export interface Setup {
  readonly options: Omit<CoreOptions, "supervise"> & {
    readonly supervise?: boolean | Supervisor;
  } & Record<string, unknown>;
  readonly pace: { readonly messages: number; readonly per: number } | undefined;
  readonly signal: CountingController | undefined;
  /** How often the network begins a phase, opens or refuses by itself as soon as it is dialled. */
  readonly welcome: { readonly phase: number; readonly open: number; readonly refuse: number };
  /** How the listeners of events behave. */
  readonly listening: { readonly acts: number; readonly throws: number };
  /** How often a callback or listener calls the client. */
  readonly acting: number;
  /** Nobody listens to errors and ends. */
  readonly isDeaf: boolean;
  /** How often the user lets a returned promise go unhandled. */
  readonly carelessness: number;
  /** What is printed of it. */
  readonly description: Readonly<Record<string, unknown>>;
}

export function chooseSetup(source: Functions, random: Random): Setup {
  const pace = random.chance(0.3)
    ? { messages: random.pick([1, 2, 3]), per: random.pick([1, 50, 1_000, 10_000]) }
    : undefined;
  const plain = {
    retry: random.pick([0, 1, 2, 3, 4, Infinity]),
    retryTimeout: random.pick([0, 50, 99, 100, 500, 5_000]),
    stableAfter: random.pick([0, 1, 100, 1_000, 5_000]),
    callbackTimeout: random.pick([20, 100, 1_000, 5_000, 5_000, Infinity]),
    openTimeout: random.pick([10, 100, 2_000, Infinity, Infinity]),
    wsOpts: {
      closingTimeout: random.pick([10, 1_000, 15_000]),
      flow: random.pick([1, 3, ...Array(8).fill(Infinity)]) as number,
      receiveBuffer: { maxMessages: random.pick([1, 1, 2, 64]), maxBytes: random.pick([4, 1_048_576]) },
      silencePings: random.chance(0.5),
      keepalive: random.pick([...Array(6).fill(Infinity), 200, 200, 3_000]) as number,
      codec: random.chance(0.15) ? source.codec(random) : undefined,
    },
    sendQueue: {
      maxMessages: random.pick([0, 1, 3, 1024]),
      maxBytes: random.pick([0, 10, 40, 16_777_216, 16_777_216]),
      overflow: random.pick(["reject", "drop-oldest", "drop-newest"] as const),
      highWaterMark: random.pick([1, 20, 65_536]),
      pace,
    },
    supervise: random.pick([true, true, false]),
    url: random.pick(["ws://fixed.test/", new URL("http://fixed.test/")]),
    headers: random.pick([undefined, { fixed: "1" }, new Headers({ fixed: "1" })]),
  };
  const isDeaf = random.chance(0.05);
  const { functions, described } = chooseFunctions(source, random, isDeaf);
  const signal = random.chance(0.7) ? new CountingController() : undefined;
  if (random.chance(0.02)) signal?.abort();
  const own = random.chance(0.2) ? { supervise: new Supervisor() } : {};
  const lively = random.chance(0.5);
  const rest = {
    welcome: random.pick([
      { phase: 0, open: 0, refuse: 0 },
      { phase: 0.7, open: 0.2, refuse: 0.1 },
      { phase: 0.2, open: 0.7, refuse: 0.2 },
      { phase: 0.2, open: 0.1, refuse: 0.8 },
    ]),
    listening: lively ? { acts: random.pick([0, 0.05]), throws: 0.05 } : { acts: 0, throws: 0 },
    acting: random.pick([0, 0.1, 0.3]),
    carelessness: random.pick([0, 0.5]),
    isDeaf,
  };
  const several = random.chance(0.3) ? chooseEndpoints(random, functions.url) : undefined;
  const url = several && { url: endpoints(several.list as string[], { order: several.order }) };
  return {
    options: { ...plain, ...own, ...functions, ...url, signal: signal?.signal },
    signal,
    pace,
    ...rest,
    description: { ...plain, ...described, endpoints: several, signal: signal !== undefined, ...rest },
  };
}

/** Some urls, and maybe a function among them. */
function chooseEndpoints(random: Random, asked: unknown) {
  const count = random.pick([1, 2, 2, 3]);
  const list: unknown[] = Array.from({ length: count }, (_, index) => `ws://endpoint${index}.test/`);
  if (asked !== undefined && random.chance(0.5)) list[random.below(count)] = asked;
  return { list, order: random.pick(["listed", "random"] as const) };
}

function chooseFunctions(source: Functions, random: Random, isDeaf: boolean) {
  const functions: Record<string, unknown> = {};
  const described: Record<string, string> = {};
  const add = (name: keyof typeof answers | (typeof callbackNames)[number], habit: Habit) => {
    described[name] = habit.name;
    functions[name] = source.make(name, habit, answers[name as keyof typeof answers]);
  };
  const answers = {
    url: { good: () => `ws://asked${random.below(1000)}.test/`, bad: badUrls },
    headers: { good: () => ({ asked: `${random.below(1000)}` }), bad: [null, 5, "text"] },
    shouldRetry: { good: () => random.chance(0.8), bad: [undefined, 1, "true", {}] },
    retryFun: { good: goodPlan(random), bad: badPlans },
  };
  // Answers that come too late for their attempt are wanted most.
  if (random.chance(0.5)) add("url", random.pick([...habits, hanging]));
  if (random.chance(0.4)) add("headers", random.pick(habits));
  if (random.chance(0.3)) add("shouldRetry", random.pick(habits));
  if (random.chance(0.4)) add("retryFun", random.pick(habits));
  const absent = random.chance(0.85) ? 0 : 0.4;
  for (const name of callbackNames) {
    const isWarning = name === "onError" || name === "onClose";
    if (!random.chance(absent) && !(isDeaf && isWarning)) add(name, random.pick(habits));
  }
  return { functions, described };
}

const badUrls = ["no url", "ftp://wrong.test/", "ws://fragment.test/#x", undefined, 5, {}];
const badPlans = [
  undefined,
  null,
  7,
  {},
  { retries: -1, timeout: 0 },
  { retries: 1.5, timeout: 0 },
  { retries: 1, timeout: Number.NaN },
];

function goodPlan(random: Random) {
  return (retriesLeft: unknown, { retryTimeout }: PlanOptions) => ({
    retries: random.pick([Math.max(0, (retriesLeft as number) - 1), retriesLeft, 0, 3]),
    timeout: random.pick([0, 0, 50, retryTimeout, 1_000, -5, 2 ** 40, Infinity]),
  });
}
