// The lifecycle, whole: what a client can be (State), what can happen to it (Event), what it does about it (Effect), and
// the table that joins them. Pure: time and randomness come in through `env`, and everything that touches the world is
// an effect, which the driver carries out in order. The diagram in ARCHITECTURE.md is drawn from this table.
//
// Two rules hold for every cell and stand in `transition`: an event of an older generation is late, and a timeout whose
// state has been left, or whose deadline has moved, never happened.

import { closeCodeOf, type Parting } from "./close-codes.ts";
import { ConnectError, type Failure, type GundamError, type Phase, TimeoutError } from "./errors.ts";
import type { Ask, Vigil, Vigilance, Watched } from "./keepalive.ts";
import {
  type Decision,
  ENDING_PATIENCE,
  HIDDEN_WAIT,
  type Life,
  type Retry,
  type Router,
  type Setback,
  SHORT_WAIT,
  WAKE_SPREAD,
} from "./life.ts";
import type { DialRequest, Handshake } from "./transport.ts";

/** What every state holds. `until` is its deadline on the monotonic clock, in ms; leaving the state cancels it. */
interface In<Name extends string> {
  readonly name: Name;
  readonly generation: number;
  readonly life: Life;
  readonly until: number;
}

export type State =
  | In<"idle">
  /** The next attempt is due, and waits for callbacks that came before it. */
  | In<"settling">
  /** The functions of the attempt are asked. */
  | In<"preparing">
  /** `openUntil`: the deadline of the whole attempt. */
  | (In<"connecting"> & { readonly openUntil: number; readonly phase: PhaseDeadline })
  /** Open, while `onConnect` is pending: only what it sends may leave. */
  | In<"greeting">
  /** Open and ready; watched as it began, whatever options a callback has returned since. */
  | (In<"open"> & {
      readonly readySince: number;
      readonly vigilance: Vigilance | undefined;
      readonly vigils: readonly Vigil[];
    })
  /** The peer has ended the connection: nothing is sent any more, and how it was lost is about to be told. */
  | (In<"ending"> & { readonly readySince: number })
  /** What to do about a failure is being asked of `shouldRetry` and `retryFun`. */
  | (In<"deciding"> & { readonly setback: Setback })
  /**
   * `notBefore`: the wait that the server asked for, which nothing but `reconnect()` cuts short. `retriesBefore`: what a
   * wake gives back, for a wait that it cuts short costs nothing.
   */
  | (In<"waiting"> & { readonly notBefore: number; readonly retriesBefore: number })
  /** Our Close frame is out; `again`: `reconnect()` was called since, and a new life follows. */
  | (In<"closing"> & { readonly code: number; readonly reason: string; readonly again: boolean })
  /** The life is over; `until`: how long `onClose` waits for the callbacks before it. */
  | In<"closed">;

export interface PhaseDeadline {
  readonly phase: Phase;
  readonly until: number;
  readonly timeout: number;
  /** The option that sets `timeout`. */
  readonly option: string;
}

export type Event =
  /** `code` and `reason` of the Close frame that a connection which is replaced is sent. */
  | { readonly type: "reconnect"; readonly code: number; readonly reason: string }
  | { readonly type: "close"; readonly code: number; readonly reason: string; readonly within: number }
  | { readonly type: "terminate" }
  /**
   * The page or the machine woke up, or came online. `hasSlept`: for so long that a connection may be gone unnoticed;
   * `isOnline`: there is a network again, and whatever was begun without one may hang.
   */
  | ({ readonly type: "wake"; readonly hasSlept: boolean; readonly isOnline?: boolean } & Parting)
  /** The page is put away, and may come back. */
  | ({ readonly type: "sleep" } & Parting)
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
  /** A function of the attempt, or `onConnect`, failed. */
  | { readonly type: "failed"; readonly generation: number; readonly failure: Failure }
  /** `problems`: what went wrong with the functions that were asked, so that the defaults decided. */
  | {
      readonly type: "decided";
      readonly generation: number;
      readonly decision: Decision;
      readonly problems: readonly GundamError[];
    }
  /** The transport takes nothing more, and will be lost. */
  | { readonly type: "ending"; readonly generation: number }
  /** The transport is gone, or has read the peer's Close frame. */
  | { readonly type: "lost"; readonly generation: number; readonly failure: Failure };

/**
 * What the driver does, in the order of a transition's effects: it has a method for each. User code is called by these
 * alone. The state that they find is the one that the transition led to.
 */
export interface Effects {
  /** A life begins: supervise it, listen to its signal and its page. */
  begin(): void;
  /** A life ends: report what is left in the queue, settle `close()` and `ready()`, supervise no more. */
  end(): void;
  /** Raise `settled` once the callbacks before it have settled. */
  settle(generation: number): void;
  /** Wait no longer for the callbacks that are pending. */
  release(): void;
  /** Ask the functions of the attempt: `prepared` or `failed`. */
  prepare(): void;
  /** Begin the connection of the attempt: events of its transport, in time. */
  dial(request: DialRequest): void;
  /** Call `onConnect`: `greeted` or `failed`. */
  greet(handshake: Handshake): void;
  /** The connection is ready: let the queue out, settle `ready()`. */
  becomeReady(): void;
  /** Send a Close frame; `wasReady`: after what waits. */
  startClosing(wasReady: boolean): void;
  /**
   * Let go of what the attempt has: a question without its answer, a transport; with a Close frame first for a code, and
   * for 1006 so that the peer gets nothing more.
   */
  letGo(code?: number, reason?: string): void;
  /** The transport ended by itself; `failure`: how, where nothing else tells it. */
  forget(failure?: Failure): void;
  /** Ask `shouldRetry` and `retryFun`, or only our own defaults: `decided`. */
  decide(byDefault?: boolean): void;
  /** See whether the peer is still there. */
  probe(ask: Ask): void;
  /** The running phase is over, with its failure if it failed, and `next` begins. */
  tellPhase(next?: Phase, failure?: Failure): void;
  /** Tell of an error: the event, and `onError`. */
  tellError(error: GundamError): void;
  /** Tell that an open connection is gone: the event, and where it is tried again `onDisconnect`. */
  tellDisconnect(willRetry: boolean, failure?: Failure): void;
  /** Tell of the retry that was planned. */
  tellRetry(delay: number, setback: Setback): void;
  /** Tell of the end: the event, and `onClose`. */
  tellClose(code: number, reason: string, failure?: Failure): void;
}

/** The name of one, and what it is told. */
export type Effect = {
  readonly [Name in keyof Effects]: readonly [name: Name, ...facts: Parameters<Effects[Name]>];
}[keyof Effects];

/** What a transition may know of the world. */
export interface Env {
  /** The monotonic clock, ms. */
  readonly now: number;
  /** Uniform in [0, 1). */
  readonly random: number;
  /** The connection of now, for those who watch it. */
  readonly link: Watched | undefined;
  /** Nobody sees the page. */
  readonly isHidden: boolean;
  /** Asks with a ping, where there are pings. */
  readonly ping: Ask | undefined;
  /** How the peer of a connection is to be watched, if it is. */
  readonly vigilance: Vigilance | undefined;
  /** What leads from endpoint to endpoint, where there are several. */
  readonly router: Router | undefined;
  readonly options: LifecycleOptions;
}

export interface LifecycleOptions {
  readonly retry: number;
  readonly stableAfter: number;
  readonly callbackTimeout: number;
  readonly openTimeout: number;
  readonly wsOpts: { readonly closingTimeout: number };
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

/** The event is of no consequence in this state. */
export const ignore = (state: State): Transition => [state];
/**
 * The event answers a question that is asked no longer, or comes from a transport that was let go of. Most are of an
 * older generation; until the next attempt begins they can be of the current one.
 */
export const late = (state: State): Transition => [state];
/** Nothing can raise this event here. */
export const impossible = (state: State): Transition => [state];

/** What happens in any state that says nothing else. */
const anyState = {
  reconnect: ignore,
  close: over,
  terminate: (state: State, _: Event, env: Env) => over(state, terminated, env),
  wake: ignore,
  sleep: ignore,
  settled: impossible,
  prepared: late,
  phased: late,
  opened: late,
  greeted: late,
  failed: late,
  decided: late,
  ending: late,
  lost: late,
};

/** What happens to an attempt that is not open yet. */
const attempting = {
  ...anyState,
  /** What was begun before a sleep, or without a network, may hang: another attempt, for free. */
  wake: (state: State, event: EventOf<"wake">, env: Env): Transition =>
    event.hasSlept || event.isOnline ? attempt(state, event, env, ...leave(state)) : [state],
  sleep: doze,
};

/** What happens to an open connection. */
const connected = {
  ...anyState,
  reconnect: replace,
  close: (state: Connected, { code, reason, within }: EventOf<"close">, env: Env): Transition => [
    to(state, "closing", env.now + Math.min(within, env.options.wsOpts.closingTimeout), {
      code,
      reason,
      again: false,
    }),
    ["startClosing", state.name === "open"],
  ],
  wake: rouse,
  sleep: doze,
  ending: (state: Connected, _: Event, env: Env): Transition => [
    to(state, "ending", env.now + ENDING_PATIENCE, { readySince: readySince(state) }),
  ],
  lost: fail,
};

/** The waiting for callbacks is over. */
const released = (state: State): Transition => [{ ...state, until: Infinity }, ["release"]];

const terminated = { code: 1006, reason: "terminated" };

export const table: Table = {
  idle: {
    ...anyState,
    reconnect: begin,
    timeout: impossible,
    prepared: impossible,
    phased: impossible,
    opened: impossible,
    greeted: impossible,
    failed: impossible,
    decided: impossible,
    ending: impossible,
    lost: impossible,
  },

  settling: {
    ...anyState,
    sleep: doze,
    timeout: released,
    settled: (state, _, env) => [
      to(state, "preparing", env.now + env.options.openTimeout),
      ["tellPhase", "prepare"],
      ["prepare"],
    ],
  },

  preparing: {
    ...attempting,
    timeout: (state, _, env) => fail(state, tooLong(unlimited.phase, env), env),
    prepared: (state, { request }) => [
      to(state, "connecting", state.until, { openUntil: state.until, phase: unlimited }),
      ["tellPhase"],
      ["dial", request],
    ],
    failed: fail,
  },

  connecting: {
    ...attempting,
    timeout: (state, _, env) => {
      const { phase, until, ...limit } = state.phase;
      return fail(state, tooLong(phase, env, until > env.now ? undefined : limit), env);
    },
    phased: (state, event, env) => {
      const phase = nextPhase(state.phase, event, env);
      const until = Math.min(state.openUntil, phase.until);
      return [{ ...state, until, phase }, ["tellPhase", event.phase]];
    },
    opened: (state, { handshake }, env) => [
      to(state, "greeting", env.now + env.options.callbackTimeout),
      ["tellPhase"],
      ["greet", handshake],
    ],
    lost: fail,
  },

  greeting: {
    ...connected,
    timeout: (state, _, env) => fail(state, failed(callbackTimedOut("onConnect", env)), env),
    greeted: (state, _, env) => {
      const ready = { ...state, life: { ...state.life, hasWorked: true } };
      const { now, vigilance } = env;
      const open = to(ready, "open", Infinity, { readySince: now, vigilance, vigils: [] });
      return [{ ...open, ...vigilance?.begin(env) }, ["becomeReady"]];
    },
    failed: fail,
  },

  open: { ...connected, timeout: keepWatch },

  ending: {
    ...connected,
    ending: ignore,
    timeout: (state, _, env) => {
      const error = new ConnectError("open", "ended by the peer, and the platform does not tell how");
      return fail(state, { failure: { kind: "network", error, code: 1006, byUs: false } }, env);
    },
  },

  deciding: {
    ...anyState,
    reconnect: attempt,
    timeout: (state, _, env) => [
      { ...state, until: Infinity },
      ["tellError", callbackTimedOut("deciding", env)],
      ["decide", true],
    ],
    decided: (state, { decision, problems }, env) => {
      const told = problems.map((error): Effect => ["tellError", error]);
      return decision ? wait(state, decision, env, ...told) : giveUp(state, env, ...told);
    },
  },

  waiting: {
    ...anyState,
    reconnect: attempt,
    wake: (state, _, env) => {
      const until = Math.max(state.notBefore, env.now + env.random * WAKE_SPREAD);
      if (until >= state.until) return [state];
      return [{ ...state, until, life: { ...state.life, retriesLeft: state.retriesBefore } }];
    },
    sleep: (state) => [{ ...state, until: Infinity }],
    timeout: attempt,
    settled: late,
  },

  closing: {
    ...anyState,
    reconnect: (state) => [{ ...state, again: true }],
    close: (state, { within }, env) => [
      { ...state, until: Math.min(state.until, env.now + within), again: false },
    ],
    terminate: (state, event, env) => finishClosing({ ...state, again: false }, event, env),
    timeout: finishClosing,
    lost: finishClosing,
  },

  closed: {
    ...anyState,
    reconnect: begin,
    close: ignore,
    terminate: ignore,
    timeout: released,
    settled: (state) => [{ ...state, until: Infinity }],
  },
};

/** Applies one event. What comes too late for its cell changes nothing. */
export function transition(state: State, event: Event, env: Env, cells: Table = table): Transition {
  const isLate =
    event.type === "timeout"
      ? env.now < state.until
      : "generation" in event && event.generation !== state.generation;
  if (isLate) return [state];
  const handle = cells[state.name][event.type] as (state: State, event: Event, env: Env) => Transition;
  return handle(state, event, env);
}

/** Nothing spent, nothing remembered. */
const newborn: Life = {
  retriesLeft: 0,
  failures: 0,
  since: 0,
  hasHurried: false,
  hasForgiven: false,
  hasWorked: false,
};

export const initialState: State = { name: "idle", generation: 0, life: newborn, until: Infinity };

/** Into another state: its name, its deadline, and what is its own. */
function to<Name extends StateName>(
  { generation, life }: State,
  name: Name,
  until: number,
  own?: Omit<StateOf<Name>, keyof In<Name>>,
): StateOf<Name> {
  return { name, generation, life, until, ...own } as StateOf<Name>;
}

/** A new life, with a full budget. */
function begin(state: State, event: Event, env: Env, ...before: Effect[]): Transition {
  const life = freshLife(env, { route: env.router?.begin(env.random) });
  return attempt({ ...state, life }, event, env, ...before, ["begin"]);
}

/** At the start, and after a stable connection: nothing spent, nothing remembered but that it has worked. */
function freshLife({ now, options }: Env, known: Partial<Life>): Life {
  return { ...newborn, retriesLeft: options.retry, since: now, ...known };
}

/** The next attempt: a new generation, after the callbacks before it. */
function attempt(state: State, _: Event, env: Env, ...before: Effect[]): Transition {
  const generation = state.generation + 1;
  return [
    to({ ...state, generation }, "settling", env.now + env.options.callbackTimeout),
    ...before,
    ...farewell(state, true),
    ["settle", generation],
  ];
}

type Connected = StateOf<"greeting" | "open" | "ending">;

export function isConnected({ name }: State): boolean {
  return name === "greeting" || name === "open" || name === "ending";
}

/** Since when a connection has been ready; `Infinity`: it never was. */
function readySince(state: State): number {
  return "readySince" in state ? state.readySince : Infinity;
}

/** What is said and let go of when a connection, or the way to it, is left. */
function leave(state: State, code = 1000, reason = ""): Effect[] {
  const told: Effect[] = isConnected(state) ? [["tellDisconnect", true]] : [];
  return [...told, ["letGo", code, reason], ["tellPhase"]];
}

/** An open connection gives way to the next attempt. */
function replace(state: Connected, event: Event & Parting, env: Env): Transition {
  const { life } = afterConnection(state, env);
  return attempt({ ...state, life }, event, env, ...leave(state, event.code, event.reason));
}

/** Nothing is attempted until a wake, and nothing of the budget is spent. */
function doze(state: State, { code, reason }: EventOf<"sleep">, env: Env): Transition {
  const { life } = afterConnection(state, env);
  const { retriesLeft: retriesBefore } = life;
  return [
    to({ ...state, life }, "waiting", Infinity, { notBefore: env.now, retriesBefore }),
    ...leave(state, code, reason),
  ];
}

/** A wake: a peer that is watched is asked, and has as long to answer as ever; another is pinged, or else replaced. */
function rouse(state: Connected, event: EventOf<"wake">, env: Env): Transition {
  if (state.name === "open" && state.vigils.length > 0) {
    return [{ ...state, ...state.vigilance!.askSoon(state.vigils, env.now) }];
  }
  if (env.ping && state.name !== "ending") return [state, ["probe", env.ping]];
  return event.hasSlept ? replace(state, event, env) : [state];
}

/** The time of a vigil has come: the peer is fine, is asked, or is dead. */
function keepWatch(state: StateOf<"open">, _: Event, env: Env): Transition {
  const { watching, questions, failure } = state.vigilance!.look(state.vigils, env);
  if (failure !== undefined) return fail(state, { failure }, env);
  return [{ ...state, ...watching }, ...questions.map((ask): Effect => ["probe", ask])];
}

/** An attempt failed or a connection was lost: told, then either the budget is gone or it is decided what to do. */
function fail(
  state: StateOf<"preparing" | "connecting"> | Connected,
  { type, failure }: { readonly type?: EventName; readonly failure: Failure },
  env: Env,
): Transition {
  const { life, uptime, wasStable } = afterConnection(state, env);
  // Whoever was not greeted in time may still be there. A peer that is dead to us shall get no more of it.
  const codes: Partial<Record<StateName, number>> = { greeting: 1000, open: 1006 };
  const told: Effect[] = [
    type === "lost" ? ["forget"] : ["letGo", codes[state.name]],
    ["tellPhase", undefined, failure],
  ];
  if (isError(failure)) told.push(["tellError", failure.error]);
  const setback: Setback = { failure, wasOpen: isConnected(state), uptime, wasStable };
  const failed = { ...state, life: { ...life, failures: life.failures + 1 } };
  const deciding = to(failed, "deciding", env.now + env.options.callbackTimeout, { setback });
  const goesOn = life.retriesLeft > 0 || env.router?.goesOn(failed.life, setback, env.now);
  return goesOn ? [deciding, ...told, ["decide"]] : giveUp(deciding, env, ...told);
}

/** A Close frame is how a connection ends, no error; and a callback's error was told when it was thrown. */
function isError({ kind }: Failure): boolean {
  return kind !== "close" && kind !== "callback";
}

/** A connection that was ready for `stableAfter` makes the budget full again. */
export function afterConnection(
  state: State,
  env: Env,
): { readonly life: Life; readonly uptime: number; readonly wasStable: boolean } {
  const since = readySince(state);
  const uptime = Math.max(0, env.now - since);
  const wasStable = since < Infinity && uptime >= env.options.stableAfter;
  return {
    life: wasStable ? freshLife(env, { hasWorked: true, route: state.life.route }) : state.life,
    uptime,
    wasStable,
  };
}

function wait(
  state: StateOf<"deciding">,
  { delay, retries, floor, forgiven, isOnward, course }: Retry,
  env: Env,
  ...before: Effect[]
): Transition {
  const { life, setback } = state;
  const wait = env.isHidden && !isOnward ? Math.max(delay, HIDDEN_WAIT) : delay;
  const retriesLeft = env.isHidden ? life.retriesLeft : retries;
  const waiting = {
    ...state,
    life: {
      ...life,
      retriesLeft,
      hasHurried: life.hasHurried || (!isOnward && wait < SHORT_WAIT),
      hasForgiven: life.hasForgiven || forgiven,
      ...course,
    },
  };
  return [
    to(waiting, "waiting", env.now + wait, {
      notBefore: env.now + floor,
      // A policy may also have added to the budget.
      retriesBefore: Math.max(life.retriesLeft, retriesLeft),
    }),
    ...before,
    ...farewell(state, true),
    ["tellRetry", wait, setback],
  ];
}

/** A connection that was lost is told of once it is decided what comes next. */
function farewell(state: State, willRetry: boolean): Effect[] {
  return state.name === "deciding" && state.setback.wasOpen
    ? [["tellDisconnect", willRetry, state.setback.failure]]
    : [];
}

/** The end that a failure brings. */
function giveUp(state: StateOf<"deciding">, env: Env, ...before: Effect[]): Transition {
  const { failure } = state.setback;
  const reason = failure.reason || failure.error.message;
  return end(state, env, before, ["tellClose", closeCodeOf(failure), reason, failure]);
}

/** The end that we bring. */
function over(
  state: State,
  { code, reason }: { readonly code: number; readonly reason: string },
  env: Env,
  letGo: Effect = ["letGo"],
): Transition {
  return end(state, env, [letGo, ["tellPhase"]], ["tellClose", code, reason]);
}

/**
 * The generation moves on, so that nothing of the old life can reach the closed client. `settle` comes before
 * `tellClose`: `closed` holds its deadline just until `onClose` has its turn.
 */
function end(state: State, env: Env, before: readonly Effect[], tellClose: Effect): Transition {
  const generation = state.generation + 1;
  return [
    to({ ...state, generation, life: newborn }, "closed", env.now + env.options.callbackTimeout),
    ...before,
    ...farewell(state, false),
    ["end"],
    ["settle", generation],
    tellClose,
  ];
}

function finishClosing(state: StateOf<"closing">, event: Event, env: Env): Transition {
  const letGo: Effect = event.type === "lost" ? ["forget", event.failure] : ["letGo"];
  const [closed, ...effects] = over(state, state, env, letGo);
  return state.again ? begin(closed, event, env, ...effects) : [closed, ...effects];
}

/** Until the first phase is told. */
const unlimited: PhaseDeadline = {
  phase: "prepare",
  until: Infinity,
  timeout: Infinity,
  option: "openTimeout",
};

/** A phase without a timeout of its own goes on under the deadline of the one before: the proxy's, under TCP's. */
function nextPhase(
  current: PhaseDeadline,
  { phase, timeout, option }: EventOf<"phased">,
  env: Env,
): PhaseDeadline {
  if (timeout === undefined || option === undefined) return { ...current, phase };
  return { phase, until: env.now + timeout, timeout, option };
}

/** A failure, as an event would tell it. */
interface Failed {
  readonly failure: Failure;
}

function tooLong(
  phase: Phase,
  { options }: Env,
  { timeout, option } = { timeout: options.openTimeout, option: "openTimeout" },
): Failed {
  return failed(new TimeoutError(phase, timeout, option), phase);
}

function callbackTimedOut(what: string, { options }: Env): TimeoutError {
  return new TimeoutError(what, options.callbackTimeout, "callbackTimeout");
}

function failed(error: TimeoutError, phase?: Phase): Failed {
  return { failure: { kind: "timeout", phase, error, byUs: true } };
}
