// The lifecycle, whole: what a client can be (State), what can happen to it (Event), what it does about it (Effect), and
// the table that joins them. Pure: time and randomness come in through `env`, and everything that touches the world is
// an effect, which the driver carries out in order. The diagram in ARCHITECTURE.md is drawn from this table.
//
// Two rules hold for every cell and stand in `transition`: an event of an older generation is late, and a timeout whose
// state has been left, or whose deadline has moved, never happened.

import { closeCodeOf } from "./close-codes.ts";
import { DeadPeerError, type Failure, type GundamError, type Phase, TimeoutError } from "./errors.ts";
import { askNow, look, startVigil, type Vigil, type Watch } from "./keepalive.ts";
import type { DialRequest, Handshake, Message } from "./transport.ts";

/** What a life remembers from one attempt to the next. */
export interface Life {
  readonly retriesLeft: number;
  /** Failures since the budget was last full. */
  readonly failures: number;
  /** When the last stable connection was lost, or the life began: where `elapsed` counts from. */
  readonly since: number;
  /** Since the last stable connection there was a wait of under 100 ms; the next one is longer. */
  readonly hasHurried: boolean;
  /** Since the last stable connection a failure that is forgiven once was forgiven. */
  readonly hasForgiven: boolean;
  /** A connection was ready in this life: the endpoint is known to work. */
  readonly hasWorked: boolean;
}

/** Every `until` is a deadline on the monotonic clock, in ms; leaving the state cancels it. */
export type State =
  | { readonly name: "idle"; readonly generation: number }
  /** The next attempt is due, and waits for callbacks that came before it. */
  | { readonly name: "settling"; readonly generation: number; readonly life: Life; readonly until: number }
  /** The url and headers functions are asked. */
  | { readonly name: "preparing"; readonly generation: number; readonly life: Life; readonly until: number }
  | {
      readonly name: "connecting";
      readonly generation: number;
      readonly life: Life;
      readonly until: number;
      readonly phase: PhaseDeadline;
    }
  /** Open, while `onConnect` is pending: only what it sends may leave. */
  | { readonly name: "greeting"; readonly generation: number; readonly life: Life; readonly until: number }
  /** Open and ready. */
  | {
      readonly name: "open";
      readonly generation: number;
      readonly life: Life;
      readonly readySince: number;
      readonly vigils: readonly Vigil[];
    }
  /** What to do about a failure is being asked of `shouldRetry` and `retryFun`. */
  | {
      readonly name: "deciding";
      readonly generation: number;
      readonly life: Life;
      readonly until: number;
      readonly setback: Setback;
    }
  /** `notBefore`: the wait that the server asked for, which nothing but `reconnect()` cuts short. */
  | {
      readonly name: "waiting";
      readonly generation: number;
      readonly life: Life;
      readonly until: number;
      readonly notBefore: number;
    }
  /** Our Close frame is out. */
  | {
      readonly name: "closing";
      readonly generation: number;
      readonly until: number;
      readonly code: number;
      readonly reason: string;
      /** `reconnect()` was called since: a new life follows. */
      readonly again: boolean;
    }
  /** The life is over; `until`: how long `onClose` waits for the callbacks before it. */
  | { readonly name: "closed"; readonly generation: number; readonly until: number };

export interface PhaseDeadline {
  readonly phase: Phase;
  readonly until: number;
  readonly timeout: number;
  /** The option that sets `timeout`. */
  readonly option: string;
}

/** A failure, and what the connection was that it ended. */
export interface Setback {
  readonly failure: Failure;
  /** `onConnect` was called for it. */
  readonly wasOpen: boolean;
  /** How long it had been ready, in ms; 0 if it never was. */
  readonly uptime: number;
  /** It had been ready for `stableAfter`. */
  readonly wasStable: boolean;
}

export type Event =
  | { readonly type: "reconnect" }
  | { readonly type: "close"; readonly code: number; readonly reason: string; readonly within: number }
  | { readonly type: "terminate" }
  /** The page or the machine woke up, or came online; `hasSlept`: for so long that a connection may be gone unnoticed. */
  | { readonly type: "wake"; readonly hasSlept: boolean }
  /** The page is put away, and may come back. */
  | { readonly type: "sleep" }
  /** The deadline of the state has passed. */
  | { readonly type: "timeout" }
  /** The callbacks that were waited for have settled, or are waited for no longer. */
  | { readonly type: "settled"; readonly generation: number }
  | { readonly type: "prepared"; readonly generation: number; readonly request: DialRequest }
  | {
      readonly type: "phased";
      readonly generation: number;
      readonly phase: Phase;
      readonly timeout: number | undefined;
      readonly option: string | undefined;
    }
  | { readonly type: "opened"; readonly generation: number; readonly handshake: Handshake }
  /** `onConnect` has settled: the connection is ready. */
  | { readonly type: "greeted"; readonly generation: number }
  /** A url or headers function, or `onConnect`, failed. */
  | { readonly type: "failed"; readonly generation: number; readonly failure: Failure }
  | { readonly type: "decided"; readonly generation: number; readonly decision: Decision }
  /** The transport is gone, or has read the peer's Close frame. */
  | { readonly type: "lost"; readonly generation: number; readonly failure: Failure };

/** `problems`: what went wrong with the functions that were asked, so that the defaults decided. */
export type Decision =
  | { readonly verdict: "stop"; readonly problems: readonly GundamError[] }
  | {
      readonly verdict: "retry";
      readonly problems: readonly GundamError[];
      readonly retries: number;
      /** ms from now. */
      readonly delay: number;
      /** ms from now that a wake does not cut short. */
      readonly floor: number;
      /** This was the one time that such a failure is forgiven. */
      readonly forgiven: boolean;
    };

/** What the driver does, in the order of a transition's effects. User code is called by these alone. */
export type Effect =
  /** A life begins: supervise it, listen to its signal. */
  | { readonly type: "begin" }
  /** A life ends: report what is left in the queue, settle `close()` and `ready()`, supervise no more. */
  | { readonly type: "end" }
  /** Raise `settled` once the callbacks before it have settled. */
  | { readonly type: "settle"; readonly generation: number }
  /** Wait no longer for the callbacks that are pending. */
  | { readonly type: "release" }
  /** Ask the url and headers functions: `prepared` or `failed`. */
  | { readonly type: "prepare"; readonly generation: number; readonly life: Life }
  /** The answer of the url and headers functions is no longer wanted. */
  | { readonly type: "abort" }
  | { readonly type: "dial"; readonly generation: number; readonly request: DialRequest }
  /** Call `onConnect`: `greeted` or `failed`. */
  | { readonly type: "greet"; readonly generation: number; readonly handshake: Handshake }
  /** The connection is ready: let the queue out, settle `ready()`. */
  | { readonly type: "ready" }
  | { readonly type: "startClosing"; readonly code: number; readonly reason: string }
  /** Let go of the transport, with a Close frame first if it has a code. */
  | { readonly type: "abandon"; readonly code?: number }
  /** The transport ended by itself; `failure`: how, where nothing else tells it. */
  | { readonly type: "forget"; readonly failure?: Failure }
  /** Ask `shouldRetry` and `retryFun`, or only our own defaults: `decided`. */
  | {
      readonly type: "decide";
      readonly generation: number;
      readonly life: Life;
      readonly setback: Setback;
      readonly byDefault: boolean;
    }
  /** See whether the peer is still there: with a message of the application's own, or else a ping. */
  | { readonly type: "probe"; readonly message: Message | undefined }
  /** The running phase is over, with its failure if it failed, and `next` begins. */
  | { readonly type: "tellPhase"; readonly next?: Phase; readonly failure?: Failure }
  | { readonly type: "tellError"; readonly error: GundamError }
  | { readonly type: "tellDisconnect"; readonly willRetry: boolean; readonly failure?: Failure }
  | { readonly type: "tellRetry"; readonly delay: number; readonly retriesLeft: number }
  | {
      readonly type: "tellClose";
      readonly code: number;
      readonly reason: string;
      readonly failure?: Failure;
    };

/** What a transition may know of the world. */
export interface Env {
  /** The monotonic clock, ms. */
  readonly now: number;
  /** Uniform in [0, 1). */
  readonly random: number;
  /** Something came from the peer since the last timeout or wake. */
  readonly hasHeard: boolean;
  /** Nothing is read at present, because we do not want to. */
  readonly isHeld: boolean;
  /** Nobody sees the page. */
  readonly isHidden: boolean;
  /** The transport can ping. */
  readonly canPing: boolean;
  readonly options: LifecycleOptions;
}

export interface LifecycleOptions {
  readonly retry: number;
  readonly stableAfter: number;
  readonly callbackTimeout: number;
  readonly openTimeout: number;
  readonly closingTimeout: number;
  readonly watches: readonly Watch[];
}

export type StateName = State["name"];
export type EventName = Event["type"];
export type StateOf<Name extends StateName> = Extract<State, { name: Name }>;
export type EventOf<Name extends EventName> = Extract<Event, { type: Name }>;
export type Transition = readonly [next: State, ...effects: readonly Effect[]];
export type Handler<S extends StateName, E extends EventName> = (
  state: StateOf<S>,
  event: EventOf<E>,
  env: Env,
) => Transition;
export type Table = { readonly [S in StateName]: { readonly [E in EventName]: Handler<S, E> } };

/** After a wake a waiting client attempts within this time, so that a fleet that woke together does not stampede. */
const WAKE_SPREAD = 250;
/** A page that nobody sees retries at this distance at least, and for free: browsers throttle its timers anyway. */
const HIDDEN_WAIT = 30_000;

/** The event is of no consequence in this state. */
export const ignore = (state: State): Transition => [state];
/**
 * The event answers a question that is asked no longer, or comes from a transport that was let go of. Most are of an
 * older generation; until the next attempt begins they can be of the current one.
 */
export const late = (state: State): Transition => [state];
/** Nothing can raise this event here. */
export const impossible = (state: State): Transition => [state];

export const initialState: State = { name: "idle", generation: 0 };

export const table: Table = {
  idle: {
    reconnect: (state, _, env) => begin(state, env),
    close: (state, { code, reason }, env) => over(state, env, code, reason),
    terminate: (state, _, env) => over(state, env, 1006, "terminated"),
    wake: ignore,
    sleep: ignore,
    timeout: impossible,
    settled: impossible,
    prepared: impossible,
    phased: impossible,
    opened: impossible,
    greeted: impossible,
    failed: impossible,
    decided: impossible,
    lost: impossible,
  },

  settling: {
    reconnect: ignore,
    close: (state, { code, reason }, env) => over(state, env, code, reason),
    terminate: (state, _, env) => over(state, env, 1006, "terminated"),
    wake: ignore,
    sleep: ({ generation, life }, _, env) => doze(generation, life, env),
    timeout: (state) => [{ ...state, until: Infinity }, { type: "release" }],
    settled: ({ generation, life }, _, env) => [
      { name: "preparing", generation, life, until: env.now + env.options.openTimeout },
      { type: "tellPhase", next: "prepare" },
      { type: "prepare", generation, life },
    ],
    prepared: late,
    phased: late,
    opened: late,
    greeted: late,
    failed: late,
    decided: late,
    lost: late,
  },

  preparing: {
    reconnect: ignore,
    close: (state, { code, reason }, env) => over(state, env, code, reason, { type: "abort" }),
    terminate: (state, _, env) => over(state, env, 1006, "terminated", { type: "abort" }),
    wake: ignore,
    sleep: ({ generation, life }, _, env) =>
      doze(generation, life, env, { type: "abort" }, { type: "tellPhase" }),
    timeout: (state, _, env) => fail(state, env, openTimedOut("prepare", env), { type: "abort" }),
    settled: impossible,
    prepared: ({ generation, life, until }, { request }) => [
      { name: "connecting", generation, life, until, phase: unlimited("prepare") },
      { type: "tellPhase" },
      { type: "dial", generation, request },
    ],
    phased: late,
    opened: late,
    greeted: late,
    failed: (state, { failure }, env) => fail(state, env, failure),
    decided: late,
    lost: late,
  },

  connecting: {
    reconnect: ignore,
    close: (state, { code, reason }, env) => over(state, env, code, reason, { type: "abandon" }),
    terminate: (state, _, env) => over(state, env, 1006, "terminated", { type: "abandon" }),
    wake: ignore,
    sleep: ({ generation, life }, _, env) =>
      doze(generation, life, env, { type: "abandon" }, { type: "tellPhase" }),
    timeout: (state, _, env) =>
      fail(
        state,
        env,
        state.phase.until <= env.now ? phaseTimedOut(state.phase) : openTimedOut(state.phase.phase, env),
        { type: "abandon" },
      ),
    settled: impossible,
    prepared: late,
    phased: (state, event, env) => [
      { ...state, phase: nextPhase(state.phase, event, env) },
      { type: "tellPhase", next: event.phase },
    ],
    opened: ({ generation, life }, { handshake }, env) => [
      { name: "greeting", generation, life, until: env.now + env.options.callbackTimeout },
      { type: "tellPhase" },
      { type: "greet", generation, handshake },
    ],
    greeted: late,
    failed: late,
    decided: late,
    lost: (state, { failure }, env) => fail(state, env, failure, { type: "forget" }),
  },

  greeting: {
    reconnect: (state, _, env) => replace(state, env),
    close: (state, event, env) => startClosing(state, event, env),
    terminate: (state, _, env) => over(state, env, 1006, "terminated", { type: "abandon" }),
    wake: (state, { hasSlept }, env) => check(state, hasSlept, env),
    sleep: (state, _, env) => doze(state.generation, afterConnection(state, env).life, env, ...goodbye),
    timeout: (state, _, env) => fail(state, env, greetingTimedOut(env), { type: "abandon", code: 1000 }),
    settled: impossible,
    prepared: late,
    phased: late,
    opened: late,
    greeted: ({ generation, life }, _, env) => [
      {
        name: "open",
        generation,
        life: { ...life, hasWorked: true },
        readySince: env.now,
        vigils: env.options.watches.map((watch) => startVigil(watch, env.now)),
      },
      { type: "ready" },
    ],
    failed: (state, { failure }, env) => fail(state, env, failure, { type: "abandon", code: 1000 }),
    decided: late,
    lost: (state, { failure }, env) => fail(state, env, failure, { type: "forget" }),
  },

  open: {
    reconnect: (state, _, env) => replace(state, env),
    close: (state, event, env) => startClosing(state, event, env),
    terminate: (state, _, env) => over(state, env, 1006, "terminated", { type: "abandon" }),
    wake: (state, { hasSlept }, env) => rouse(state, hasSlept, env),
    sleep: (state, _, env) => doze(state.generation, afterConnection(state, env).life, env, ...goodbye),
    timeout: (state, _, env) => keepWatch(state, env),
    settled: impossible,
    prepared: late,
    phased: late,
    opened: late,
    greeted: late,
    failed: late,
    decided: late,
    lost: (state, { failure }, env) => fail(state, env, failure, { type: "forget" }),
  },

  deciding: {
    reconnect: (state, _, env) =>
      attempt(state.generation, state.life, env, ...farewell(state.setback, true)),
    close: (state, { code, reason }, env) =>
      over(state, env, code, reason, ...farewell(state.setback, false)),
    terminate: (state, _, env) => over(state, env, 1006, "terminated", ...farewell(state.setback, false)),
    wake: ignore,
    sleep: ignore,
    timeout: (state, _, env) => [
      { ...state, until: Infinity },
      {
        type: "tellError",
        error: new TimeoutError("deciding", env.options.callbackTimeout, "callbackTimeout"),
      },
      {
        type: "decide",
        generation: state.generation,
        life: state.life,
        setback: state.setback,
        byDefault: true,
      },
    ],
    settled: impossible,
    prepared: late,
    phased: late,
    opened: late,
    greeted: late,
    failed: late,
    decided: (state, { decision }, env) => {
      const told = decision.problems.map((error): Effect => ({ type: "tellError", error }));
      return decision.verdict === "stop"
        ? giveUp(state, env, state.setback, ...told)
        : wait(state, decision, env, ...told);
    },
    lost: late,
  },

  waiting: {
    reconnect: (state, _, env) => attempt(state.generation, state.life, env),
    close: (state, { code, reason }, env) => over(state, env, code, reason),
    terminate: (state, _, env) => over(state, env, 1006, "terminated"),
    wake: (state, _, env) => [
      {
        ...state,
        until: Math.max(state.notBefore, Math.min(state.until, env.now + env.random * WAKE_SPREAD)),
      },
    ],
    sleep: (state) => [{ ...state, until: Infinity }],
    timeout: (state, _, env) => attempt(state.generation, state.life, env),
    settled: late,
    prepared: late,
    phased: late,
    opened: late,
    greeted: late,
    failed: late,
    decided: late,
    lost: late,
  },

  closing: {
    reconnect: (state) => [{ ...state, again: true }],
    close: (state, { within }, env) => [
      { ...state, until: Math.min(state.until, env.now + within), again: false },
    ],
    terminate: (state, _, env) => finishClosing({ ...state, again: false }, env, { type: "abandon" }),
    wake: ignore,
    sleep: ignore,
    timeout: (state, _, env) => finishClosing(state, env, { type: "abandon" }),
    settled: impossible,
    prepared: late,
    phased: late,
    opened: late,
    greeted: late,
    failed: late,
    decided: late,
    lost: (state, { failure }, env) => finishClosing(state, env, { type: "forget", failure }),
  },

  closed: {
    reconnect: (state, _, env) => begin(state, env),
    close: ignore,
    terminate: ignore,
    wake: ignore,
    sleep: ignore,
    timeout: (state) => [{ ...state, until: Infinity }, { type: "release" }],
    settled: (state) => [{ ...state, until: Infinity }],
    prepared: late,
    phased: late,
    opened: late,
    greeted: late,
    failed: late,
    decided: late,
    lost: late,
  },
};

/** Applies one event. What comes too late for its cell changes nothing. */
export function transition(state: State, event: Event, env: Env, cells: Table = table): Transition {
  if (isLate(state, event, env)) return [state];
  const handle = cells[state.name][event.type] as (state: State, event: Event, env: Env) => Transition;
  return handle(state, event, env);
}

function isLate(state: State, event: Event, env: Env): boolean {
  if (event.type === "timeout") return env.now < deadlineOf(state);
  return "generation" in event && event.generation !== state.generation;
}

/** The earliest deadline that the state holds. */
export function deadlineOf(state: State): number {
  switch (state.name) {
    case "idle":
      return Infinity;
    case "open":
      return Math.min(...state.vigils.map(({ until }) => until));
    case "connecting":
      return Math.min(state.until, state.phase.until);
    default:
      return state.until;
  }
}

/** A new life, with a full budget. */
function begin({ generation }: State, env: Env, ...before: Effect[]): Transition {
  return attempt(generation, freshLife(env, false), env, ...before, { type: "begin" });
}

/** At the start, and after a stable connection: nothing spent, nothing remembered but that it has worked. */
function freshLife({ now, options }: Env, hasWorked: boolean): Life {
  return {
    retriesLeft: options.retry,
    failures: 0,
    since: now,
    hasHurried: false,
    hasForgiven: false,
    hasWorked,
  };
}

/** The next attempt: a new generation, after the callbacks before it. */
function attempt(generation: number, life: Life, env: Env, ...before: Effect[]): Transition {
  const next = generation + 1;
  return [
    { name: "settling", generation: next, life, until: env.now + env.options.callbackTimeout },
    ...before,
    { type: "settle", generation: next },
  ];
}

const goodbye: readonly Effect[] = [
  { type: "tellDisconnect", willRetry: true },
  { type: "abandon", code: 1000 },
];

/** `reconnect()` on an open connection. */
function replace(state: StateOf<"greeting" | "open">, env: Env): Transition {
  return attempt(state.generation, afterConnection(state, env).life, env, ...goodbye);
}

/** Nothing is attempted until a wake, and nothing of the budget is spent. */
function doze(generation: number, life: Life, env: Env, ...before: Effect[]): Transition {
  return [{ name: "waiting", generation, life, until: Infinity, notBefore: env.now }, ...before];
}

/** A wake where the peer is watched: it is asked, and has as long to answer as ever. */
function rouse(state: StateOf<"open">, hasSlept: boolean, env: Env): Transition {
  if (state.vigils.length === 0) return check(state, hasSlept, env);
  const vigils = state.vigils.map((vigil) => askNow(vigil, env.now));
  return [{ ...state, vigils }, ...vigils.map(probe)];
}

/** A wake where it is not: it is pinged; where it cannot be, and it was a long sleep, the connection is replaced. */
function check(state: StateOf<"greeting" | "open">, hasSlept: boolean, env: Env): Transition {
  if (env.canPing) return [state, { type: "probe", message: undefined }];
  return hasSlept ? replace(state, env) : [state];
}

/** The time of a vigil has come: the peer is fine, is asked, or is dead. */
function keepWatch(state: StateOf<"open">, env: Env): Transition {
  // All are looked at when one is due: what was heard is heard by all.
  const looks = state.vigils.map((vigil) => look(vigil, env.now, env.hasHeard, env.isHeld));
  const dead = looks.find(([, finding]) => finding === "dead")?.[0];
  if (dead !== undefined) return fail(state, env, died(dead, env), { type: "abandon" });
  const vigils = looks.map(([vigil]) => vigil);
  const asked = looks.filter(([, finding]) => finding === "ask").map(([vigil]) => vigil);
  return [{ ...state, vigils }, ...asked.map(probe)];
}

function probe({ watch }: Vigil): Effect {
  return { type: "probe", message: watch.message };
}

function died({ watch, aliveAt }: Vigil, env: Env): Failure {
  return {
    kind: "dead",
    phase: "open",
    error: new DeadPeerError(env.now - aliveAt, watch.message === undefined ? "ping" : "heartbeat"),
    byUs: true,
  };
}

/** An attempt failed or a connection was lost: told, then either the budget is gone or it is decided what to do. */
function fail(
  state: StateOf<"preparing" | "connecting" | "greeting" | "open">,
  env: Env,
  failure: Failure,
  ...letGo: Effect[]
): Transition {
  const { life, uptime, wasStable } = afterConnection(state, env);
  const wasOpen = state.name === "greeting" || state.name === "open";
  const told: Effect[] = [...letGo];
  if (!wasOpen) told.push({ type: "tellPhase", failure });
  if (isError(failure)) told.push({ type: "tellError", error: failure.error });
  const setback: Setback = { failure, wasOpen, uptime, wasStable };
  if (life.retriesLeft === 0) return giveUp(state, env, setback, ...told);
  const { generation } = state;
  const failed: Life = { ...life, failures: life.failures + 1 };
  return [
    { name: "deciding", generation, life: failed, setback, until: env.now + env.options.callbackTimeout },
    ...told,
    { type: "decide", generation, life: failed, setback, byDefault: false },
  ];
}

/** A Close frame is how a connection ends, no error; and a callback's error was told when it was thrown. */
function isError({ kind }: Failure): boolean {
  return kind !== "close" && kind !== "callback";
}

/** A connection that was ready for `stableAfter` makes the budget full again. */
function afterConnection(
  state: StateOf<"preparing" | "connecting" | "greeting" | "open">,
  env: Env,
): { life: Life; uptime: number; wasStable: boolean } {
  if (state.name !== "open") return { life: state.life, uptime: 0, wasStable: false };
  const uptime = env.now - state.readySince;
  const wasStable = uptime >= env.options.stableAfter;
  return { life: wasStable ? freshLife(env, true) : state.life, uptime, wasStable };
}

function wait(
  state: StateOf<"deciding">,
  decision: Decision & { verdict: "retry" },
  env: Env,
  ...before: Effect[]
): Transition {
  const { floor, forgiven } = decision;
  const delay = env.isHidden ? Math.max(decision.delay, HIDDEN_WAIT) : decision.delay;
  const retries = env.isHidden ? state.life.retriesLeft : decision.retries;
  const life: Life = {
    ...state.life,
    retriesLeft: retries,
    hasHurried: state.life.hasHurried || delay < SHORT_WAIT,
    hasForgiven: state.life.hasForgiven || forgiven,
  };
  return [
    {
      name: "waiting",
      generation: state.generation,
      life,
      until: env.now + delay,
      notBefore: env.now + floor,
    },
    ...before,
    ...farewell(state.setback, true),
    { type: "tellRetry", delay, retriesLeft: retries },
  ];
}

/** A wait under this counts as hurried: only one such wait between two stable connections. */
export const SHORT_WAIT = 100;

function farewell({ wasOpen, failure }: Setback, willRetry: boolean): Effect[] {
  return wasOpen ? [{ type: "tellDisconnect", willRetry, failure }] : [];
}

/** The end that a failure brings. */
function giveUp(state: State, env: Env, setback: Setback, ...before: Effect[]): Transition {
  const { failure } = setback;
  return [
    { name: "closed", generation: state.generation + 1, until: env.now + env.options.callbackTimeout },
    ...before,
    ...farewell(setback, false),
    ...ending(state.generation + 1),
    {
      type: "tellClose",
      code: closeCodeOf(failure),
      reason: failure.reason || failure.error.message,
      failure,
    },
  ];
}

/** The end that we bring. The generation moves on, so that nothing of the old life can reach the closed client. */
function over(state: State, env: Env, code: number, reason: string, ...before: Effect[]): Transition {
  const inAttempt = state.name === "preparing" || state.name === "connecting";
  return [
    { name: "closed", generation: state.generation + 1, until: env.now + env.options.callbackTimeout },
    ...before,
    ...(inAttempt ? [{ type: "tellPhase" } as const] : []),
    ...ending(state.generation + 1),
    { type: "tellClose", code, reason },
  ];
}

/** `settle` comes before `tellClose`: `closed` holds its deadline just until `onClose` has its turn. */
function ending(generation: number): Effect[] {
  return [{ type: "end" }, { type: "settle", generation }];
}

function startClosing(
  { generation }: StateOf<"greeting" | "open">,
  { code, reason, within }: EventOf<"close">,
  env: Env,
): Transition {
  const until = env.now + Math.min(within, env.options.closingTimeout);
  return [
    { name: "closing", generation, until, code, reason, again: false },
    { type: "startClosing", code, reason },
  ];
}

function finishClosing(state: StateOf<"closing">, env: Env, letGo: Effect): Transition {
  const [closed, ...effects] = over(state, env, state.code, state.reason, letGo);
  return state.again ? begin(closed, env, ...effects) : [closed, ...effects];
}

function unlimited(phase: Phase): PhaseDeadline {
  return { phase, until: Infinity, timeout: Infinity, option: "openTimeout" };
}

/** A phase without a timeout of its own goes on under the deadline of the one before: the proxy's, under TCP's. */
function nextPhase(
  current: PhaseDeadline,
  { phase, timeout, option }: EventOf<"phased">,
  env: Env,
): PhaseDeadline {
  if (timeout === undefined || option === undefined) return { ...current, phase };
  return { phase, until: env.now + timeout, timeout, option };
}

function phaseTimedOut({ phase, timeout, option }: PhaseDeadline): Failure {
  return { kind: "timeout", phase, error: new TimeoutError(phase, timeout, option), byUs: true };
}

function openTimedOut(phase: Phase, { options }: Env): Failure {
  return {
    kind: "timeout",
    phase,
    error: new TimeoutError(phase, options.openTimeout, "openTimeout"),
    byUs: true,
  };
}

function greetingTimedOut({ options }: Env): Failure {
  const error = new TimeoutError("onConnect", options.callbackTimeout, "callbackTimeout");
  return { kind: "timeout", error, byUs: true };
}
