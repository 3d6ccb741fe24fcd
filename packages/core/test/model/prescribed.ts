// The second opinion: what DESIGN prescribes for each event in each state, written from its §1.1 and §2 and from the
// options' meanings, not from the table. The model check holds every transition to it.
//
// A row says where the client goes and what it does to the outside on the way; `failing` and `over` are the two rules
// that many cells share. What is told, what is kept in the books and what may be pending follow from the rules in
// step.ts, for all cells alike.

import { askNow, look, startVigil, type Vigil, type Watch } from "../../src/keepalive.ts";
import type { Decision, Env, Event, EventName, StateName } from "../../src/lifecycle.ts";
import { HIDDEN_WAIT, NOW, WAKE_WAIT, type World } from "./world.ts";

/** What is done to the outside. */
export type Act =
  | "begin"
  | "abort"
  | "abandon"
  | "abandon 1000"
  | "startClosing"
  | "ping"
  | "heartbeat"
  | "disconnect, will retry"
  | "disconnect";

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
const over =
  (...acts: Act[]): Prescribe =>
  () => ({ to: "closed", acts });
const attempt =
  (...acts: Act[]): Prescribe =>
  () => ({ to: "settling", acts });
const stays: Prescribe = ({ state }) => ({ to: state.name });

/** "retries exhausted" ends a life; else it is decided what to do. */
const failing =
  (...acts: Act[]): Prescribe =>
  (w) => {
    if (leftAfter(w) > 0) return { to: "deciding", acts, isFailure: true };
    return { to: "closed", acts: wasOpen(w) ? [...acts, "disconnect"] : acts, isFailure: true };
  };

/** The close handshake is over: "new life after onClose" if reconnect() was the last word. */
const closed =
  (...acts: Act[]): Prescribe =>
  ({ isAgain }) =>
    isAgain ? { to: "settling", acts: [...acts, "begin"] } : { to: "closed", acts };

/** A connection that was lost and not told of yet is told of. */
const withDisconnect =
  (to: StateName, act: Act): Prescribe =>
  ({ told }) => ({ to, acts: told === "connected" ? [act] : [] });

const replaced = attempt("disconnect, will retry", "abandon 1000");
const closing: Prescribe = () => ({ to: "closing", acts: ["startClosing"] });
/** "`pagehide`/`freeze` close (1000) without budget". */
const asleep =
  (...acts: Act[]): Prescribe =>
  () => ({ to: "waiting", acts });

/** "page wakes: probe", with what it is watched by, or with a ping; "replace the connection (or probe it …)". */
const awake: Prescribe = (w, event: Event & { type: "wake" }, env) => {
  if (w.vigils.length > 0) return { to: w.state.name, acts: w.vigils.map(({ watch }) => questionOf(watch)) };
  if (env.canPing) return { to: w.state.name, acts: ["ping"] };
  return (event.hasSlept ? replaced : nothing)(w, event as never, env);
};

/** "dead after …": the socket is abandoned; "ping after so long without inbound bytes". */
const looked: Prescribe = (w, event, env) => {
  const findings = w.vigils.map((vigil) => look(vigil, NOW, env.hasHeard, env.isHeld)[1]);
  if (findings.includes("dead")) return failing("abandon")(w, event, env);
  const asked = w.vigils.filter((_, i) => findings[i] === "ask");
  return { to: "open", acts: asked.map(({ watch }) => questionOf(watch)) };
};

function questionOf({ message }: Watch): Act {
  return message === undefined ? "ping" : "heartbeat";
}

/** No row: no event of a live source can come in this state. */
export const prescribed: { readonly [E in EventName]: { readonly [S in StateName]?: Prescribe } } = {
  close: {
    idle: over(),
    settling: over(),
    preparing: over("abort"),
    connecting: over("abandon"),
    greeting: closing,
    open: closing,
    deciding: withDisconnect("closed", "disconnect"),
    waiting: over(),
    closing: stays,
    closed: nothing,
  },
  terminate: {
    idle: over(),
    settling: over(),
    preparing: over("abort"),
    connecting: over("abandon"),
    greeting: over("abandon"),
    open: over("abandon"),
    deciding: withDisconnect("closed", "disconnect"),
    waiting: over(),
    closing: over("abandon"),
    closed: nothing,
  },
  reconnect: {
    idle: attempt("begin"),
    settling: nothing,
    preparing: nothing,
    connecting: nothing,
    greeting: replaced,
    open: replaced,
    deciding: withDisconnect("settling", "disconnect, will retry"),
    waiting: attempt(),
    closing: stays,
    closed: attempt("begin"),
  },
  wake: {
    idle: nothing,
    settling: nothing,
    preparing: nothing,
    connecting: nothing,
    greeting: awake,
    open: awake,
    deciding: nothing,
    waiting: stays,
    closing: nothing,
    closed: nothing,
  },
  sleep: {
    idle: nothing,
    settling: asleep(),
    preparing: asleep("abort"),
    connecting: asleep("abandon"),
    greeting: asleep("disconnect, will retry", "abandon 1000"),
    open: asleep("disconnect, will retry", "abandon 1000"),
    deciding: nothing,
    waiting: stays,
    closing: nothing,
    closed: nothing,
  },
  lost: {
    connecting: failing(),
    greeting: failing(),
    open: failing(),
    closing: closed(),
  },
  settled: {
    settling: () => ({ to: "preparing" }),
    closed: stays,
  },
  prepared: { preparing: () => ({ to: "connecting" }) },
  phased: { connecting: stays },
  opened: { connecting: () => ({ to: "greeting" }) },
  greeted: { greeting: () => ({ to: "open" }) },
  failed: {
    preparing: failing(),
    greeting: failing("abandon 1000"),
  },
  decided: {
    deciding: (w, { decision }: Event & { type: "decided" }, env) =>
      withDisconnect(
        decision.verdict === "stop" ? "closed" : "waiting",
        decision.verdict === "stop" ? "disconnect" : "disconnect, will retry",
      )(w, undefined as never, env),
  },
  timeout: {
    settling: stays,
    preparing: failing("abort"),
    connecting: failing("abandon"),
    greeting: failing("abandon 1000"),
    open: looked,
    deciding: stays,
    waiting: attempt(),
    closing: closed("abandon"),
    closed: stays,
  },
};

// — deadlines ——————————————————————————————————————————————————————————————————————————————————————————————————————

/** When the state that is entered must end by itself. */
export function dueAfter(w: World, event: Event, env: Env, to: StateName, hasMoved: boolean): number {
  const { callbackTimeout, closingTimeout } = w.setting.env.options;
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
      if (event.type === "wake") return Math.max(w.notBefore, Math.min(w.due, NOW + WAKE_WAIT));
      return w.due;
    case "closing": {
      if (event.type !== "close") return w.due;
      const allowed = NOW + Math.min(event.within, closingTimeout);
      return hasMoved ? allowed : Math.min(w.due, allowed);
    }
    default:
      // Once callbacks are waited for no longer, or our own defaults asked, the state ends by itself.
      if (!hasMoved && (event.type === "timeout" || event.type === "settled")) return Infinity;
      return hasMoved ? NOW + callbackTimeout : w.due;
  }
}

/** How the peer is watched after an event in `open`. */
export function vigilsAfter(w: World, event: Event, env: Env): readonly Vigil[] {
  if (event.type === "greeted") return env.options.watches.map((watch) => startVigil(watch, NOW));
  if (event.type === "wake") return w.vigils.map((vigil) => askNow(vigil, NOW));
  return w.vigils.map((vigil) => look(vigil, NOW, env.hasHeard, env.isHeld)[0]);
}

/** "hidden pages retry at ≥ 30 s apart without budget". */
export function waitAfter(w: World, decision: Decision, env: Env): { delay: number; retries: number } {
  if (decision.verdict === "stop") throw new Error("there is no wait");
  const { delay, retries } = decision;
  return env.isHidden ? { delay: Math.max(delay, HIDDEN_WAIT), retries: w.retriesLeft } : { delay, retries };
}

// — the budget —————————————————————————————————————————————————————————————————————————————————————————————————————

export function wasOpen({ state }: World): boolean {
  return state.name === "greeting" || state.name === "open";
}

export function uptimeOf(w: World): number {
  return w.state.name === "open" ? NOW - w.readySince : 0;
}

/** "The budget refills only after a connection was ready for `stableAfter`." */
export function wasStable(w: World): boolean {
  return w.state.name === "open" && uptimeOf(w) >= w.setting.env.options.stableAfter;
}

function leftAfter(w: World): number {
  return wasStable(w) ? w.setting.env.options.retry : w.retriesLeft;
}
