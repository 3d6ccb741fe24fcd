// The storm once more, slow and plain: every client is an object with a timer, the server keeps a real queue, and the
// library's clients go through the library's own lifecycle, cell by cell. For a few clients only.

import {
  type CoreOptions,
  coreDeclarations,
  type Failure,
  httpVerdictOf,
  type PlanOptions,
  resilient,
  TimeoutError,
} from "@gundam/core";
import { type Env, type Event, initialState, type State, transition } from "@gundam/core/lifecycle";
import { decide } from "@gundam/core/retry";
import { closed, mixSeed, Random, reset } from "@gundam/testing";
import type { Policy } from "@gundam/testing/storm";

export interface NaiveOptions {
  /** Its fleet is not asked. */
  readonly policy: Pick<Policy, "name" | "handshakeTimeout">;
  readonly clients: number;
  readonly capacity: number;
  readonly outage: number;
  readonly whileAway?: "refuses" | "hangs";
  readonly backlog: number;
  readonly closeCode?: number | undefined;
  readonly roundTrip: number;
  readonly horizon: number;
  readonly seed: number;
}

export interface NaiveResult {
  /** When each client was back, in ms since the server died; undefined for who was not. */
  readonly backAt: readonly (number | undefined)[];
  readonly lost: number;
  readonly attempts: { total: number; away: number; full: number; late: number };
  /** When each attempt reached the server. */
  readonly arrivals: readonly number[];
}

/** Options that ask for what the library does not do: never to wait. */
export const hasty = { retry: Infinity, retryFun: () => ({ retries: Infinity, timeout: 0 }) };

/** ms to wait; undefined to give up. */
type Plan = (failure: Failure, now: number, random: () => number) => number | undefined;

interface Client {
  readonly id: number;
  readonly oneWay: number;
  readonly plan: Plan;
  /** Which of all attempts its last one was. */
  rank: number;
  /** What it waits for. */
  attempt: object | undefined;
  backAt: number | undefined;
}

interface Happening {
  readonly at: number;
  /** Of what happens at the same time, what is lower comes first. */
  readonly order: readonly [number, number];
  readonly happen: () => void;
}

const isBefore = (a: Happening, b: Happening): boolean =>
  (a.at - b.at || a.order[0] - b.order[0] || a.order[1] - b.order[1]) < 0;

const [DONE, ANSWER, NOTICE, ARRIVAL] = [0, 1, 2, 3];

const refused: Failure = { ...reset(), phase: "tcp" };
/** Of an attempt that took so many ms. */
function timedOut(timeout: number): Failure {
  const error = new TimeoutError("upgrade", timeout, "httpOpts.upgradeTimeout");
  return { kind: "timeout", phase: "upgrade", error, byUs: true };
}

export function naiveStorm(options: NaiveOptions): NaiveResult {
  const { clients, capacity, outage, backlog, roundTrip, horizon, seed, policy } = options;
  const agenda: Happening[] = [];
  const attempts = { total: 0, away: 0, full: 0, late: 0 };
  const arrivals: number[] = [];
  const queue: { done: () => void }[] = [];
  let now = 0;
  let lost = 0;
  let isServing = false;

  const at = (time: number, order: Happening["order"], happen: () => void) =>
    agenda.push({ at: time, order, happen });

  function notice(client: Client, failure: Failure): void {
    client.attempt = undefined;
    const random = new Random(mixSeed(seed, client.id, now));
    const wait = client.plan(failure, now, () => random.next());
    if (wait === undefined) {
      lost++;
      return;
    }
    const dialsAt = Math.ceil(now + wait);
    at(dialsAt + client.oneWay, [ARRIVAL, client.rank], () => arrive(client, dialsAt));
  }

  function arrive(client: Client, dialledAt: number): void {
    client.rank = arrivals.push(now);
    attempts.total++;
    const attempt = {};
    const expire = () =>
      at(dialledAt + policy.handshakeTimeout, [NOTICE, client.rank], () => {
        if (client.attempt === attempt) notice(client, timedOut(policy.handshakeTimeout));
      });
    if (now < outage && options.whileAway === "hangs") {
      attempts.away++;
      client.attempt = attempt;
      if (policy.handshakeTimeout < Infinity) expire();
      return;
    }
    if (now < outage || queue.length >= backlog) {
      attempts[now < outage ? "away" : "full"]++;
      at(now + client.oneWay, [NOTICE, client.rank], () => notice(client, refused));
      return;
    }
    client.attempt = attempt;
    const answered = () => {
      if (client.attempt !== attempt) {
        attempts.late++;
        return;
      }
      client.attempt = undefined;
      client.backAt = now;
    };
    queue.push({ done: () => at(now + client.oneWay, [ANSWER, client.rank], answered) });
    expire();
    if (!isServing) serve();
  }

  function serve(): void {
    isServing = true;
    at(now + 1000 / capacity, [DONE, 0], () => {
      queue.shift()!.done();
      if (queue.length > 0) serve();
      else isServing = false;
    });
  }

  const distance = new Random(seed);
  const fleet = Array.from({ length: clients }, (_, id): Client => {
    const oneWay = Math.round((roundTrip / 2) * (0.5 + distance.next()));
    return {
      id,
      oneWay,
      plan: planOf(policy.name),
      rank: id - clients,
      attempt: undefined,
      backAt: undefined,
    };
  });
  const loss = options.closeCode === undefined ? reset() : closed(options.closeCode);
  for (const client of fleet) at(client.oneWay, [NOTICE, client.rank], () => notice(client, loss));

  while (agenda.length > 0) {
    const next = agenda.reduce((first, other) => (isBefore(other, first) ? other : first));
    agenda.splice(agenda.indexOf(next), 1);
    // After the horizon nobody attempts any more; what was under way ends.
    if (next.order[0] === ARRIVAL && next.at > outage + horizon) continue;
    now = next.at;
    next.happen();
  }
  return { backAt: fleet.map(({ backAt }) => backAt), lost, attempts, arrivals };
}

function planOf(policy: string): Plan {
  switch (policy) {
    case "resilient":
      return throughLifecycle(resilient({} as CoreOptions));
    case "default":
      return throughLifecycle({});
    case "hasty":
      return throughLifecycle(hasty);
    default:
      return remembering(policy);
  }
}

/** A client of the library: the table decides what comes after what, as it does in the driver. */
function throughLifecycle(given: Partial<CoreOptions>): Plan {
  const defaultOf = (name: "retry" | "retryTimeout" | "stableAfter") =>
    (coreDeclarations[name] as [unknown, number])[1];
  const options: PlanOptions = {
    retry: given.retry ?? defaultOf("retry"),
    retryTimeout: defaultOf("retryTimeout"),
    stableAfter: defaultOf("stableAfter"),
  };
  const envAt = (now: number): Env => ({
    now,
    random: 0,
    link: undefined,
    isHidden: false,
    ping: undefined,
    vigilance: undefined,
    router: undefined,
    options: {
      ...options,
      callbackTimeout: 5_000,
      openTimeout: Infinity,
      wsOpts: { closingTimeout: 15_000 },
    },
  });
  let state: State = initialState;
  const raise = (event: Event, now: number) => {
    const [next, ...effects] = transition(state, event, envAt(now));
    state = next;
    return effects;
  };
  const dial = (now: number) => {
    raise({ type: "settled", generation: state.generation }, now);
    raise({ type: "prepared", generation: state.generation, request: {} as never }, now);
  };
  // An hour ago it started, and was open at once.
  raise({ type: "reconnect", code: 1000, reason: "" }, -3_600_000);
  dial(-3_600_000);
  raise({ type: "opened", generation: state.generation, handshake: {} as never }, -3_600_000);
  raise({ type: "greeted", generation: state.generation }, -3_600_000);

  return (failure, now, random) => {
    if (state.name === "waiting") {
      raise({ type: "timeout" }, state.until);
      dial(now);
    }
    const effects = raise({ type: "lost", generation: state.generation, failure }, now);
    const deciding = state;
    if (deciding.name !== "deciding" || !effects.some(([name]) => name === "decide")) return undefined;
    const decision = decide(deciding.life, deciding.setback, {
      now,
      random,
      options,
      verdict: httpVerdictOf(failure),
      shouldRetry: given.shouldRetry,
      retryFun: given.retryFun,
      mayDiffer: () => false,
      isAwaited: () => true,
      problems: [],
    });
    if (decision && "then" in decision) throw new Error("the policy must decide at once");
    raise({ type: "decided", generation: state.generation, decision, problems: [] }, now);
    return state.name === "waiting" ? state.until - now : undefined;
  };
}

/** A client of another library: it remembers how often it has waited. */
function remembering(policy: string): Plan {
  let waits = 0;
  let least = 0;
  return (_, __, random) => {
    const n = waits++;
    switch (policy) {
      case "gun":
        return [0, 5000, 5000, 5000, 5000][n];
      case "signalr":
        return [0, 2000, 10_000, 30_000][n];
      case "phoenix":
        return [10, 50, 100, 150, 200, 250, 500, 1000, 2000][n] ?? 5000;
      case "partysocket":
        return Math.min(3000 * 1.3 ** n, 10_000);
      case "reconnecting-websocket":
        if (n === 0) least = 1000 + 4000 * random();
        return Math.min(least * 1.3 ** n, 10_000);
      case "socket.io": {
        const [full, chance] = [1000 * 2 ** n, random()];
        const deviation = Math.floor((chance * full) / 2);
        const sign = Math.floor(chance * 10) % 2 === 0 ? -1 : 1;
        return Math.floor(Math.min(full + sign * deviation, 5000));
      }
      case "centrifuge": {
        const most = Math.min(20_000, 500 * 2 ** Math.min(n, 31));
        return Math.min(20_000, 500 + Math.floor(random() * (most + 1)));
      }
      case "full-jitter":
        return random() * Math.min(20_000, 1000 * 2 ** n);
      default:
        throw new Error(`no policy is called ${policy}`);
    }
  };
}
