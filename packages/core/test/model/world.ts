// The world of the model check: the lifecycle's state together with what its effects have set going, and every move that
// the user, the page, the network, the callbacks and the clock can make in it.
//
// THE ABSTRACTION. The state is the real one and goes through the real `transition`; all else is abstracted.
//
// - Time is a position between deadlines. `now` is always NOW; what a state holds is moved towards it when the clock
//   advances, which it does from one deadline to the next, and in `open` from not stable to exactly stable. Events may
//   come before and after a deadline has passed but never between two, where no cell could tell the difference: cells
//   compare with deadlines only. A deadline that has passed need not fire first: the mailbox may hold other events.
// - Generations count from the current one: what is older is all alike, and is tried in every state.
// - The budget is 0, 1 or many: `retry` is 0, 1, 2 (all with the default policy, which takes one off) and Infinity, under
//   a policy that returns 0, 1 or Infinity as it likes. Uptime is none or exactly `stableAfter`, which may be 0; delays
//   are none, exactly SHORT_WAIT, longer than a wake's spread, and longer with a floor. Failures are counted to 1. That
//   the endpoint has worked is forgotten where there is more than one retry.
// - Timeouts are all finite, or all but `closingTimeout` infinite.
// - An open connection is watched by nothing, by pings, by heartbeats or by both. What a look at a vigil finds, and when
//   the next one is due, is keepalive.ts's answer, held to DESIGN by vigils.ts; here it matters what is made of it. Whether
//   something was heard, whether we had stopped reading, whether the page is hidden and whether the transport can ping is
//   of the moment: the moves that look at it come in all kinds.
// - The queue of messages is empty, some or full; `ready()` and `close()` are asked for or not. What waits to be sent and
//   who waits for `ready()` leave each other alone, so that a world has only one of the two.
// - Callbacks: `isHeld` is "a callback that was told something has not settled". The order in which they run is that of
//   callbacks.ts, and its own tests' business; here it matters whether those before `settle`'s mark have settled.
//   Whatever is told may leave one pending, or not: it is pending first, and may settle at any move.
// - The transport of the current generation is dialling, open, ending or closing, and then speaks by its contract: phases,
//   then opened, then maybe that it takes nothing more, then lost. That it takes nothing more it may also say when it is
//   lost already, or closing: who was asked in the same turn is heard later. An abandoned one should be silent; it is modelled as one that is not, and so are providers that
//   answer after their signal has aborted, deciders that were overtaken, and an `onConnect` that outlives its connection:
//   these are the ghosts, whose generation may still be the current one. In `waiting` all of them are tried, whichever
//   there may be: the next attempt leaves them all behind.
// - Failures: one of each kind that the table or the contract tells apart.
//
// It is an over-approximation: moves interleave freely where the driver's mailbox would order some of them, so what holds
// here holds there. NOT COVERED: what retry.ts decides (decisions are arbitrary here), the driver (that effects do what
// they say, and that what was heard is told), messages, `random` other than 0.5, options that callbacks change in
// mid-life, and a signal that is aborted before a life begins.

import {
  CallbackError,
  CloseError,
  ConnectError,
  type Failure,
  ProtocolError,
  ProviderError,
  RefusedError,
  TlsError,
} from "../../src/errors.ts";
import {
  askByPing,
  type Vigil,
  vigilanceOf,
  type Watch,
  type Watched,
  watchPeer,
} from "../../src/keepalive.ts";
import type { Decision, Route, Router } from "../../src/life.ts";
import type { Env, Event, LifecycleOptions, State } from "../../src/lifecycle.ts";
import type { DialRequest, Handshake } from "../../src/transport.ts";

export const NOW = 10_000;
/** The generation of now; all that is older is STALE. */
export const CURRENT = 7;
const STALE = CURRENT - 1;
/** What a supervisor's shutdown allows. */
const WITHIN = 5;
export const WAKE_WAIT = 125;
/** What a platform may take to tell how a connection ended. */
export const ENDING_WAIT = 3_000;
export const PHASE_TIMEOUT = 8;
/** Beside it the waits of the policies here are short, and one is longer. */
export const HIDDEN_WAIT = 30_000;

export interface Setting {
  readonly name: string;
  /** The default policy, whose waits are counted; or one that returns what it likes. */
  readonly isDefaultPolicy: boolean;
  readonly watches: readonly Watch[];
  readonly env: Env;
}

const usual: LifecycleOptions = {
  retry: 0,
  stableAfter: 10,
  callbackTimeout: 30,
  openTimeout: 2 * PHASE_TIMEOUT,
  wsOpts: { closingTimeout: 40 },
};

/** A connection over which all has left that was sent. */
function linkWith(received: number, isHeld: boolean): Watched {
  const transport = { mark: () => 0, bufferedAmount: 0, isHeld, ping: () => {} };
  return { transport: transport as never, received, sent: 0 };
}

/** What moves do not say otherwise. */
const moment = { now: NOW, random: 0.5, link: linkWith(0, false), isHidden: false, ping: askByPing };

/** How long ago a moment can be that a watch still looks at. */
const memoryOf = new Map<Watch, number>();

function watching(ask: (() => void) | undefined, quiet: number, patience: number): Watch {
  const watch = watchPeer({ quiet, patience, ask });
  memoryOf.set(watch, 2 * (quiet + patience));
  return watch;
}

/** Looked at every 2 ms, and once more before it is dead; and every ms. */
const pinged: Watch = watching(undefined, 8, 3);
const beaten: Watch = watching(() => {}, 4, 4);

/** Leads from the first of two endpoints to the second, and begins a round with the first. */
const leading: Router = {
  begin: (random) => (random === moment.random ? first : second),
  goesOn: ({ route }) => route === first,
};
const place = { index: 0, hasFailed: false, notBefore: 0, struckUntil: 0, hasWorked: false };
export const first: Route = { of: leading, places: [place, { ...place, index: 1 }], at: 0, rounds: 0 };
const second: Route = { ...first, at: 1 };

function setting(
  name: string,
  isDefaultPolicy: boolean,
  changes: Partial<LifecycleOptions>,
  watches: readonly Watch[] = [],
  router?: Router,
): Setting {
  const env = {
    ...moment,
    router,
    vigilance: vigilanceOf(watches),
    options: { ...usual, ...changes },
  };
  return { name, isDefaultPolicy, watches, env };
}

/** Those first that catch most mutants soonest. */
export const settings: readonly Setting[] = [
  setting("no retry", true, { retry: 0 }),
  setting("keepalive", true, { retry: 1, stableAfter: 0 }, [pinged]),
  setting("heartbeat", true, { retry: 0, stableAfter: 4 }, [beaten]),
  setting("keepalive and heartbeat", true, { retry: 0, stableAfter: 0 }, [pinged, beaten]),
  setting("one retry", true, { retry: 1 }),
  setting("no timeouts", true, { retry: 1, callbackTimeout: Infinity, openTimeout: Infinity }),
  setting("stable at once", true, { retry: 1, stableAfter: 0 }),
  setting("two retries", true, { retry: 2 }),
  setting("endpoints", true, { retry: 1 }, [], leading),
  setting("endpoints, stable at once", true, { retry: 0, stableAfter: 0 }, [], leading),
  setting("many retries", false, { retry: Infinity }),
];

export type TransportState = "none" | "dialling" | "open" | "ending" | "closing" | "lost";
export type Ghost = "provider" | "transport" | "greeter" | "decider" | "mark";
/** Where the grammar of DESIGN §5.2 stands. */
export type Told = "nothing" | "unconnected" | "connected" | "disconnected for good" | "close";

export interface World {
  readonly setting: Setting;
  state: State;

  // What the effects have set going.
  transport: TransportState;
  /** How many of `phases` the transport has reported. */
  phases: number;
  isProviderAsked: boolean;
  decider: "none" | "asked" | "by default";
  isGreeterPending: boolean;
  ghosts: readonly Ghost[];
  isHeld: boolean;
  /** `settle` was asked for in this generation, and `settled` not raised. */
  isMarked: boolean;
  /** `onClose` waits for callbacks before it. */
  isFarewellHeld: boolean;
  /** The phase that was told to run. */
  phase: string;
  isClosePromised: boolean;
  isReadyPromised: boolean;
  isSupervised: boolean;
  queue: 0 | 1 | 2;
  told: Told;

  // What DESIGN says must be the case by now: the books that the state is compared with.
  due: number;
  openBy: number;
  phaseBy: number;
  notBefore: number;
  /** `Infinity`: it never was. */
  readySince: number;
  vigils: readonly Vigil[];
  since: number;
  retriesLeft: number;
  /** What a wake makes of them that cuts the wait short. */
  retriesBefore: number;
  failures: number;
  hasHurried: boolean;
  hasForgiven: boolean;
  hasWorked: boolean;
  route: Route | undefined;
  /** Waits since the budget was last full, but for those of a hidden page and those that a wake cut short. */
  waits: number;
  /** An attempt may be made: a life began, a wait was told, it was put to sleep, reconnect() was called. */
  mayAttempt: boolean;
  closeCode: number;
  closeReason: string;
  isAgain: boolean;
}

export function initialWorld(setting: Setting, state: State): World {
  return {
    setting,
    state: { ...state, generation: CURRENT },
    transport: "none",
    phases: 0,
    isProviderAsked: false,
    decider: "none",
    isGreeterPending: false,
    ghosts: [],
    isHeld: false,
    isMarked: false,
    isFarewellHeld: false,
    phase: "",
    isClosePromised: false,
    isReadyPromised: false,
    isSupervised: false,
    queue: 0,
    told: "nothing",
    due: Infinity,
    openBy: Infinity,
    phaseBy: Infinity,
    notBefore: 0,
    readySince: Infinity,
    vigils: [],
    since: NOW - 1,
    retriesLeft: 0,
    retriesBefore: 0,
    failures: 0,
    hasHurried: false,
    hasForgiven: false,
    hasWorked: false,
    route: undefined,
    waits: 0,
    mayAttempt: false,
    closeCode: 0,
    closeReason: "",
    isAgain: false,
  };
}

/** What tells one world from another. The books that always agree with the state stand for it. */
export function keyOf(w: World): string {
  const { state } = w;
  let own = "";
  if (state.name === "deciding") own = `${failureId(state.setback.failure)} ${state.setback.wasOpen}`;
  if (state.name === "closing") own = `${state.code} ${state.again}`;
  const flags =
    (w.hasHurried ? 1 : 0) |
    (w.hasForgiven ? 2 : 0) |
    (w.isHeld ? 4 : 0) |
    (w.isMarked ? 8 : 0) |
    (w.isFarewellHeld ? 16 : 0) |
    (w.isClosePromised ? 32 : 0) |
    (w.isReadyPromised ? 64 : 0) |
    (w.isSupervised ? 128 : 0) |
    (w.mayAttempt ? 256 : 0) |
    (w.isProviderAsked ? 512 : 0) |
    (w.isGreeterPending ? 1024 : 0) |
    (w.isAgain ? 2048 : 0) |
    (w.hasWorked ? 4096 : 0);
  const counts = `${w.route?.at} ${w.retriesLeft} ${w.retriesBefore} ${w.failures} ${w.waits} ${w.phases} ${w.queue}`;
  const vigils = w.vigils.map(({ until, last, aliveAt, since, question }) => {
    const asked = typeof question === "object" ? question.since : question;
    return `${until} ${last.now} ${aliveAt} ${since} ${asked}`;
  });
  const times = `${w.due} ${w.openBy} ${w.phaseBy} ${w.notBefore} ${w.readySince} ${vigils}`;
  const begun = `${w.transport} ${w.decider} ${w.phase} ${w.told} ${w.ghosts}`;
  return `${w.setting.name} ${state.name} ${own}|${counts}|${times}|${begun}|${flags}`;
}

function failureId({ kind, phase, status, code, error }: Failure): string {
  const timeout = "timeout" in error ? error.timeout : "";
  return `${kind} ${phase} ${status} ${code} ${timeout}`;
}

// — the facts that events carry ————————————————————————————————————————————————————————————————————————————————————

const request: DialRequest = { url: "ws://localhost/", headers: {}, options: {} };
const handshake: Handshake = { headers: new Map<string, string>() as never, protocol: "", extensions: "" };

const refused = (status: number): Failure => {
  const error = new RefusedError(status, handshake.headers, 1000);
  return { kind: "response", phase: "upgrade", status, error, byUs: false };
};
const closedBy = (code: number, reason: string): Failure => {
  return { kind: "close", code, reason, wasClean: true, error: new CloseError(code, reason), byUs: false };
};
const network: Failure = {
  kind: "network",
  phase: "tcp",
  error: new ConnectError("tcp", "reset"),
  byUs: false,
};
const certificate: Failure = {
  kind: "certificate",
  phase: "tls",
  error: new TlsError("rejected", true),
  byUs: false,
};
const protocol: Failure = {
  kind: "protocol",
  code: 1002,
  error: new ProtocolError("mask", 1002),
  byUs: true,
};
const provider: Failure = {
  kind: "provider",
  phase: "prepare",
  error: new ProviderError("url", "failed"),
  byUs: true,
};
const callback: Failure = { kind: "callback", error: new CallbackError("onConnect", "failed"), byUs: true };
const problems = [
  new CallbackError("shouldRetry", "failed"),
  new CallbackError("retryFun", "answered nonsense"),
];

/** What can end an attempt, and what an open connection. */
const failuresToOpen = [network, certificate, refused(503), refused(401)];
const losses = [network, closedBy(1000, ""), closedBy(4001, "shard moved"), protocol];

/** The phases that a transport goes through here: with a timeout, under the one before, without one. */
export const phases = [
  { phase: "tcp", timeout: PHASE_TIMEOUT, option: "connectTimeout" },
  { phase: "proxy", timeout: undefined, option: undefined },
  { phase: "upgrade", timeout: Infinity, option: "upgradeTimeout" },
] as const;

const plans: readonly { delay: number; floor: number; forgiven: boolean; told?: typeof problems }[] = [
  { delay: 0, floor: 0, forgiven: false },
  { delay: 100, floor: 0, forgiven: true },
  { delay: 1000, floor: 0, forgiven: false, told: problems },
  { delay: 1000, floor: 600, forgiven: false },
  { delay: HIDDEN_WAIT + 1, floor: 0, forgiven: false },
];

// — moves ——————————————————————————————————————————————————————————————————————————————————————————————————————————

export interface Move {
  readonly name: string;
  readonly event?: Event;
  /** What is so at the moment of the event. */
  readonly env?: Partial<Env>;
  /** What changes in the world before the event is taken, or instead of one. */
  readonly before?: (world: World) => void;
  /** Nothing may come of it. */
  readonly isLate?: boolean;
}

const close = (code: number, reason: string, within: number, name: string): Move => ({
  name,
  event: { type: "close", code, reason, within },
  before: (w) => {
    w.isClosePromised = w.state.name !== "closed";
  },
});

const user: readonly Move[] = [
  { name: "reconnect()", event: { type: "reconnect", code: 1000, reason: "" } },
  { name: "reconnect(4002)", event: { type: "reconnect", code: 4002, reason: "moving" } },
  close(4000, "done", Infinity, "close(4000)"),
  close(1000, "aborted", Infinity, "the signal aborts"),
  close(1001, "going away", WITHIN, "the supervisor shuts down"),
  { name: "terminate()", event: { type: "terminate" } },
  { name: "the page is put away", event: { type: "sleep" } },
];

const wakes: readonly Move[] = [
  { name: "the page wakes", event: { type: "wake", hasSlept: false } as const },
  { name: "the page comes online", event: { type: "wake", hasSlept: false, isOnline: true } as const },
  { name: "the page wakes from a long sleep", event: { type: "wake", hasSlept: true } as const },
].flatMap(({ name, event }) => [
  { name, event },
  { name: `${name}, without pings`, event, env: { ping: undefined } },
]);

/** What older generations may still say, wherever the client is. */
const stale: readonly Move[] = eventsOf(STALE).map((event) => ({
  name: `late ${event.type}`,
  event,
  isLate: true,
}));

function eventsOf(generation: number): (Event & { generation: number })[] {
  const decision: Decision = { ...plans[0]!, retries: 1 };
  return [
    { type: "settled", generation },
    { type: "prepared", generation, request },
    { type: "phased", generation, ...phases[0] },
    { type: "opened", generation, handshake },
    { type: "greeted", generation },
    { type: "failed", generation, failure: provider },
    { type: "decided", generation, decision, problems: [] },
    { type: "ending", generation },
    { type: "lost", generation, failure: network },
  ];
}

const answers: Record<Ghost, readonly Event["type"][]> = {
  provider: ["prepared", "failed"],
  transport: ["phased", "opened", "ending", "lost"],
  greeter: ["greeted", "failed"],
  decider: ["decided"],
  mark: ["settled"],
};
const ghostMoves = Object.fromEntries(
  Object.entries(answers).map(([ghost, types]) => [
    ghost,
    eventsOf(CURRENT)
      .filter(({ type }) => types.includes(type))
      .map((event): Move => ({ name: `${event.type} of a ghost`, event, isLate: true })),
  ]),
) as unknown as Record<Ghost, readonly Move[]>;

const allGhosts = Object.keys(answers) as Ghost[];

const prepared: Move = {
  name: "the providers settle",
  event: { type: "prepared", generation: CURRENT, request },
  before: (w) => {
    w.isProviderAsked = false;
  },
};
const preparationFailed: Move = {
  name: "a provider fails",
  event: { type: "failed", generation: CURRENT, failure: provider },
  before: prepared.before!,
};
const opened: Move = {
  name: "the server accepts",
  event: { type: "opened", generation: CURRENT, handshake },
  before: (w) => {
    w.transport = "open";
  },
};
const phased: readonly Move[] = phases.map((facts) => ({
  name: `the transport is in ${facts.phase}`,
  event: { type: "phased", generation: CURRENT, ...facts },
  before: (w) => {
    w.phases++;
  },
}));
const lost = (failure: Failure): Move => ({
  name: `the transport is lost: ${failure.kind} ${failure.code ?? failure.status ?? ""}`.trim(),
  event: { type: "lost", generation: CURRENT, failure },
  before: (w) => {
    w.transport = "lost";
  },
});
const refusals = failuresToOpen.map(lost);
const ends = losses.map(lost);
const ending: Move = {
  name: "the transport takes nothing more",
  event: { type: "ending", generation: CURRENT },
  before: (w) => {
    w.transport = "ending";
  },
};
const endingTooLate: Move = { name: `${ending.name}, told late`, event: ending.event!, isLate: true };
const closingEnds: readonly Move[] = [{ ...lost(closedBy(4000, "done")) }, lost(network)];
const greeted: Move = {
  name: "onConnect settles",
  event: { type: "greeted", generation: CURRENT },
  before: (w) => {
    w.isGreeterPending = false;
  },
};
const greetingFailed: Move = {
  name: "onConnect fails",
  event: { type: "failed", generation: CURRENT, failure: callback },
  before: greeted.before!,
};

const decided = (decision: Decision, name: string, isHidden = false, told: typeof problems = []): Move => ({
  name,
  event: { type: "decided", generation: CURRENT, decision, problems: told },
  env: { isHidden },
  before: (w) => {
    w.decider = "none";
  },
});
const stops = [[], problems].map((problems) => decided(undefined, "stop", false, problems));
const retries = new Map(
  [0, 1, Infinity].map((retries) => [
    retries,
    plans.flatMap(({ told, ...plan }) => {
      const decision: Decision = { ...plan, retries };
      const name = `retry in ${plan.delay} ms, not before ${plan.floor}, ${retries} left`;
      const isUnseen = plan.floor > 0 || plan.delay > HIDDEN_WAIT;
      const seen = plan.delay > HIDDEN_WAIT ? [] : [decided(decision, name, false, told)];
      return isUnseen ? [...seen, decided(decision, `${name}, unseen`, true)] : seen;
    }),
  ]),
);

const settled: Move = {
  name: "settled",
  event: { type: "settled", generation: CURRENT },
  before: (w) => {
    w.isMarked = false;
  },
};
const callbacksSettle: Move = {
  name: "the callbacks settle",
  before: (w) => {
    w.isHeld = false;
    w.isFarewellHeld = false;
  },
};
const slowMessage: Move = {
  name: "a slow onMessage",
  before: (w) => {
    w.isHeld = true;
  },
};
const send: Move = {
  name: "send()",
  before: (w) => {
    w.queue = w.queue === 0 ? 1 : 2;
  },
};
const ready: Move = {
  name: "ready()",
  before: (w) => {
    w.isReadyPromised = true;
  },
};
export const timeout: Move = { name: "timeout", event: { type: "timeout" } };
/** A look at the vigils. */
export const silence: Move = { name: "a look, in silence", event: { type: "timeout" } };
const looks: readonly Move[] = [
  silence,
  { ...silence, name: "a look, after something came", env: { link: linkWith(1, false) } },
  { ...silence, name: "a look, while nothing is read", env: { link: linkWith(0, true) } },
];
const early: Move = { name: "timeout, early", event: { type: "timeout" }, isLate: true };
const advances = new Map<number, Move>();

/** Time passes. */
export function advance(by: number): Move {
  let move = advances.get(by);
  if (move === undefined) {
    move = { name: `${by} ms pass`, before: (w) => age(w, by) };
    advances.set(by, move);
  }
  return move;
}

function age(w: World, by: number): void {
  const older = (time: number) => Math.max(time - by, Math.min(time, NOW));
  w.due = older(w.due);
  w.openBy = older(w.openBy);
  w.phaseBy = older(w.phaseBy);
  w.notBefore = older(w.notBefore);
  const { state } = w;
  if (state.name === "open") {
    w.readySince = agedReady(w.readySince, w, by);
    const readySince = agedReady(state.readySince, w, by);
    w.vigils = w.vigils.map((vigil) => agedVigil(vigil, by));
    w.due = Math.min(...w.vigils.map(({ until }) => until));
    const vigils = state.vigils.map((vigil) => agedVigil(vigil, by));
    w.state = { ...state, until: w.due, readySince, vigils };
  } else if (state.name === "ending") {
    w.readySince = agedReady(w.readySince, w, by);
    w.state = { ...state, until: older(state.until), readySince: agedReady(state.readySince, w, by) };
  } else if (state.name === "connecting") {
    const phase = { ...state.phase, until: older(state.phase.until) };
    w.state = { ...state, until: older(state.until), openUntil: older(state.openUntil), phase };
  } else if (state.name === "waiting") {
    w.state = { ...state, until: older(state.until), notBefore: older(state.notBefore) };
  } else {
    w.state = { ...state, until: older(state.until) };
  }
}

/** Stable is stable. */
function agedReady(readySince: number, { setting }: World, by: number): number {
  return Math.max(readySince - by, NOW - setting.env.options.stableAfter);
}

/** What is older than any rule looks at is alike; and so is what was heard and asked, once it was looked at. */
function agedVigil({ watch, question, ...vigil }: Vigil, by: number): Vigil {
  const older = (time: number) => Math.max(time - by, NOW - memoryOf.get(watch)!);
  const last = { ...vigil.last, now: older(vigil.last.now), heard: 0, asked: -1 };
  return {
    watch,
    until: Math.max(vigil.until - by, NOW),
    last,
    aliveAt: older(vigil.aliveAt),
    since: older(vigil.since),
    question:
      typeof question === "object" ? { ...question, before: last, since: older(question.since) } : question,
    jam: { empty: last, clearAt: 0 },
  };
}

/** Every move that can be made in a world. */
export function movesIn(w: World): Move[] {
  const moves: Move[] = [...user, ...wakes, ...stale];
  if (w.isHeld) moves.push(callbacksSettle);
  else if (w.isMarked) moves.push(settled);
  if (w.isProviderAsked) moves.push(prepared, preparationFailed);
  if (w.transport === "dialling") {
    if (w.phases < phases.length) moves.push(phased[w.phases]!);
    moves.push(opened, ...refusals);
  }
  if (w.transport === "open" || w.transport === "ending") moves.push(ending, slowMessage, ...ends);
  if (w.state.name === "deciding" || w.state.name === "closing") moves.push(endingTooLate);
  if (w.transport === "closing") moves.push(slowMessage, ...closingEnds);
  if (w.isGreeterPending) moves.push(greeted, greetingFailed);
  if (w.decider !== "none") moves.push(...stops, ...retriesFrom(w));
  // Our own defaults answer within the transition's mailbox, before an overtaken decider can.
  const ghosts = w.state.name === "waiting" ? allGhosts : w.ghosts;
  for (const ghost of ghosts)
    if (ghost !== "decider" || w.decider === "none") moves.push(...ghostMoves[ghost]);
  const isOver = w.state.name === "closing" || w.state.name === "closed";
  if (w.state.name !== "open" && !isOver && w.queue < 2 && !w.isReadyPromised) moves.push(send);
  if (w.state.name !== "open" && w.state.name !== "closed" && w.queue === 0) moves.push(ready);
  if (w.due > NOW) moves.push(early);
  else if (w.state.name === "open") moves.push(...looks);
  else moves.push(timeout);
  if (w.due > NOW && w.due < Infinity) moves.push(advance(w.due - NOW));
  const { stableAfter } = w.setting.env.options;
  const isWatched = w.vigils.length > 0;
  if (w.state.name === "open" && !isWatched && NOW - w.readySince < stableAfter)
    moves.push(advance(stableAfter));
  return moves;
}

/** On to the second endpoint, seen or not; and into the next round. */
const onward = [false, true].map((isHidden) => {
  const turn = { isOnward: true, course: { route: second, hasWorked: isHidden } };
  const plan = { delay: 0, floor: 0, forgiven: isHidden };
  const decision = (retries: number): Decision => ({ ...plan, ...turn, retries });
  return (retries: number) =>
    decided(decision(retries), `onward, ${retries} left${isHidden ? ", unseen" : ""}`, isHidden);
});
const rounds = [true, false].map((hasWorked) => {
  const course = { route: first, hasWorked };
  return decided({ ...plans[0]!, retries: 0, course }, "the next round");
});

function retriesFrom(w: World): readonly Move[] {
  if (w.route === first) return onward.map((move) => move(w.retriesLeft));
  if (w.route !== undefined) return w.retriesLeft > 0 ? rounds : [];
  if (w.setting.isDefaultPolicy) return retries.get(w.retriesLeft - 1)!;
  // What a policy says of the wait, it need not say with every budget.
  return [...retries.get(0)!.slice(0, 2), ...retries.get(1)!.slice(0, 2), ...retries.get(Infinity)!];
}

/** Where it goes when everybody does what they should. */
export function fairMove(w: World): Move | undefined {
  if (w.state.name === "idle") return user[0];
  if (w.state.name === "waiting" && w.due === Infinity) return wakes[0];
  if (w.state.name === "waiting") return w.due > NOW ? advance(w.due - NOW) : timeout;
  if (w.state.name === "settling") return w.isHeld ? callbacksSettle : w.isMarked ? settled : undefined;
  if (w.state.name === "preparing" && w.isProviderAsked) return prepared;
  if (w.state.name === "connecting" && w.transport === "dialling") return opened;
  if (w.state.name === "greeting" && w.isGreeterPending) return greeted;
  if (w.state.name === "ending") return ends[0];
  if (w.state.name === "deciding" && w.decider !== "none") return retriesFrom(w).at(-1);
  if (w.state.name === "closing" && w.transport === "closing") return closingEnds[0];
  return undefined;
}
