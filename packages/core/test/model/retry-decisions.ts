// What DESIGN §4 says of decisions, as a table of failures and a rule each for verdicts, plans and what is laid over
// them; a module like retry.ts is held to it, function by function and answer by answer.

import { CloseError, ConnectError, type Failure, type FailureKind, RefusedError } from "../../src/errors.ts";
import type { httpVerdictOf } from "../../src/http-verdicts.ts";
import type { Decision, Life, Setback } from "../../src/life.ts";
import type {
  Decider,
  decide,
  isCrowded,
  PlanContext,
  PlanOptions,
  Verdict,
  VerdictContext,
  verdictOf,
} from "../../src/retry.ts";

export interface Retry {
  readonly verdictOf: typeof verdictOf;
  readonly httpVerdictOf: typeof httpVerdictOf;
  readonly decide: typeof decide;
  readonly isCrowded: typeof isCrowded;
}

const headers = new Map<string, string>() as never;
const fails = (kind: FailureKind): Failure => ({
  kind,
  error: new ConnectError("tcp", "failed"),
  byUs: false,
});
const refuses = (status: number): Failure => {
  return { kind: "response", status, error: new RefusedError(status, headers), byUs: false };
};
const proxyRefuses = (status: number): Failure => ({ ...fails("proxy"), status });
const closes = (code: number): Failure => {
  return { kind: "close", code, error: new CloseError(code, ""), byUs: false };
};

/** The contract's table of default verdicts. */
const verdicts: readonly (readonly [Verdict, readonly Failure[]])[] = [
  ["retry", (["network", "proxy", "timeout", "provider", "callback", "dead"] as const).map(fails)],
  ["elsewhere", (["certificate", "blocked"] as const).map(fails)],
  ["retry", [408, 425, 429, 500, 502, 503, 504].map(refuses)],
  ["renewed", [401, 403, 407].map(refuses)],
  ["renewed", [proxyRefuses(407)]],
  ["retry", [400, 401, 403, 404, 502, 503, 504].map(proxyRefuses)],
  ["elsewhere", [200, 204, 301, 302, 400, 404, 410, 426, 501, 505].map(refuses)],
  ["renewed", [1008, 3000, 3003].map(closes)],
  ["once", [1002, 1003, 1007, 1009].map(closes)],
  ["once", [fails("protocol")]],
  ["retry", [1000, 1001, 1005, 1006, 1010, 1011, 1012, 1013, 1014, 3001, 4000, 4999].map(closes)],
];

const options = { retry: 5, retryTimeout: 700 } as PlanOptions;
const now = 90_000;

interface Case {
  readonly failure: Failure;
  readonly verdict: Verdict;
  readonly hasForgiven: boolean;
  readonly hasHurried: boolean;
  readonly hasWorked: boolean;
  readonly wasStable: boolean;
  readonly mayDiffer: boolean;
  /** Whether it may is known after a while. */
  readonly isKnownLater: boolean;
  /** Since the last stable connection. */
  readonly failures: number;
  readonly random: number;
  readonly shouldRetry: Answer;
  readonly retryFun: Answer;
  /** The decision is still wanted when shouldRetry has answered. */
  readonly isAwaited: boolean;
  /** No retry is left: a callback has replaced the endpoints of which another would have been tried. */
  readonly isSpent?: boolean;
}

/** What a function answers: not given, an answer, one that the default replaces; some after a while. */
type Answer =
  | { readonly is: "absent" }
  | { readonly is: "good" | "nonsense"; readonly value: unknown; readonly isLater?: boolean }
  | { readonly is: "thrown"; readonly isLater?: boolean };

const absent: Answer = { is: "absent" };
const failing: readonly Answer[] = [{ is: "thrown" }, { is: "thrown", isLater: true }];
const verdictAnswers: readonly Answer[] = [
  absent,
  ...failing,
  { is: "good", value: true },
  { is: "good", value: false },
  { is: "good", value: true, isLater: true },
  ...["yes", 1, undefined, null].map((value): Answer => ({ is: "nonsense", value })),
];
const planAnswers: readonly Answer[] = [
  absent,
  ...failing,
  { is: "good", value: { retries: 3, timeout: 50 } },
  { is: "good", value: { retries: 0, timeout: 0 }, isLater: true },
  { is: "good", value: { retries: Infinity, timeout: Infinity } },
  { is: "good", value: { retries: 1, timeout: -5 } },
  { is: "good", value: { retries: 1, timeout: 400_000 } },
  ...[
    undefined,
    null,
    5,
    {},
    { retries: -1, timeout: 1 },
    { retries: 1.5, timeout: 1 },
    { retries: Number.NaN, timeout: 1 },
    { retries: "1", timeout: 1 },
    { retries: 1 },
    { retries: 1, timeout: "1" },
    { retries: 1, timeout: Number.NaN },
  ].map((value): Answer => ({ is: "nonsense", value })),
];

const bits = [false, true];

function* cases(): Generator<Case> {
  for (const [verdict, failures] of verdicts) {
    for (const failure of failures)
      for (const hasForgiven of bits)
        for (const mayDiffer of bits)
          for (const shouldRetry of verdictAnswers) {
            const rest = {
              hasHurried: false,
              hasWorked: hasForgiven === mayDiffer,
              wasStable: false,
              random: 0.5,
              retryFun: absent,
              isAwaited: true,
              failures: 2,
            };
            for (const isKnownLater of bits)
              yield { failure, verdict, hasForgiven, mayDiffer, isKnownLater, shouldRetry, ...rest };
          }
  }
  const asking = (retryAfter: number): Failure => ({ ...refuses(503), retryAfter });
  const told = [fails("network"), closes(1001), closes(1012), closes(1013), asking(2000), asking(86_400_000)];
  const both: Failure = { ...closes(1013), retryAfter: 1000 };
  for (const failure of [...told, both])
    for (const hasHurried of bits)
      for (const wasStable of bits)
        for (const random of [0, 0.5, 0.999])
          for (const retryFun of planAnswers) {
            const rest = {
              hasForgiven: false,
              hasWorked: false,
              mayDiffer: false,
              isKnownLater: false,
              shouldRetry: absent,
              isAwaited: true,
            };
            const facts = { hasHurried, wasStable, random, retryFun, ...rest };
            for (const failures of [1, 2]) {
              yield { failure, verdict: "retry", failures, ...facts };
              yield { failure: { ...failure, byPage: true }, verdict: "retry", failures, ...facts };
            }
          }
  for (const shouldRetry of verdictAnswers) {
    const rest = {
      hasForgiven: false,
      hasWorked: true,
      mayDiffer: false,
      isKnownLater: false,
      hasHurried: false,
      wasStable: false,
      random: 0,
      failures: 2,
    };
    const retryFun: Answer = { is: "good", value: { retries: 1, timeout: 1 } };
    yield { failure: both, verdict: "retry", shouldRetry, retryFun, isAwaited: false, ...rest };
    yield { failure: both, verdict: "retry", shouldRetry, retryFun, isAwaited: true, isSpent: true, ...rest };
  }
}

/** The first thing in which the module and DESIGN differ. */
export async function faultOf(retry: Retry): Promise<string | undefined> {
  try {
    for (const each of cases()) {
      const fault = await faultIn(each, retry);
      if (fault !== undefined) return `${fault}: ${JSON.stringify(each)}`;
    }
  } catch (error) {
    return `it threw: ${error}`;
  }
  return undefined;
}

async function faultIn(each: Case, retry: Retry): Promise<string | undefined> {
  const { failure, verdict, wasStable, random } = each;
  if (retry.httpVerdictOf(failure) !== verdict) return "the verdict differs";
  if (isSeenEverywhere(failure) && retry.verdictOf(failure) !== verdict)
    return "the verdict differs where nobody sees HTTP";
  const isCrowded = failure.kind === "close" && [1001, 1012, 1013].includes(failure.code!);
  if (retry.isCrowded(failure) !== isCrowded) return "it is crowded, or is not";
  const life: Life = { ...each, retriesLeft: each.isSpent ? 0 : 1, since: 60_000, route: undefined };
  const setback: Setback = { failure, wasOpen: true, uptime: 33, wasStable };
  const asked: unknown[][] = [];
  const blamed: Verdict[] = [];
  const decider: Decider = {
    now,
    random: () => random,
    options,
    verdict,
    mayDiffer: (blaming) => {
      blamed.push(blaming);
      const differs = each.mayDiffer || undefined;
      return each.isKnownLater ? Promise.resolve(differs) : differs;
    },
    isAwaited: () => each.isAwaited,
    problems: [],
    shouldRetry: functionOf(each.shouldRetry, asked) as Decider["shouldRetry"],
    retryFun: functionOf(each.retryFun, asked) as Decider["retryFun"],
  };
  const answer = retry.decide(life, setback, decider);
  const isAsked = isBlaming(verdict) && !each.hasForgiven;
  if (blamed.join() !== (isAsked ? verdict : ""))
    return "what may differ is asked of what is to blame, if it matters";
  const isLater =
    (isAsked && each.isKnownLater) ||
    [each.shouldRetry, each.retryFun].some((given) => "isLater" in given && given.isLater);
  if (answer instanceof Promise !== isLater) return "at once when the functions answer at once";
  const decision = await answer;
  if (each.isSpent && decision !== undefined) return "what is not left is not spent";
  if (each.isAwaited && !each.isSpent) return faultOfDecision(decision, decider, each, asked, life);
  return asked.length > (each.shouldRetry.is === "absent" ? 0 : 1) ? "nobody is asked in vain" : undefined;
}

/** It blames what the next attempt may have others of. */
function isBlaming(verdict: Verdict): boolean {
  return verdict === "renewed" || verdict === "elsewhere";
}

/** Browsers tell of responses, a proxy's too, and of certificates as of any other failed attempt. */
function isSeenEverywhere({ kind, status }: Failure): boolean {
  return status === undefined && kind !== "certificate";
}

function functionOf(answer: Answer, asked: unknown[][]): ((...facts: unknown[]) => unknown) | undefined {
  if (answer.is === "absent") return undefined;
  return (...facts) => {
    asked.push(facts);
    if (answer.is !== "thrown") return answer.isLater ? Promise.resolve(answer.value) : answer.value;
    if (answer.isLater) return Promise.reject(new Error("rejected"));
    throw new Error("thrown");
  };
}

function faultOfDecision(
  is: Decision,
  decider: Decider,
  each: Case,
  asked: unknown[][],
  life: Life,
): string | undefined {
  const { failure, verdict, hasForgiven, mayDiffer, shouldRetry, retryFun, random } = each;
  const isOnce = verdict === "once" || (isBlaming(verdict) && mayDiffer);
  const byDefault = verdict === "retry" || (isOnce && !hasForgiven);
  const isRetried = shouldRetry.is === "good" ? shouldRetry.value : byDefault;
  const problems = [
    problemOf("shouldRetry", shouldRetry),
    isRetried ? problemOf("retryFun", retryFun) : "",
  ].join("");
  const told = decider.problems
    .map((problem) => {
      const name = "callback" in problem ? problem.callback : problem.name;
      const isThrown = problem.cause !== undefined;
      const isSaid = problem.message.includes(`${isThrown ? "failed" : "answered nonsense"}; `);
      return `${name} ${isThrown ? "thrown" : "nonsense"}${isSaid ? "" : ", not said"} `;
    })
    .join("");
  if (told !== problems) return `problems of ${problems || "nobody"}, not of ${told || "nobody"}`;
  if (shouldRetry.is !== "absent" && !isVerdictContext(asked[0]!, each, byDefault))
    return "what shouldRetry is told";
  if ((is !== undefined) !== isRetried) return "whether it is retried";
  if (is === undefined) return undefined;
  // "once": whoever else may say so too, what is forgiven by default is forgiven once.
  if (is.forgiven !== (byDefault && verdict !== "retry")) return "what is forgiven once";
  if (retryFun.is !== "absent" && !isPlanContext(asked.at(-1)!, each, life, byDefault))
    return "what retryFun is told";
  const defaultPlan = { retries: life.retriesLeft - 1, timeout: each.wasStable ? 0 : options.retryTimeout };
  const plan = retryFun.is === "good" ? (retryFun.value as typeof defaultPlan) : defaultPlan;
  if (is.retries !== plan.retries) return "the retries left";
  const retryAfter = Math.min(failure.retryAfter ?? 0, 5 * 60_000) * (1 + random / 4);
  const isSpread = failure.kind === "close" && [1001, 1012, 1013].includes(failure.code!);
  // "The wait is at most 1.5 s (spread), whatever the policy wants": the page may stay, and somebody looks at it.
  const isOwn = failure.byPage === true && each.failures === 1;
  const floor = Math.max(retryAfter, isSpread ? random * (isOwn ? 1500 : 5000) : 0);
  if (is.floor !== floor) return `the floor is ${floor}, not ${is.floor}`;
  const delay = Math.min(Math.max(isOwn ? 0 : plan.timeout, floor, each.hasHurried ? 100 : 0), 2 ** 31 - 1);
  return is.delay === delay ? undefined : `the delay is ${delay}, not ${is.delay}`;
}

function problemOf(name: string, { is }: Answer): string {
  return is === "nonsense" || is === "thrown" ? `${name} ${is} ` : "";
}

function isVerdictContext([failure, context]: unknown[], each: Case, byDefault: boolean): boolean {
  const told = context as VerdictContext;
  return failure === each.failure && told.byDefault === byDefault && told.hasWorked === each.hasWorked;
}

function isPlanContext(
  [retriesLeft, given, context]: unknown[],
  { failure }: Case,
  life: Life,
  byDefault: boolean,
): boolean {
  const { attempt, elapsed, lastUptime, retryAfter, ...rest } = context as PlanContext;
  const isCounted = attempt === life.failures && elapsed === now - life.since && lastUptime === 33;
  const isTold =
    rest.byDefault === byDefault &&
    rest.failure === failure &&
    retryAfter === failure.retryAfter &&
    typeof rest.random === "function";
  return retriesLeft === life.retriesLeft && given === options && isCounted && isTold;
}
