// The functions of a simulated user: url, headers, shouldRetry, retryFun and the callbacks, each with a habit of answering
// at once, late, never, with nonsense, or by throwing.

import type { Codec, Message, State } from "@gundam/core";
import { mixSeed, Random } from "../random.ts";
import type { Call, FunctionName, Observation } from "./observation.ts";

/** What the functions are part of. */
interface FunctionsWorld {
  readonly attempt: number;
  readonly setup: { readonly acting: number };
  readonly user: { act(random: Random): void; close(random: Random): void };
  observe(observation: Observation): void;
}

type Manner =
  | "value"
  | "nonsense"
  | "throw"
  | "resolved"
  | "rejected"
  | "pending"
  | "thenable"
  | "closing"
  | "hostile";

/** How a function answers: how often in each manner. */
export interface Habit {
  readonly name: string;
  readonly manners: Partial<Record<Manner, number>>;
}

export const hanging: Habit = { name: "hanging", manners: { value: 1, pending: 3 } };

export const habits: readonly Habit[] = [
  { name: "prompt", manners: { value: 1 } },
  { name: "prompt", manners: { value: 1 } },
  { name: "slow", manners: { value: 1, resolved: 2, pending: 3 } },
  hanging,
  { name: "faulty", manners: { value: 4, nonsense: 2, throw: 2, rejected: 2, pending: 1 } },
  {
    name: "wild",
    manners: {
      value: 5,
      nonsense: 1,
      throw: 1,
      resolved: 2,
      rejected: 1,
      pending: 3,
      thenable: 1,
      closing: 0.3,
      hostile: 0.5,
    },
  },
];

interface Answers {
  readonly good: (...args: never[]) => unknown;
  readonly bad: readonly unknown[];
}

export interface Pending {
  readonly call: Call;
  readonly random: Random;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly good: () => unknown;
  readonly bad: () => unknown;
}

export class Functions {
  readonly #world: FunctionsWorld;
  readonly #seed: number;
  #calls = 0;
  /** What was returned and has not settled. */
  readonly pending: Pending[] = [];
  /** `onConnect` runs its synchronous part. */
  isGreeting = false;
  /** A function, or a listener, runs its synchronous part. */
  isInside = false;

  constructor(world: FunctionsWorld, seed: number) {
    this.#world = world;
    this.#seed = seed;
  }

  /** A function of this habit; what callbacks answer need not be said. */
  make(name: FunctionName, habit: Habit, answers?: Answers): (...args: unknown[]) => unknown {
    const manners = Object.entries(habit.manners) as [Manner, number][];
    return (...args) => {
      const random = new Random(mixSeed(this.#seed, this.#calls++));
      const call: Call = {
        name,
        args,
        attempt: this.#world.attempt,
        manner: "",
        isRunning: true,
        isPending: false,
        isReleased: false,
        isLater: false,
        outcome: undefined,
      };
      const [manner] = random.weigh(manners, ([, weight]) => weight)!;
      return this.#answer(call, manner, random, answers ?? this.#returns(call, random));
    };
  }

  /** A codec that changes nothing, and fails now and then. */
  codec(random: Random): Codec<Message, Message> {
    const mayFail = () => {
      if (random.chance(0.1)) throw thrown(random, this.#calls++);
    };
    return {
      encode: (message) => {
        mayFail();
        return message;
      },
      decode: (message) => {
        this.#world.observe({ kind: "decoding", isFailed: true });
        mayFail();
        this.#world.observe({ kind: "decoding", isFailed: false });
        return message;
      },
    };
  }

  #answer(call: Call, manner: Manner, random: Random, answers: Answers): unknown {
    call.manner = manner;
    this.#world.observe({ kind: "called", call });
    const before = { isGreeting: this.isGreeting, isInside: this.isInside };
    this.isGreeting = call.name === "onConnect";
    this.isInside = true;
    try {
      if (random.chance(this.#world.setup.acting)) this.#world.user.act(random);
      const good = () => answers.good(...(call.args as never[]));
      const bad = () => random.pick(answers.bad);
      const answer = this.#shape(call, manner, random, good, bad);
      if (!call.isPending) call.outcome ??= { value: answer };
      return answer;
    } catch (threw) {
      call.outcome = { threw };
      throw threw;
    } finally {
      this.isGreeting = before.isGreeting;
      this.isInside = before.isInside;
      call.isRunning = false;
      this.#world.observe({ kind: "returned", call });
    }
  }

  #shape(call: Call, manner: Manner, random: Random, good: () => unknown, bad: () => unknown): unknown {
    switch (manner) {
      case "value":
        return good();
      case "nonsense":
        return bad();
      case "throw":
        throw thrown(random, this.#calls);
      case "resolved":
        return this.#promise(call, random, good, bad, (pending) => pending.resolve(good()));
      case "rejected":
        return this.#promise(call, random, good, bad, (pending) =>
          pending.reject(thrown(random, this.#calls)),
        );
      case "pending":
        return this.#promise(call, random, good, bad);
      case "closing":
        this.#world.user.close(random);
        return this.#promise(call, random, good, bad);
      case "thenable":
        return this.#thenable(call, random, good, bad);
      case "hostile":
        return hostileThenable(call, random, this.#world);
    }
  }

  #promise(
    call: Call,
    random: Random,
    good: () => unknown,
    bad: () => unknown,
    settle?: (pending: Pending) => void,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => this.#pend({ call, random, resolve, reject, good, bad }, settle));
  }

  /** As `#promise`, with no more manners than the standard asks of a thenable: it may answer twice. */
  #thenable(call: Call, random: Random, good: () => unknown, bad: () => unknown): PromiseLike<unknown> {
    const reactions: [(value: unknown) => void, (reason: unknown) => void][] = [];
    const each = (index: 0 | 1) => (value: unknown) => {
      for (const reaction of reactions) reaction[index]?.(value);
      if (random.chance(0.5)) for (const reaction of reactions) reaction[1]?.(value);
    };
    this.#pend({ call, random, resolve: each(0), reject: each(1), good, bad });
    const then = (resolved: (value: unknown) => void, rejected: (reason: unknown) => void) => {
      reactions.push([resolved, rejected]);
    };
    return { then } as unknown as PromiseLike<unknown>;
  }

  #pend(pending: Pending, settle?: (pending: Pending) => void): void {
    pending.call.isPending = true;
    pending.call.isLater = true;
    this.pending.push(pending);
    if (settle !== undefined) this.#settle(pending, settle);
  }

  /** Settles a pending answer, one way or another. */
  settle(pending: Pending): void {
    const { random, good, bad } = pending;
    if (random.chance(this.#world.setup.acting / 2)) this.#world.user.act(random);
    const how = random.next();
    this.#settle(pending, (noted) => {
      if (how < 0.7) noted.resolve(good());
      else if (how < 0.8) noted.resolve(bad());
      else noted.reject(thrown(random, this.#calls++));
    });
  }

  #settle(pending: Pending, settle: (pending: Pending) => void): void {
    const { call } = pending;
    this.pending.splice(this.pending.indexOf(pending), 1);
    const note = (outcome: Call["outcome"]) => {
      call.outcome = outcome;
      call.isPending = false;
      this.#world.observe({ kind: "settled", call });
    };
    settle({
      ...pending,
      resolve: (value) => {
        note({ value });
        pending.resolve(value);
      },
      reject: (threw) => {
        note({ threw });
        pending.reject(threw);
      },
    });
  }

  /** What a callback returns: mostly nothing, sometimes a state, that can be used or not. */
  #returns(call: Call, random: Random): Answers {
    const state = call.args.at(-1) as State;
    const number = this.#calls;
    const good = () => {
      switch (random.below(12)) {
        case 0:
          return { ...state, uri: `ws://returned${number}.test/` };
        case 1:
          return { ...state, headers: { returned: `${number}` } };
        case 2:
          return { ...state, uri: `http://returned${number}.test/`, headers: { returned: `${number}` } };
        case 3:
          return { ...state, wsOpts: { ...state.wsOpts, closingTimeout: random.pick(closingTimeouts) } };
        case 4:
          return { ...state, openOpts: { ...state.openOpts, retryTimeout: random.pick(retryTimeouts) } };
        case 5:
          return { ...state, count: number };
        case 6:
          return state;
        default:
          return undefined;
      }
    };
    const bad = [
      { ...state, uri: "no url" },
      { ...state, headers: 5 },
      { ...state, openOpts: { ...state.openOpts, retry: -1 } },
      { uri: "ws://not-a-state.test/" },
      number,
      "text",
      null,
    ];
    return { good, bad };
  }
}

/** What callbacks return for `retryTimeout`. */
export const retryTimeouts: readonly number[] = [50, 500];

/** What callbacks return for `wsOpts.closingTimeout`. */
export const closingTimeouts: readonly number[] = [10, 1_000];

/** What code throws, or rejects with: mostly errors. */
function thrown(random: Random, number: number): unknown {
  switch (random.below(8)) {
    case 0:
      return `thrown ${number}`;
    case 1:
      return undefined;
    case 2:
      return Object.create(null);
    case 3:
      return Symbol(`thrown ${number}`);
    default:
      return new Error(`thrown ${number}`);
  }
}

/** A thenable that breaks every rule there is. */
function hostileThenable(call: Call, random: Random, world: FunctionsWorld): unknown {
  const error = new Error("thrown by a thenable");
  const settle = (outcome: Call["outcome"]) => {
    call.outcome = outcome;
    call.isPending = false;
    world.observe({ kind: "settled", call });
  };
  const then = random.pick([
    (resolve: (value: unknown) => void) => {
      settle({ value: undefined });
      resolve(undefined);
      resolve(undefined);
    },
    () => {
      settle({ threw: error });
      throw error;
    },
    undefined,
  ]);
  call.isPending = true;
  call.isLater = true;
  if (then !== undefined) return { then };
  // biome-ignore lint/suspicious/noThenProperty: this is what it is for.
  return Object.defineProperty({}, "then", {
    get() {
      if (call.isPending) settle({ threw: error });
      throw error;
    },
  });
}

export function isState(value: unknown): value is State {
  return typeof value === "object" && value !== null && Object.getOwnPropertySymbols(value).length > 0;
}

/** Whether a state that a callback returned is none of those that are made wrong on purpose. */
export function isUsable({ uri, headers, openOpts }: State): boolean {
  return uri !== "no url" && typeof headers === "object" && openOpts.retry !== -1;
}
