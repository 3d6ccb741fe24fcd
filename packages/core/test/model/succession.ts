// The model check of a hand-over: the table joined with itself, explored breadth first. That the table is right for one
// connection is the business of step.ts; here the two are held to what DESIGN says of them together. The abstraction is
// that of world.ts, where it is not said otherwise:
//
// - What is expected of a connection is what the table itself says of its state, without the other.
// - The budget is 0 or 1, and the wait between two attempts is always the same.
// - The clock stands still, and a deadline is either as it was set, or has passed: any may pass, at any time and in any
//   order. A connection is not stable yet, or exactly stable.
// - Hand-overs have no names but their roles; one or two connections at most are leaving.
// - Of a hand-over that is over everything may still come, and nothing may come of it.

import { CloseError, ConnectError, type Failure, NotOpenError, ProviderError } from "../../src/errors.ts";
import {
  askByPing,
  type Vigil,
  type Vigilance,
  type Watch,
  type Watched,
  type Watching,
  watchPeer,
} from "../../src/keepalive.ts";
import type { Decision, Life } from "../../src/life.ts";
import type { Effect, Env, Event, LifecycleOptions, State, transition } from "../../src/lifecycle.ts";
import { initialState } from "../../src/lifecycle.ts";
import type { Heir, SuccessionEffect, SuccessionEvent } from "../../src/succession.ts";
import type { DialRequest, Handshake } from "../../src/transport.ts";

/** What is checked: the join, or a mutant of it. */
export interface Succession {
  withSuccession(single: typeof transition): typeof transition;
}

export interface SuccessionExploration {
  readonly violation: string | undefined;
  readonly trace: readonly string[];
  readonly worlds: number;
  readonly steps: number;
  /** How often each thing happened that a hand-over can come to. */
  readonly outcomes: ReadonlyMap<string, number>;
}

class Violation extends Error {}

function demand(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new Violation(rule);
}

const NOW = 10_000;
/** So long a connection without pings stays open. */
const STAY = 1_000;
const CURRENT = 7;
const LONGEST_PATH = 60;
const MOST_WORLDS = 100_000;

type AnyEffect = Effect | SuccessionEffect;
type AnyEvent = Event | SuccessionEvent;
type Step = readonly [State, ...AnyEffect[]];

/** A name, to the lifecycle. */
class Name {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  toString(): string {
    return this.name;
  }
}

const heirs = ["A", "B", "C", "D"].map((name) => new Name(name) as unknown as Heir);

/** What the effects of one connection's lifecycle have set going. */
interface Sources {
  readonly transport: "none" | "dialling" | "open" | "ending" | "closing" | "lost";
  readonly isAsked: boolean;
  readonly isGreeting: boolean;
  readonly isDeciding: boolean;
  readonly isMarked: boolean;
}

const idle: Sources = {
  transport: "none",
  isAsked: false,
  isGreeting: false,
  isDeciding: false,
  isMarked: false,
};

interface Setting {
  readonly name: string;
  /** So many connections may be leaving. */
  readonly mostLeaving: number;
  readonly env: Env;
}

interface World {
  readonly setting: Setting;
  readonly state: State;
  readonly own: Sources;
  /** Of the successor. */
  readonly next: Sources;
  /** Those whose promise is pending. */
  readonly pending: readonly Heir[];
  /** Whose connection has given way, and is not gone. */
  readonly leaving: readonly Heir[];
  /** The user was told of a connection, and not of its end. */
  readonly isConnected: boolean;
}

/** A joined state, taken apart. */
interface Parts {
  readonly own: State;
  readonly successor: { readonly of: Heir; readonly state: State } | undefined;
  readonly leaving: readonly { readonly of: Heir; readonly until: number; readonly closingUntil?: number }[];
  readonly heir: Heir | undefined;
}

function partsOf(state: State): Parts {
  const { others, ...own } = state as State & { others?: Parts & { ownUntil: number } };
  if (others === undefined) return { own: state, successor: undefined, leaving: [], heir: undefined };
  const { successor, leaving, heir, ownUntil } = others;
  return { own: { ...own, until: ownUntil } as State, successor, leaving, heir };
}

// — the facts that events carry ————————————————————————————————————————————————————————————————————————————————————

const request: DialRequest = { url: "ws://localhost/", headers: {}, options: {} };
const handshake: Handshake = { headers: new Map<string, string>() as never, protocol: "", extensions: "" };
const network: Failure = { kind: "network", error: new ConnectError("tcp", "reset"), byUs: false };
const closed: Failure = { kind: "close", error: new CloseError(4001, ""), code: 4001, byUs: false };
const provider: Failure = { kind: "provider", error: new ProviderError("url", "failed"), byUs: true };
const retry: Decision = {
  retries: 0,
  delay: 5,
  floor: 0,
  forgiven: false,
};
const stop: Decision = undefined;

const options: LifecycleOptions = {
  retry: 0,
  stableAfter: 10,
  callbackTimeout: 30,
  openTimeout: 16,
  wsOpts: { closingTimeout: 40 },
};
/** Of a connection that has brought so much. */
const linkWith = (received: number): Watched => ({ transport: undefined, received, sent: 0 });
const moment = { now: NOW, random: 0.5, link: linkWith(0), isHidden: false, ping: askByPing };

const watch: Watch = watchPeer({ quiet: 8, patience: 3 });
/** It is asked after a silence of 8 ms, and is dead 3 ms later; when it was alive is not looked at. */
const vigilance: Vigilance = {
  begin: ({ now }) => watching(now + 8, false),
  askSoon: (_, now) => watching(now, false),
  look: ([vigil], { now, link }) => {
    const isAlive = link!.received > 0;
    if (isAlive) return { watching: watching(now + 8, false), questions: [], failure: undefined };
    const isAsked = vigil!.question !== undefined;
    return {
      watching: watching(now + 3, true),
      questions: isAsked ? [] : [askByPing],
      failure: isAsked ? network : undefined,
    };
  },
};

function watching(until: number, isAsked: boolean): Watching {
  const vigil = { watch, until, question: isAsked ? "soon" : undefined } as unknown as Vigil;
  return { vigils: [vigil], until };
}

function setting(
  name: string,
  mostLeaving: number,
  changes: Partial<LifecycleOptions>,
  given: Partial<Pick<Env, "ping" | "vigilance">> = {},
): Setting {
  const env = { ...moment, router: undefined, vigilance: undefined, ...given };
  return { name, mostLeaving, env: { ...env, options: { ...options, ...changes } } };
}

const settings: readonly Setting[] = [
  setting("no retry", 2, {}),
  setting("no pings", 1, { wsOpts: { closingTimeout: 4_000 } }, { ping: undefined }),
  setting("watched", 1, { retry: 1, stableAfter: 0 }, { vigilance }),
  setting("no timeouts", 1, { retry: 1, callbackTimeout: Infinity, openTimeout: Infinity }),
];

// — moves ——————————————————————————————————————————————————————————————————————————————————————————————————————————

interface Move {
  readonly name: string;
  readonly event?: AnyEvent;
  readonly env?: Partial<Env>;
  /** What it changes of the sources, before. */
  readonly own?: Partial<Sources>;
  readonly next?: Partial<Sources>;
  /** The deadline of the connection of now, of the successor, or of what is leaving passes; or the connection is stable. */
  readonly passes?: "own" | "successor" | number | "stable";
}

const user: readonly Move[] = [
  { name: "reconnect()", event: { type: "reconnect", code: 4002, reason: "moving" } },
  { name: "close()", event: { type: "close", code: 4000, reason: "done", within: Infinity } },
  { name: "terminate()", event: { type: "terminate" } },
  { name: "the page is put away", event: { type: "sleep" } },
  { name: "the page wakes", event: { type: "wake", hasSlept: false } },
  { name: "the page comes online", event: { type: "wake", hasSlept: false, isOnline: true } },
  { name: "the page wakes from a long sleep", event: { type: "wake", hasSlept: true } },
  {
    name: "the page wakes from a long sleep, without pings",
    event: { type: "wake", hasSlept: true },
    env: { ping: undefined },
  },
];

/** What a connection's sources may say, and its callbacks. */
function* answersOf(
  { transport, isAsked, isGreeting, isDeciding, isMarked }: Sources,
  { name }: State,
): Generator<readonly [Event, Partial<Sources>]> {
  const generation = CURRENT;
  if (isMarked) yield [{ type: "settled", generation }, { isMarked: false }];
  if (isAsked) {
    yield [{ type: "prepared", generation, request }, { isAsked: false }];
    yield [{ type: "failed", generation, failure: provider }, { isAsked: false }];
  }
  if (transport === "dialling") {
    yield [{ type: "opened", generation, handshake }, { transport: "open" }];
  }
  if (isGreeting) {
    yield [{ type: "greeted", generation }, { isGreeting: false }];
    const error = new ProviderError("onConnect", "failed");
    yield [
      { type: "failed", generation, failure: { kind: "callback", error, byUs: true } },
      { isGreeting: false },
    ];
  }
  if (transport === "open") yield [{ type: "ending", generation }, { transport: "ending" }];
  if (transport !== "none") {
    for (const failure of [network, closed])
      yield [{ type: "lost", generation, failure }, { transport: "lost" }];
  }
  if (isDeciding && name === "deciding") {
    for (const decision of [retry, stop])
      yield [{ type: "decided", generation, decision, problems: [] }, { isDeciding: false }];
  }
}

/** What says that `generation` is one of before. */
const outdated = (event: Event): Event => ({ ...event, generation: CURRENT - 1 }) as Event;

function* movesIn(w: World): Generator<Move> {
  yield* user;
  const { own, successor, leaving, heir } = partsOf(w.state);
  const known = heirs.slice(0, namesIn(w).length);
  const stranger = heirs[known.length]!;
  if (leaving.length < w.setting.mostLeaving)
    yield { name: `handover ${stranger}`, event: { type: "handover", of: stranger } };
  for (const of of [...known, stranger]) {
    yield { name: `forsake ${of}`, event: { type: "forsake", of, cause: "aborted" } };
    yield { name: `${of} has left`, event: { type: "left", of } };
    if (of === successor?.of || of === heir) continue;
    for (const event of ofOneThatIsOver)
      yield { name: `${event.type} of ${of}, which is over`, event: { type: "ofHeir", of, event } };
  }
  for (const [event, changes] of answersOf(w.own, own)) {
    const name = `${event.type} ${"failure" in event ? event.failure.kind : ""}`;
    yield { name, event, own: changes };
    yield { name: `${name}, late`, event: outdated(event) };
    if (heir !== undefined)
      yield { name: `${name} of ${heir}`, event: { type: "ofHeir", of: heir, event }, own: changes };
  }
  if (successor !== undefined) {
    const { of, state } = successor;
    for (const [event, next] of answersOf(w.next, state)) {
      const name = `${event.type} ${"failure" in event ? event.failure.kind : ""} of ${of}`;
      yield { name, event: { type: "ofHeir", of, event: asOf(event, state) }, next };
      yield { name: `${name}, late`, event: { type: "ofHeir", of, event: outdated(event) } };
    }
  }
  yield* timeIn(w);
}

const ofOneThatIsOver: readonly Event[] = [CURRENT, CURRENT + 1].flatMap((generation): Event[] => [
  { type: "opened", generation, handshake },
  { type: "greeted", generation },
  { type: "lost", generation, failure: network },
]);

/** The successor's generation is another one. */
function asOf(event: Event, { generation }: State): Event {
  return { ...event, generation } as Event;
}

function* timeIn(w: World): Generator<Move> {
  const { own, successor, leaving } = partsOf(w.state);
  yield timeout;
  yield { ...timeout, name: "timeout, after something came", env: { link: linkWith(1) } };
  const mayPass = (until: number) => until > NOW && until < Infinity;
  if (mayPass(own.until)) yield { name: "its deadline passes", passes: "own" };
  if (successor !== undefined && mayPass(successor.state.until))
    yield { name: "the successor's deadline passes", passes: "successor" };
  for (const [index, { until }] of leaving.entries())
    if (mayPass(until)) yield { name: `the wait for ${index} that leaves passes`, passes: index };
  const isStable = own.name !== "open" || NOW - own.readySince >= w.setting.env.options.stableAfter;
  if (!isStable) yield { name: "it is stable", passes: "stable" };
}

const timeout: Move = { name: "timeout", event: { type: "timeout" } };

// — a step —————————————————————————————————————————————————————————————————————————————————————————————————————————

class Judge {
  readonly #single: typeof transition;
  readonly #joined: typeof transition;
  readonly outcomes: Map<string, number> = new Map();

  constructor(succession: Succession, single: typeof transition) {
    this.#single = single;
    this.#joined = succession.withSuccession(single);
  }

  step(before: World, move: Move): World {
    if (move.passes !== undefined) return passed(before, move.passes);
    const event = move.event!;
    const env = { ...before.setting.env, ...move.env };
    const [next, ...effects] = this.#joined(before.state, event as Event, env) as unknown as Step;
    this.#demandExpected(before, event, env, next, effects);
    if (next === before.state && effects.length === 0 && !move.own && !move.next) return before;
    const w = happened(before, move, next, effects);
    demandInvariants(w);
    return normalized(w);
  }

  #note(outcome: string): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }

  /** Whose deadline is looked at: those of connections that leave first, that of the one of now last. */
  #dueIn({ successor, leaving }: Parts): "leaving" | "successor" | "own" {
    if (leaving.some(({ until }) => until <= NOW)) return "leaving";
    return successor !== undefined && successor.state.until <= NOW ? "successor" : "own";
  }

  #demandExpected(w: World, event: AnyEvent, env: Env, next: State, effects: readonly AnyEffect[]): void {
    const expected = this.#expected(w, event, env);
    const after = partsOf(next);
    const same = (name: string, is: unknown, should: unknown) => {
      if (!areSame(is, should))
        throw new Violation(`${name}: expected ${textOf(should)}; but: ${textOf(is)}`);
    };
    same("what is done", effects, expected.effects);
    same("the connection of now", after.own, expected.own);
    same("the successor", after.successor, expected.successor);
    same("what is leaving", after.leaving, expected.leaving);
    same("the heir", after.heir, expected.heir);
  }

  #expected(w: World, event: AnyEvent, env: Env): Parts & { readonly effects: readonly AnyEffect[] } {
    const before = partsOf(w.state);
    const { own, successor, leaving, heir } = before;
    const nothing = { ...before, effects: [] };
    switch (event.type) {
      case "handover": {
        if (successor !== undefined || own.name !== "open") {
          this.#note("refused");
          return { ...before, effects: [["toHeir", event.of, "forsake", aRefusal]] };
        }
        this.#note("begun");
        const unborn = { ...initialState, generation: own.generation };
        const first = { type: "reconnect", code: 1000, reason: "" } as const;
        return this.#ofSuccessor(before, { of: event.of, state: unborn }, first, env);
      }
      case "forsake":
        if (successor?.of !== event.of) return nothing;
        this.#note("forsaken");
        return { ...before, successor: undefined, effects: [["toHeir", event.of, "forsake", event.cause]] };
      case "left": {
        const gone = leaving.find(({ of }) => of === event.of);
        return gone === undefined ? nothing : without(before, gone);
      }
      case "ofHeir":
        if (successor?.of === event.of) return this.#ofSuccessor(before, successor, event.event, env);
        return heir === event.of ? this.#ofOwn(before, event.event, env) : nothing;
      case "timeout": {
        if (w.state.until > NOW) return nothing;
        const due = this.#dueIn(before);
        if (due === "successor") return this.#ofSuccessor(before, successor!, event, env);
        if (due === "own") return this.#ofOwn(before, event, env);
        const gone = leaving.find(({ until }) => until <= NOW)!;
        const { of, closingUntil } = gone;
        if (closingUntil !== undefined) {
          this.#note("has stayed");
          const closing = { of, until: closingUntil };
          const rest = leaving.map((one) => (one === gone ? closing : one));
          return { ...before, leaving: rest, effects: [["toHeir", of, "closeLast"]] };
        }
        this.#note("left by time");
        return without(before, gone);
      }
      default:
        return this.#ofOwn(before, event, env);
    }
  }

  /** The successor waits for no callback, and has no retry. */
  #ofSuccessor(before: Parts, { of, state }: NonNullable<Parts["successor"]>, event: Event, env: Env) {
    const alone = { ...env, options: { ...env.options, retry: 0 } };
    let [next, ...effects] = this.#single(state, event, alone);
    if (next.name === "settling") {
      const [settled, ...more] = this.#single(next, { type: "settled", generation: next.generation }, alone);
      next = settled;
      effects = [...effects, ...more];
    }
    if (next.name === "open") {
      this.#note("succeeded");
      const { life } = before.own;
      const own = { ...next, life: { ...(isStable(before.own, env) ? full(env) : life), hasWorked: true } };
      const closingUntil = NOW + env.options.wsOpts.closingTimeout;
      const last = env.ping
        ? { of, until: closingUntil }
        : { of, until: Math.min(NOW + STAY, closingUntil), closingUntil };
      const leaving = [...before.leaving, last];
      return {
        own,
        successor: undefined,
        leaving,
        heir: of,
        effects: [["toHeir", of, "succeed"]] as AnyEffect[],
      };
    }
    if (next.name === "closed") this.#note(`failed in ${state.name}`);
    const { generation } = next;
    const carried = effects.map((effect): AnyEffect => ["toHeir", of, "carryOut", { effect, generation }]);
    const successor = next.name === "closed" ? undefined : { of, state: next };
    return { ...before, successor, effects: carried };
  }

  #ofOwn(before: Parts, event: Event, env: Env): Parts & { readonly effects: readonly AnyEffect[] } {
    const { successor, leaving } = before;
    const [own, ...effects] = this.#single(before.own, event, env);
    const isOn = own.name === "open" || own.name === "ending";
    if (isOn && event.type === "wake" && successor !== undefined) {
      const woken = this.#ofSuccessor({ ...before, own }, successor, event, env);
      return { ...woken, effects: [...effects, ...woken.effects] };
    }
    if (isOn || own === before.own) return { ...before, own, effects };
    const isHeard = own.name === "closing";
    const letGo = (isHeard ? [] : leaving).map(({ of }): AnyEffect => ["toHeir", of, "letGoOfLast"]);
    const rest = isHeard ? leaving : [];
    if (successor === undefined) return { ...before, own, leaving: rest, effects: [...letGo, ...effects] };
    const { of, state } = successor;
    const isLost = effects.some(([name]) => name === "decide" || name === "tellClose") && !isOurs(event);
    if (!isLost) {
      this.#note(`given up: ${own.name}`);
      const told: AnyEffect = ["toHeir", of, "forsake", aRefusal];
      return { ...before, own, successor: undefined, leaving: rest, effects: [told, ...letGo, ...effects] };
    }
    this.#note(`promoted in ${state.name}`);
    const failure = own.name === "deciding" ? own.setback.failure : closeOf(effects)!;
    const ofNames = (...names: string[]) => effects.filter(([name]) => names.includes(name));
    const disconnect: AnyEffect[] = isConnected(state) ? [] : [["tellDisconnect", true, failure]];
    const life = isStable(before.own, env) ? full(env) : before.own.life;
    return {
      own: { ...state, life },
      successor: undefined,
      leaving: [],
      heir: of,
      effects: [
        ...letGo,
        ...ofNames("letGo", "forget"),
        ["toHeir", of, "promote"],
        ...ofNames("tellPhase", "tellError"),
        ...disconnect,
      ],
    };
  }
}

function without(
  before: Parts,
  gone: Parts["leaving"][number],
): Parts & { readonly effects: readonly AnyEffect[] } {
  const leaving = before.leaving.filter((one) => one !== gone);
  return { ...before, leaving, effects: [["toHeir", gone.of, "letGoOfLast"]] };
}

/** Stands for any error that says that there is no handing over. */
const aRefusal = new NotOpenError("");

function isOurs({ type }: Event): boolean {
  return ["close", "terminate", "reconnect", "sleep", "wake"].includes(type);
}

function closeOf(effects: readonly Effect[]): Failure | undefined {
  return effects.find((effect) => effect[0] === "tellClose")?.[3] as Failure | undefined;
}

function isConnected({ name }: State): boolean {
  return ["greeting", "open", "ending"].includes(name);
}

function isStable(own: State, { options }: Env): boolean {
  return "readySince" in own && NOW - own.readySince >= options.stableAfter;
}

function full({ options }: Env): Life {
  return {
    retriesLeft: options.retry,
    failures: 0,
    since: NOW,
    hasHurried: false,
    hasForgiven: false,
    hasWorked: true,
    route: undefined,
  };
}

/** Errors that say that there is no handing over are alike. */
function areSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (one instanceof Error && other instanceof Error)
    return one.name === other.name && (one instanceof NotOpenError || one.message === other.message);
  if (!(one instanceof Object && other instanceof Object) || one instanceof Name) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => areSame(one[key as keyof object], other[key as keyof object]))
  );
}

/** Errors of one kind are alike; what is a name is its name. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Name) return `heir ${part}`;
    if (part instanceof Error)
      return part instanceof NotOpenError ? part.name : `${part.name} ${part.message}`;
    if (part === Infinity) return "Infinity";
    if (part === undefined) return "undefined";
    return part;
  });
}

/** The sources after a move and its effects. */
function happened(before: World, move: Move, state: State, effects: readonly AnyEffect[]): World {
  let own = { ...before.own, ...move.own };
  let next = { ...before.next, ...move.next };
  let { pending, leaving, isConnected } = before;
  const event = move.event!;
  if (event.type === "handover") {
    demand(!pending.includes(event.of), "a hand-over begins once");
    pending = [...pending, event.of];
  }
  const settle = (of: Heir) => {
    demand(pending.includes(of), `${of} settles once`);
    pending = pending.filter((one) => one !== of);
  };
  for (const effect of effects) {
    if (effect[0] !== "toHeir") {
      if (effect[0] === "greet") {
        demand(!isConnected, "connect comes after a disconnect, or by a hand-over");
        isConnected = true;
      }
      if (effect[0] === "tellDisconnect") {
        demand(isConnected, "disconnect comes once, after connect");
        isConnected = false;
      }
      if (effect[0] === "tellClose") isConnected = false;
      own = setGoing(own, effect);
      continue;
    }
    const [, of, does] = effect;
    switch (does) {
      case "carryOut": {
        const { effect: carried } = effect[3] as { effect: Effect };
        if (carried[0] === "greet") isConnected = true;
        if (carried[0] === "tellClose") settle(of);
        next = setGoing(next, carried);
        break;
      }
      case "succeed":
        settle(of);
        demand(next.transport === "open", "a successor that is ready has a connection");
        leaving = [...leaving, of];
        own = next;
        next = idle;
        break;
      case "promote":
        settle(of);
        demand(own.transport === "none", "there is one connection of now");
        own = next;
        next = idle;
        break;
      case "forsake":
        settle(of);
        next = partsOf(before.state).successor?.of === of ? idle : next;
        break;
      case "letGoOfLast":
        demand(leaving.includes(of), "what is let go of is leaving");
        leaving = leaving.filter((one) => one !== of);
        break;
    }
  }
  return { ...before, state, own, next, pending, leaving, isConnected };
}

function setGoing(sources: Sources, effect: Effect): Sources {
  switch (effect[0]) {
    case "prepare":
      demand(!sources.isAsked, "providers are asked one attempt at a time");
      return { ...sources, isAsked: true, isMarked: false };
    case "dial":
      demand(sources.transport === "none", "at most one connection, and one successor");
      return { ...sources, transport: "dialling" };
    case "greet":
      return { ...sources, isGreeting: true };
    case "startClosing":
      return { ...sources, transport: "closing" };
    case "letGo":
      demand(sources.transport !== "lost", "a connection that ended by itself is forgotten");
      return { ...sources, transport: "none", isAsked: false, isGreeting: false };
    case "forget":
      demand(sources.transport === "lost", "only a lost connection is forgotten");
      return { ...sources, transport: "none", isGreeting: false };
    case "decide":
      return { ...sources, isDeciding: true };
    case "settle":
      return { ...sources, isMarked: true, isDeciding: false };
    default:
      return sources;
  }
}

// — invariants —————————————————————————————————————————————————————————————————————————————————————————————————————

const connected = ["greeting", "open", "ending", "closing"];
const holding: Partial<Record<State["name"], string>> = {
  connecting: "dialling",
  greeting: "open",
  open: "open",
  ending: "ending",
  closing: "closing",
};

function demandInvariants({ state, own, next, pending, leaving, isConnected }: World): void {
  const parts = partsOf(state);
  const { successor } = parts;
  demand(
    own.transport === (holding[parts.own.name] ?? "none"),
    `in ${parts.own.name} the connection is ${own.transport}`,
  );
  if (successor === undefined) {
    demand(next.transport === "none" && !next.isAsked, "what no successor has is let go of");
    demand(pending.length === 0, "whoever hands over no more has been told");
  } else {
    const { name } = successor.state;
    demand(["preparing", "connecting", "greeting", "ending"].includes(name), `a successor is ${name}`);
    demand(["open", "ending"].includes(parts.own.name), `there is a successor while ${parts.own.name}`);
    demand(next.transport === (holding[name] ?? "none"), `a successor that is ${name} is ${next.transport}`);
    demand(pending.length === 1 && pending[0] === successor.of, "one hand-over is under way");
  }
  const left = parts.leaving.map(({ of }) => of);
  demand(textOf(left) === textOf(leaving), "what has given way is waited for until it is gone");
  demand(
    leaving.length === 0 || ["open", "ending", "closing"].includes(parts.own.name),
    `something is leaving while ${parts.own.name}`,
  );
  const isTold =
    connected.includes(parts.own.name) || (parts.own.name === "deciding" && parts.own.setback.wasOpen);
  demand(
    isConnected === isTold,
    `in ${parts.own.name} the user knows of ${isConnected ? "a" : "no"} connection`,
  );
  const deadlines = [parts.own, ...(successor ? [successor.state] : []), ...parts.leaving];
  demand(
    state.until === Math.min(...deadlines.map(({ until }) => until)),
    "the first deadline is the deadline",
  );
}

// — time, and what tells worlds apart ——————————————————————————————————————————————————————————————————————————————

interface Others extends Parts {
  readonly ownUntil: number;
}

type Joined = State & { readonly others?: Others | undefined };

function passed(w: World, what: Move["passes"]): World {
  const { others, ...state } = w.state as Joined;
  const withOthers = (own: object, changes: Partial<Others>): World => {
    const joined: unknown = others === undefined ? own : { ...own, others: { ...others, ...changes } };
    return { ...w, state: joined as State };
  };
  const over = <Timed extends { until: number }>(timed: Timed) => ({ ...timed, until: NOW });
  switch (what) {
    case "own": {
      const isOpen = state.name === "open";
      return withOthers(
        { ...over(state), ...(isOpen ? { vigils: state.vigils.map(over) } : {}) },
        { ownUntil: NOW },
      );
    }
    case "stable":
      return withOthers({ ...state, readySince: NOW - w.setting.env.options.stableAfter }, {});
    case "successor": {
      const { of, state: waiting } = others!.successor!;
      return withOthers(over(state), { successor: { of, state: over(waiting) } });
    }
    default:
      return withOthers(over(state), {
        leaving: others!.leaving.map((one, index) => (index === what ? over(one) : one)),
      });
  }
}

/** The hand-overs that a world knows, in the order of their roles. */
function namesIn({ state }: World): Heir[] {
  const { successor, leaving, heir } = partsOf(state);
  const names = [...leaving.map(({ of }) => of), heir, successor?.of];
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** The generation of now is CURRENT, and that of a successor the next; names go by role; the past is alike. */
function normalized(w: World): World {
  const names = namesIn(w);
  const named = (name: Heir) => heirs[names.indexOf(name)]!;
  const state = normalizedState(w.state, CURRENT);
  const { others } = state as Joined;
  const pending = w.pending.map(named);
  if (others === undefined) return { ...w, state, pending };
  const { successor, leaving, heir } = others;
  const renamed: Others = {
    ...others,
    successor: successor && { of: named(successor.of), state: normalizedState(successor.state, CURRENT + 1) },
    leaving: leaving.map((one) => ({ ...one, of: named(one.of) })),
    heir: heir && named(heir),
  };
  const joined: Joined = Object.assign({ ...state }, { others: renamed });
  return { ...w, state: joined, pending, leaving: w.leaving.map(named) };
}

function normalizedState(state: State, generation: number): State {
  const { life } = state;
  return { ...state, generation, life: { ...life, since: NOW - 1, failures: Math.min(life.failures, 1) } };
}

function keyOf(w: World): string {
  const { setting, ...rest } = w;
  return `${setting.name} ${textOf(rest)}`;
}

// — the search —————————————————————————————————————————————————————————————————————————————————————————————————————

interface Node {
  readonly world: World;
  readonly from: Node | undefined;
  readonly by: string;
}

export function exploreSuccession(succession: Succession, single: typeof transition): SuccessionExploration {
  const found = new Map<string, Node>();
  const queue: Node[] = [];
  let steps = 0;
  let violation: string | undefined;
  let last: Node | undefined;
  let by = "";
  let outcomes: ReadonlyMap<string, number> = new Map();
  const leading = new Map<Path, Set<string>>([silently, fairly].map((path) => [path, new Set()]));
  const visit = (judge: Judge, world: World, from: Node | undefined) => {
    const key = keyOf(world);
    if (found.has(key)) return;
    const node = { world, from, by };
    found.set(key, node);
    queue.push(node);
    demandLiveness(judge, world, leading);
  };
  try {
    const judge = new Judge(succession, single);
    outcomes = judge.outcomes;
    let index = 0;
    for (const setting of settings) {
      by = setting.name;
      last = undefined;
      visit(judge, openWorld(setting, single), undefined);
      while (index < queue.length) {
        last = queue[index++]!;
        for (const move of movesIn(last.world)) {
          by = move.name;
          steps++;
          visit(judge, judge.step(last.world, move), last);
        }
        demand(queue.length < MOST_WORLDS, "the worlds are finitely many");
      }
    }
  } catch (error) {
    violation = error instanceof Violation ? error.message : `it threw: ${error}`;
  }
  const trace = violation === undefined ? [] : [...pathTo(last), by];
  return { violation, trace, worlds: found.size, steps, outcomes };
}

function pathTo(node: Node | undefined): string[] {
  if (node === undefined) return [];
  const { own, successor } = partsOf(node.world.state);
  const name = successor === undefined ? own.name : `${own.name}, ${successor.state.name}`;
  return [...pathTo(node.from), `${node.by} → ${name}`];
}

/** A client that is open, and has not handed over yet. */
function openWorld(setting: Setting, single: typeof transition): World {
  const events: Event[] = [
    { type: "reconnect", code: 1000, reason: "" },
    { type: "settled", generation: 1 },
    { type: "prepared", generation: 1, request },
    { type: "opened", generation: 1, handshake },
    { type: "greeted", generation: 1 },
  ];
  let state: State = initialState;
  for (const event of events) [state] = single(state, event, setting.env);
  const own: Sources = { ...idle, transport: "open" };
  return normalized({
    setting,
    state,
    own,
    next: idle,
    pending: [],
    leaving: [],
    isConnected: true,
  });
}

type Path = (w: World) => Move;

/** A hand-over that the network lets be comes to its end; and so does one that nobody answers. */
function demandLiveness(judge: Judge, world: World, leading: ReadonlyMap<Path, Set<string>>): void {
  const { openTimeout } = world.setting.env.options;
  if (openTimeout < Infinity) demandEnd(judge, world, silently, leading);
  demandEnd(judge, world, fairly, leading);
}

function demandEnd(judge: Judge, world: World, path: Path, leading: ReadonlyMap<Path, Set<string>>): void {
  const known = leading.get(path)!;
  const passedBy: string[] = [];
  let here = world;
  for (let steps = 0; steps < LONGEST_PATH; steps++) {
    const { successor, leaving } = partsOf(here.state);
    const key = keyOf(here);
    passedBy.push(key);
    if (known.has(key) || (successor === undefined && leaving.length === 0)) {
      for (const each of passedBy) known.add(each);
      return;
    }
    here = fairStep(judge, here, path(here));
  }
  throw new Violation("a hand-over comes to an end");
}

/** The moves of such a path are no part of the trace. */
function fairStep(judge: Judge, world: World, move: Move): World {
  try {
    return judge.step(world, move);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    throw new Violation(`${error.message} (on a path by itself: ${move.name})`);
  }
}

/** Nobody answers, and only time passes. */
function silently(w: World): Move {
  const { own, successor, leaving } = partsOf(w.state);
  if (w.state.until <= NOW) return timeout;
  const name = "time passes";
  if (leaving.length > 0) return { name, passes: 0 };
  return {
    name,
    passes: successor !== undefined && successor.state.until <= own.until ? "successor" : "own",
  };
}

function fairly(w: World): Move {
  const { successor } = partsOf(w.state);
  if (successor === undefined) return silently(w);
  const { of, state } = successor;
  const good = ["prepared", "opened", "greeted"];
  for (const [event, next] of answersOf(w.next, state)) {
    if (good.includes(event.type) || (state.name === "ending" && event.type === "lost"))
      return { name: event.type, event: { type: "ofHeir", of, event: asOf(event, state) }, next };
  }
  return silently(w);
}
