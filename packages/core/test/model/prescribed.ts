// The second opinion: what DESIGN prescribes for each event in each state, written from its contract and from the options'
// meanings, not from the table. The model check holds every transition to it.
//
// A row says where the client goes and what it does to the outside on the way. Three rules are shared by many cells:
// `failing`, `over`, and that whoever leaves an attempt or a connection lets go of whatever there may be of it, and ends
// the phase that may run. What else is told, what is kept in the books and what may be pending follow from the rules in
// step.ts, for all cells alike.

import { type Ask, askByPing, type Finding, type Vigil, vigilanceOf } from "../../src/keepalive.ts";
import type { Decision } from "../../src/life.ts";
import type { Env, Event, EventName, StateName } from "../../src/lifecycle.ts";
import { ENDING_WAIT, first, HIDDEN_WAIT, NOW, WAKE_WAIT, type World } from "./world.ts";

/** What is done to the outside: an effect, but for the failure that it may tell of. */
export type Act =
  | readonly ["begin"]
  | readonly ["letGo", code?: number | undefined, reason?: string | undefined]
  | readonly ["forget"]
  | readonly ["startClosing", wasReady?: boolean | undefined]
  | readonly ["probe", ask: Ask]
  | readonly ["tellPhase", next?: string]
  | readonly ["tellDisconnect", willRetry: boolean];

export interface Prescription {
  readonly to: StateName;
  readonly acts?: readonly Act[];
  /** The attempt or the connection has failed. */
  readonly isFailure?: boolean;
  /** Nothing at all happens. */
  readonly isNothing?: boolean;
}

type Prescribe = (w: World, event: never, env: Env) => Prescription;

const nothing: Prescribe = ({ state }) => ({ to: state.name, isNothing: true });
const goes =
  (to: StateName, ...acts: Act[]): Prescribe =>
  () => ({ to, acts });
const stays: Prescribe = ({ state }) => ({ to: state.name });

/** Nothing of the attempt is left, whatever there was; a connection is told why with a Close frame, if there is a code. */
const left = (code?: number, reason?: string): readonly Act[] => [["letGo", code, reason], ["tellPhase"]];
/** As it ended by itself, there is nothing to let go of. */
const gone: readonly Act[] = [["forget"], ["tellPhase"]];

/** The end that we bring; a connection that was lost and not told of yet is told of. */
const over: Prescribe = (w) => ({ to: "closed", acts: [...left(), ...disconnected(w, false)] });

const disconnected = ({ told, state }: World, willRetry: boolean): readonly Act[] =>
  state.name === "deciding" && told === "connected" ? [["tellDisconnect", willRetry]] : [];

/** "retries exhausted" ends a life; else it is decided what to do. */
const failing =
  (acts: readonly Act[]): Prescribe =>
  (w) => {
    if (leftAfter(w) > 0 || w.route === first) return { to: "deciding", acts, isFailure: true };
    return { to: "closed", acts: wasOpen(w) ? [...acts, ["tellDisconnect", false]] : acts, isFailure: true };
  };

/** The closing handshake is over: "new life after onClose" if reconnect() was the last word. */
const closed =
  (acts: readonly Act[]): Prescribe =>
  ({ isAgain }) =>
    isAgain ? { to: "settling", acts: [...acts, ["begin"]] } : { to: "closed", acts };

/** "`reconnect(code?, reason?)`: the Close that the old connection is sent; default 1000". */
const replaced = (code = 1000, reason = ""): Prescribe =>
  goes("settling", ["tellDisconnect", true], ...left(code, reason));
const replacing: Prescribe = (w, { code, reason }: Event & { type: "reconnect" }, env) =>
  replaced(code, reason)(w, undefined as never, env);
/** What waits for a ready connection leaves before the Close frame if that was ready. */
const closing = goes("closing", ["startClosing"]);
const closingWhenReady = goes("closing", ["startClosing", true]);

/** "`pagehide`/`freeze` close (1000) without budget". */
const asleep: Prescribe = (w) => {
  const told: readonly Act[] = wasOpen(w) ? [["tellDisconnect", true]] : [];
  return { to: "waiting", acts: [...told, ...left(1000)] };
};

/**
 * "page wakes: probe", with what it is watched by, once what had come before has been read, or at once with a ping;
 * "replace the connection (or probe it …)".
 */
const awake: Prescribe = (w, event: Event & { type: "wake" }, env) => {
  if (w.vigils.length > 0) return { to: w.state.name };
  if (env.ping) return { to: w.state.name, acts: [["probe", askByPing]] };
  return awakeUnasked(w, event as never, env);
};
/** Of what cannot be asked, a long sleep may have left nothing. */
const awakeUnasked: Prescribe = (w, event: Event & { type: "wake" }, env) =>
  (event.hasSlept ? replaced() : nothing)(w, event as never, env);

/** What was begun before a sleep, or without a network, may hang: it begins anew. */
const begunAnew: Prescribe = (w, event: Event & { type: "wake" }, env) => {
  const isInVain = event.hasSlept || event.isOnline === true;
  return (isInVain ? goes("settling", ...left(1000)) : nothing)(w, event as never, env);
};

/** "within 250 ms, never before what the server asked for"; what it does not cut short it leaves as it is. */
const hurried: Prescribe = (w, event, env) => (isCutShort(w) ? stays : nothing)(w, event, env);

/** "dead after …": the connection is given up, and the peer gets no more of it; "ping after so long without inbound bytes". */
const looked: Prescribe = (w, event, env) => {
  const findings = findingsOf(w, env);
  if (findings.some(({ failure }) => failure)) return failing(left(1006))(w, event, env);
  const asking = w.vigils.filter((_, i) => findings[i]!.isAsking);
  return { to: "open", acts: asking.map(({ watch }): Act => ["probe", watch.ask ?? askByPing]) };
};

/** What the watches make of the vigils now; whether they are right is the business of vigils.ts. */
export function findingsOf({ vigils }: World, env: Env): readonly Finding[] {
  return vigils.map((vigil) => {
    const { watching, questions, failure } = vigilanceOf([vigil.watch])!.look([vigil], env);
    return { vigil: watching.vigils[0]!, isAsking: questions.length > 0, ...(failure && { failure }) };
  });
}

/** No row: no event of a live source can come in this state. */
export const prescribed: { readonly [E in EventName]: { readonly [S in StateName]?: Prescribe } } = {
  close: {
    idle: over,
    settling: over,
    preparing: over,
    connecting: over,
    greeting: closing,
    open: closingWhenReady,
    ending: closing,
    deciding: over,
    waiting: over,
    closing: stays,
    closed: nothing,
  },
  terminate: {
    idle: over,
    settling: over,
    preparing: over,
    connecting: over,
    greeting: over,
    open: over,
    ending: over,
    deciding: over,
    waiting: over,
    closing: over,
    closed: nothing,
  },
  reconnect: {
    idle: goes("settling", ["begin"]),
    settling: nothing,
    preparing: nothing,
    connecting: nothing,
    greeting: replacing,
    open: replacing,
    ending: replacing,
    deciding: (w) => ({ to: "settling", acts: disconnected(w, true) }),
    waiting: goes("settling"),
    closing: stays,
    closed: goes("settling", ["begin"]),
  },
  wake: {
    idle: nothing,
    settling: nothing,
    preparing: begunAnew,
    connecting: begunAnew,
    greeting: awake,
    open: awake,
    ending: awakeUnasked,
    deciding: nothing,
    waiting: hurried,
    closing: nothing,
    closed: nothing,
  },
  sleep: {
    idle: nothing,
    settling: asleep,
    preparing: asleep,
    connecting: asleep,
    greeting: asleep,
    open: asleep,
    ending: asleep,
    deciding: nothing,
    waiting: stays,
    closing: nothing,
    closed: nothing,
  },
  ending: {
    greeting: goes("ending"),
    open: goes("ending"),
    ending: nothing,
  },
  lost: {
    connecting: failing(gone),
    greeting: failing(gone),
    open: failing(gone),
    ending: failing(gone),
    closing: closed(gone),
  },
  settled: {
    settling: goes("preparing", ["tellPhase", "prepare"]),
    closed: stays,
  },
  prepared: { preparing: goes("connecting", ["tellPhase"]) },
  phased: {
    connecting: (_, { phase }: Event & { type: "phased" }) => ({
      to: "connecting",
      acts: [["tellPhase", phase]],
    }),
  },
  opened: { connecting: goes("greeting", ["tellPhase"]) },
  greeted: { greeting: goes("open") },
  failed: {
    preparing: failing(left()),
    greeting: failing(left(1000)),
  },
  decided: {
    deciding: (w, { decision }: Event & { type: "decided" }) =>
      decision === undefined
        ? { to: "closed", acts: disconnected(w, false) }
        : { to: "waiting", acts: disconnected(w, true) },
  },
  timeout: {
    settling: stays,
    preparing: failing(left()),
    connecting: failing(left()),
    greeting: failing(left(1000)),
    open: looked,
    // Whoever has ended the connection shall get no Close frame.
    ending: failing(left()),
    deciding: stays,
    waiting: goes("settling"),
    closing: closed(left()),
    closed: stays,
  },
};

// — deadlines ——————————————————————————————————————————————————————————————————————————————————————————————————————

/** When the state that is entered must end by itself. */
export function dueAfter(w: World, event: Event, env: Env, to: StateName, hasMoved: boolean): number {
  const { callbackTimeout, wsOpts } = w.setting.env.options;
  switch (to) {
    case "idle":
      return Infinity;
    case "open":
      return Math.min(...w.vigils.map(({ until }) => until));
    case "preparing":
      return w.openBy;
    case "connecting":
      return Math.min(w.openBy, w.phaseBy);
    case "waiting":
      if (event.type === "decided") return NOW + waitAfter(w, event.decision, env).delay;
      if (event.type === "sleep") return Infinity;
      return isCutShort(w) && event.type === "wake" ? soonest(w) : w.due;
    case "ending":
      return NOW + ENDING_WAIT;
    case "closing": {
      if (event.type !== "close") return w.due;
      const allowed = NOW + Math.min(event.within, wsOpts.closingTimeout);
      return hasMoved ? allowed : Math.min(w.due, allowed);
    }
    default:
      // Once callbacks are waited for no longer, or our own defaults asked, the state ends by itself.
      if (!hasMoved && (event.type === "timeout" || event.type === "settled")) return Infinity;
      return hasMoved ? NOW + callbackTimeout : w.due;
  }
}

/** When a wake has the next attempt made. */
function soonest({ notBefore }: World): number {
  return Math.max(notBefore, NOW + WAKE_WAIT);
}

/** A wake ends the wait before its time. */
export function isCutShort(w: World): boolean {
  return soonest(w) < w.due;
}

/** How the peer is watched after an event in `open`. */
export function vigilsAfter(w: World, event: Event, env: Env): readonly Vigil[] {
  if (event.type === "greeted")
    return w.setting.watches.flatMap((watch) => vigilanceOf([watch])!.begin(env).vigils);
  if (event.type === "wake") return w.vigils.map((vigil) => vigil.watch.askSoon(vigil, NOW));
  return findingsOf(w, env).map(({ vigil }) => vigil);
}

/** "hidden pages retry at ≥ 30 s apart without budget". */
export function waitAfter(w: World, decision: Decision, env: Env): { delay: number; retries: number } {
  if (decision === undefined) throw new Error("there is no wait");
  const { delay, retries } = decision;
  if (decision.isOnward) return { delay, retries };
  return env.isHidden ? { delay: Math.max(delay, HIDDEN_WAIT), retries: w.retriesLeft } : { delay, retries };
}

// — the budget —————————————————————————————————————————————————————————————————————————————————————————————————————

export function wasOpen({ state }: World): boolean {
  return state.name === "greeting" || state.name === "open" || state.name === "ending";
}

/** "Uptime counts until the loss"; a connection that was never ready has none. */
export function uptimeOf({ readySince }: World): number {
  return readySince < Infinity ? NOW - readySince : 0;
}

/** "The budget refills only after a connection was ready for `stableAfter`." */
export function wasStable(w: World): boolean {
  return w.readySince < Infinity && uptimeOf(w) >= w.setting.env.options.stableAfter;
}

/** The budget after the loss of the connection. */
export function leftAfter(w: World): number {
  return wasStable(w) ? w.setting.env.options.retry : w.retriesLeft;
}
