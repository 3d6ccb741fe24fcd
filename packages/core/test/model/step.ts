// One step of the model check: an event goes through the table, its effects through the world, and what came of it is
// held to DESIGN: the prescription of its cell, the rules for what is told, and the invariants of §5.

import type { ConnectError, DeadPeerError, Failure, TimeoutError } from "../../src/errors.ts";
import { askByPing, type Vigil } from "../../src/keepalive.ts";
import type { Life, Setback } from "../../src/life.ts";
import type { Effect, Env, Event, EventName, State, StateName } from "../../src/lifecycle.ts";
import {
  type Act,
  dueAfter,
  findingsOf,
  isCutShort,
  type Prescription,
  prescribed,
  uptimeOf,
  vigilsAfter,
  waitAfter,
  wasOpen,
  wasStable,
} from "./prescribed.ts";
import {
  CURRENT,
  first,
  type Ghost,
  type Move,
  NOW,
  PHASE_TIMEOUT,
  phases,
  type Told,
  type TransportState,
  type World,
} from "./world.ts";

/** What is checked: the lifecycle, or a mutant of it. */
export interface Subject {
  readonly initialState: State;
  transition(state: State, event: Event, env: Env): readonly [State, ...Effect[]];
  /** How the table writes a cell off. */
  excuseOf(state: StateName, event: EventName): "late" | "impossible" | undefined;
}

export class Violation extends Error {}

function demand(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new Violation(rule);
}

/** The world after a move; throws a Violation. */
export function step(
  before: World,
  move: Move,
  subject: Subject,
  seen?: (event: Event, effects: readonly Effect[]) => void,
): World {
  const { event } = move;
  if (event === undefined) {
    const w = moved(before, move);
    demandInvariants(w);
    return w;
  }
  const env = move.env === undefined ? before.setting.env : { ...before.setting.env, ...move.env };
  const [next, ...effects] = subject.transition(before.state, event, env);
  if (move.isLate) {
    demand(next === before.state && effects.length === 0, "late events change nothing");
    if ("generation" in event && event.generation === CURRENT) demandExcuse(before, event, subject, "late");
    return before;
  }
  seen?.(event, effects);
  demandExcuse(before, event, subject, undefined);
  const prescribe = prescribed[event.type][before.state.name];
  demand(prescribe !== undefined, `no ${event.type} can come in ${before.state.name}`);
  const prescription = prescribe(before, event as never, env);
  demandPrescribed(before, next, effects, prescription);
  if (prescription.isNothing) return before;
  const w = moved(before, move);
  const telling = new Telling(before, event, env, prescription);
  keepBooks(w, before, event, env, prescription);
  const isNew = next.name !== before.state.name && (next.name === "settling" || next.name === "closed");
  demand(
    isNew ? next.generation > CURRENT : next.generation === CURRENT,
    "each attempt, and the end, is a generation",
  );
  if (isNew) w.isMarked = false;
  for (const effect of effects) {
    telling.take(effect);
    perform(w, effect, next, before, event, env);
  }
  w.told = telling.end(next);
  settleDown(w, before, event, env, next);
  demandInvariants(w);
  forgetThePast(w);
  return w;
}

function moved(before: World, move: Move): World {
  const w = { ...before };
  move.before?.(w);
  return w;
}

/** A cell that is written off as late or impossible is never reached by a live source; a ghost only reaches late ones. */
function demandExcuse(w: World, event: Event, subject: Subject, excuse: "late" | undefined): void {
  const found = subject.excuseOf(w.state.name, event.type);
  demand(
    found === undefined || found === excuse,
    `a ${excuse ?? "live"} ${event.type} comes in ${w.state.name}, which the table calls ${found}`,
  );
}

function demandPrescribed(
  w: World,
  next: State,
  effects: readonly Effect[],
  prescription: Prescription,
): void {
  const { to, acts = [], isNothing = false } = prescription;
  demand(next.name === to, `prescribed: → ${to}; but: → ${next.name}`);
  if (isNothing) demand(next === w.state && effects.length === 0, "prescribed: nothing");
  const done = effects.filter(([name]) => outside.has(name));
  const [is, should] = [done, [...acts]].map((list) => list.map(textOf).sort().join(", "));
  demand(is === should, `prescribed: ${should || "no act"}; but: ${is || "none"}`);
}

/** The effects that a prescription names. What is asked of whom, and what else is told, follows from the rules below. */
const outside: ReadonlySet<Effect[0]> = new Set<Act[0]>([
  "begin",
  "letGo",
  "forget",
  "startClosing",
  "probe",
  "tellPhase",
  "tellDisconnect",
]);

/** Its facts, but for a failure; a fact that is not given is as good as an empty one. */
function textOf([name, ...facts]: Effect | Act): string {
  // By its patience a watch is told from the others here.
  if (name === "probe") return `probe by ${facts[0] === askByPing ? "ping" : "heartbeat"}`;
  return [name, ...facts.filter((fact) => fact && typeof fact !== "object")].join(" ");
}

// — what effects do ————————————————————————————————————————————————————————————————————————————————————————————————

function perform(w: World, effect: Effect, next: State, before: World, event: Event, env: Env): void {
  switch (effect[0]) {
    case "begin":
      demand(!w.isSupervised, "a life begins once");
      w.isSupervised = true;
      // `onClose` of the life before may be pending.
      w.isHeld = true;
      w.isFarewellHeld = false;
      w.mayAttempt = true;
      return;
    case "end":
      demand(w.transport === "none", "close() settles when the transport is gone");
      w.isSupervised = false;
      w.isClosePromised = false;
      w.isReadyPromised = false;
      w.queue = 0;
      return;
    case "settle":
      demand(effect[1] <= next.generation, "no effect is ahead of the state");
      w.isMarked = effect[1] === next.generation;
      return;
    case "release":
      w.isHeld = false;
      w.isFarewellHeld = false;
      return;
    case "prepare":
      demand(next.name === "preparing", "providers are asked while preparing");
      demand(!w.isProviderAsked, "providers are asked one attempt at a time");
      demand(
        w.mayAttempt,
        "an attempt has a cause: a life that begins, a wait that was told, or reconnect()",
      );
      w.mayAttempt = false;
      w.isProviderAsked = true;
      w.openBy = NOW + w.setting.env.options.openTimeout;
      return;
    case "dial":
      demand(w.transport === "none", "at most one transport");
      demand(next.name === "connecting", "the transport is dialled while connecting");
      demand(event.type === "prepared" && effect[1] === event.request, "what was prepared is dialled");
      w.transport = "dialling";
      w.phases = 0;
      return;
    case "greet":
      demand(w.transport === "open" && next.name === "greeting", "onConnect is called for an open transport");
      w.isGreeterPending = true;
      return;
    case "becomeReady":
      demand(w.transport === "open", "the queue leaves through an open transport");
      w.queue = 0;
      w.isReadyPromised = false;
      return;
    case "startClosing":
      demand(
        (w.transport === "open" || w.transport === "ending") && next.name === "closing",
        "a Close frame leaves through an open transport",
      );
      demand(event.type === "close" && next.code === event.code, "the Close frame has the code of close()");
      demand(event.type === "close" && next.reason === event.reason, "and its reason");
      w.transport = "closing";
      return;
    case "letGo":
      demand(w.transport !== "lost", "a transport that ended by itself is forgotten");
      if (w.isProviderAsked) w.ghosts = [...w.ghosts, "provider"];
      if (w.transport !== "none") w.ghosts = [...w.ghosts, "transport"];
      w.isProviderAsked = false;
      w.transport = "none";
      return;
    case "forget":
      demand(w.transport === "lost", "only a lost transport is forgotten");
      demand(
        effect[1] === (before.state.name === "closing" && event.type === "lost" ? event.failure : undefined),
        "how the closing handshake ended is told by nothing else",
      );
      w.transport = "none";
      return;
    case "decide": {
      demand(next.name === "deciding", "it is decided about the current attempt");
      demandSetback(next.setback, before, event, env);
      const [, isByDefault = false] = effect;
      demand(
        isByDefault === (event.type === "timeout" && before.state.name === "deciding"),
        "deciders are asked once",
      );
      if (w.decider !== "none") w.ghosts = [...w.ghosts, "decider"];
      w.decider = isByDefault ? "by default" : "asked";
      return;
    }
    case "probe":
      demand(w.transport === "open", "only an open transport is probed");
      return;
    case "tellPhase":
      w.phase = effect[1] ?? "";
      return;
    case "tellError":
    case "tellRetry":
      w.isHeld = true;
      return;
    case "tellDisconnect":
      if (effect[1]) w.isHeld = true;
      return;
    case "tellClose":
      w.isFarewellHeld = w.isHeld;
      return;
  }
}

type EffectOf<Name extends Effect[0]> = Extract<Effect, readonly [Name, ...unknown[]]>;

// — what is told ———————————————————————————————————————————————————————————————————————————————————————————————————

/** The grammar of what is told (DESIGN §5.2), and what each event has to tell (§2). */
class Telling {
  readonly #before: World;
  readonly #event: Event;
  readonly #env: Env;
  readonly #prescription: Prescription;
  readonly #errors: Error[] = [];
  #told: Told;
  #phaseFailures = 0;
  #retries = 0;
  #closes = 0;
  #ends = 0;

  constructor(before: World, event: Event, env: Env, prescription: Prescription) {
    this.#before = before;
    this.#event = event;
    this.#env = env;
    this.#prescription = prescription;
    this.#told = before.told;
  }

  take(effect: Effect): void {
    switch (effect[0]) {
      case "begin":
        this.#told = "unconnected";
        return;
      case "end":
        this.#ends++;
        return;
      case "greet":
        demand(this.#told === "unconnected", "connect comes after a disconnect, or first");
        demand(
          this.#event.type === "opened" && effect[1] === this.#event.handshake,
          "connect has the handshake's headers",
        );
        this.#told = "connected";
        return;
      case "tellPhase":
        return this.#takePhase(effect);
      case "tellError":
        demand(this.#told !== "close" && this.#told !== "nothing", "errors are told during a life");
        demand(this.#retries + this.#closes === 0, "the error comes before what follows from it");
        this.#errors.push(effect[1]);
        return;
      case "tellDisconnect":
        return this.#takeDisconnect(effect);
      case "tellRetry":
        return this.#takeRetry(effect);
      case "tellClose":
        return this.#takeClose(effect);
    }
  }

  #takePhase([, next, failure]: EffectOf<"tellPhase">): void {
    if (failure === undefined) return;
    demand(this.#errors.length === 0, "the phase ends before the error is told");
    demand(next === undefined, "a phase that failed is the last");
    demand(this.#isOf(failure), "the phase ends with its failure");
    this.#phaseFailures++;
  }

  #takeDisconnect([, willRetry, failure]: EffectOf<"tellDisconnect">): void {
    demand(this.#told === "connected", "disconnect comes once, after connect");
    this.#told = willRetry ? "unconnected" : "disconnected for good";
    const isReplaced = ["reconnect", "wake", "sleep"].includes(this.#event.type);
    if (isReplaced && this.#before.state.name !== "deciding") {
      demand(failure === undefined, "what we replace was not lost");
    } else {
      demand(failure !== undefined && this.#isOf(failure), "disconnect tells how it was lost");
    }
  }

  #takeRetry([, delay, setback]: EffectOf<"tellRetry">): void {
    demand(this.#told === "unconnected", "a wait comes after the disconnect");
    const { state } = this.#before;
    demand(
      this.#event.type === "decided" && this.#event.decision !== undefined,
      "a wait has been decided on",
    );
    demand(delay === waitAfter(this.#before, this.#event.decision, this.#env).delay, "retry tells the delay");
    demand(state.name === "deciding" && setback === state.setback, "retry tells what is retried");
    this.#retries++;
  }

  #takeClose([, code, reason, failure]: EffectOf<"tellClose">): void {
    demand(this.#told !== "close", "close comes once");
    const isLost = this.#told === "connected" && !this.#isOurs();
    demand(!isLost, "the loss of an open connection is told before the end");
    this.#told = "close";
    this.#closes++;
    const own = ownClose(this.#before, this.#event);
    if (own !== undefined) {
      demand(code === own.code, `onClose gets our code, ${own.code}`);
      demand(reason === own.reason, "onClose gets our reason");
      demand(failure === undefined, "our own close is no failure");
      return;
    }
    demand(failure !== undefined && this.#isOf(failure), "the end is told with its cause");
    demand(code === codeOf(failure), `onClose gets the code of the failure, ${codeOf(failure)}`);
    demand(reason === (failure.reason || failure.error.message), "and its reason, or what happened");
  }

  /** The connection is ended by us, not lost. */
  #isOurs(): boolean {
    const { name } = this.#before.state;
    return name === "closing" || (this.#event.type === "terminate" && name !== "deciding");
  }

  #isOf(failure: Failure): boolean {
    const { state } = this.#before;
    if (state.name === "deciding") return failure === state.setback.failure;
    if (this.#event.type === "lost" || this.#event.type === "failed") return failure === this.#event.failure;
    return this.#event.type === "timeout" && isOwnFailure(this.#before, this.#env, failure);
  }

  /** Gives where the grammar stands. */
  end(next: State): Told {
    const { isFailure = false } = this.#prescription;
    const event = this.#event;
    const { name } = this.#before.state;
    demand(this.#phaseFailures === (isFailure ? 1 : 0), "the phase of what failed ends with its error");
    const isEnd = next.name === "closed" && name !== "closed";
    const isNewLife = name === "closing" && next.name === "settling";
    demand(this.#closes === (isEnd || isNewLife ? 1 : 0), "the end of a life is told once");
    demand(this.#ends === this.#closes, "a life ends once");
    demand(
      this.#retries === (next.name === "waiting" && name === "deciding" ? 1 : 0),
      "each wait is told once",
    );
    this.#demandErrors(isFailure, event);
    return this.#told;
  }

  /** "onError once" for an attempt; for an open connection "only when there is a cause that is not a close frame". */
  #demandErrors(isFailure: boolean, event: Event): void {
    const errors = this.#errors;
    if (event.type === "decided") {
      const { problems } = event;
      demand(
        errors.length === problems.length && errors.every((error, i) => error === problems[i]),
        "problems of deciders are told",
      );
    } else if (event.type === "timeout" && this.#before.state.name === "deciding") {
      const { callbackTimeout } = this.#before.setting.env.options;
      demand(
        errors.length === 1 && isTimeout(errors[0]!, "deciding", callbackTimeout, "callbackTimeout"),
        "a decider that hangs is told",
      );
    } else if (isFailure && event.type === "timeout") {
      demand(errors.length === 1, "a timeout is told once");
      demand(isOwnError(this.#before, this.#env, errors[0]!), "a timeout tells what took too long");
    } else if (isFailure && (event.type === "lost" || event.type === "failed")) {
      const { kind, error } = event.failure;
      // What a callback threw is told where it is caught.
      const isTold = kind !== "close" && kind !== "callback";
      demand(errors.length === (isTold ? 1 : 0), "a failure is told once");
      demand(!isTold || errors[0] === error, "a failure is told with its error");
    } else {
      demand(errors.length === 0, "nothing failed");
    }
  }
}

/** The code and reason of an end that we bring. */
function ownClose(
  { state, closeCode, closeReason }: World,
  event: Event,
): { code: number; reason: string } | undefined {
  if (state.name === "closing") return { code: closeCode, reason: closeReason };
  if (event.type === "close") return { code: event.code, reason: event.reason };
  return event.type === "terminate" ? { code: 1006, reason: "terminated" } : undefined;
}

/** "A stop verdict on a close code, the peer's or ours: that code; a refused upgrade: the HTTP status; …". */
function codeOf({ kind, code, status }: Failure): number {
  if (kind === "close" || kind === "protocol") return code!;
  if (kind === "response") return status!;
  return kind === "certificate" ? 1015 : 1006;
}

/** The failure that a timeout is: of the attempt, of `onConnect`, or of the peer to show any life. */
function isOwnFailure(before: World, env: Env, failure: Failure): boolean {
  const { kind, error, byUs, phase } = failure;
  const { name } = before.state;
  if (name === "ending") {
    return kind === "network" && failure.code === 1006 && !byUs && isOwnError(before, env, error);
  }
  const phases = { greeting: undefined, connecting: phaseIn(before), open: "open" };
  const expected = name in phases ? phases[name as keyof typeof phases] : "prepare";
  const isKind = kind === (name === "open" ? "dead" : "timeout");
  return isKind && byUs && phase === expected && isOwnError(before, env, error);
}

function isOwnError(before: World, env: Env, error: Error): boolean {
  const { name } = before.state;
  if (name === "ending") return isUntold(error);
  return name === "open" ? isDeadPeer(before, env, error) : isTimeoutError(before, error);
}

/** It tells for how long nothing came, and what was asked. */
function isDeadPeer(before: World, env: Env, error: Error): boolean {
  const findings = findingsOf(before, env);
  const dead = before.vigils.find((_, i) => findings[i]!.failure);
  if (dead === undefined) return false;
  const { code, silence, message } = error as DeadPeerError;
  const question = dead.watch.ask === undefined ? "ping" : "heartbeat";
  return code === "ERR_DEAD_PEER" && silence === NOW - dead.aliveAt && message.includes(` ${question},`);
}

/** It tells that the platform has not told. */
function isUntold(error: Error): boolean {
  const { code, phase, message } = error as ConnectError;
  return code === "ERR_CONNECT" && phase === "open" && /\bended\b.* not tell how$/.test(message);
}

function phaseIn({ phases: reported }: World): string {
  return reported === 0 ? "prepare" : phases[reported - 1]!.phase;
}

function isTimeoutError(before: World, error: Error): boolean {
  const { openTimeout, callbackTimeout } = before.setting.env.options;
  if (before.state.name === "greeting")
    return isTimeout(error, "onConnect", callbackTimeout, "callbackTimeout");
  // Only the first of the phases has a timeout that passes, and the second goes on under it.
  return before.phaseBy <= NOW
    ? isTimeout(error, phaseIn(before), PHASE_TIMEOUT, "connectTimeout")
    : isTimeout(error, phaseIn(before), openTimeout, "openTimeout");
}

function isTimeout(error: Error, phase: string, timeout: number, option: string): boolean {
  const { code, phase: toldPhase, timeout: toldTimeout, message } = error as TimeoutError;
  const isTold = code === "ERR_TIMEOUT" && message.includes(`than ${option} (`);
  return isTold && toldPhase === phase && toldTimeout === timeout;
}

// — the books ——————————————————————————————————————————————————————————————————————————————————————————————————————

/** What DESIGN §4 says of the budget, and of what a life remembers. */
function keepBooks(
  w: World,
  before: World,
  event: Event,
  env: Env,
  { to, isFailure = false }: Prescription,
): void {
  const { name } = before.state;
  const isOver = to === "closed" || to === "closing";
  const goesOn = to === "open" || to === "ending";
  if (wasStable(before) && !isOver && !goesOn) fillBudget(w);
  if (to === "settling" && (name === "idle" || name === "closed" || name === "closing")) {
    fillBudget(w);
    w.hasWorked = false;
    w.route = w.setting.env.router && first;
  }
  if (to === "settling" && name !== "settling")
    w.mayAttempt ||= event.type === "reconnect" || event.type === "wake" || w.isAgain;
  if (event.type === "sleep") w.mayAttempt = true;
  if (event.type === "sleep" && name !== "waiting") w.retriesBefore = w.retriesLeft;
  if (event.type === "wake" && name === "waiting" && isCutShort(before)) giveBack(w);
  if (event.type === "greeted") w.hasWorked = true;
  if (name === "closing" && event.type === "reconnect") w.isAgain = true;
  if (event.type === "close" && name === "closing") w.isAgain = false;
  if (event.type === "close" && to === "closing" && name !== "closing") {
    w.closeCode = event.code;
    w.closeReason = event.reason;
  }
  if (isFailure && to === "deciding") w.failures++;
  if (event.type === "decided" && event.decision !== undefined) {
    const { floor, forgiven, isOnward, course } = event.decision;
    const { retries, delay } = waitAfter(before, event.decision, env);
    w.retriesBefore = Math.max(retries, w.retriesLeft);
    w.retriesLeft = retries;
    w.hasHurried ||= !isOnward && delay < 100;
    w.hasForgiven ||= forgiven;
    w.notBefore = NOW + floor;
    w.mayAttempt = true;
    if (w.setting.isDefaultPolicy && !env.isHidden && !isOnward) w.waits++;
    if (course !== undefined) Object.assign(w, course);
  }
  if (event.type === "phased") {
    const { timeout } = event;
    if (timeout !== undefined) w.phaseBy = NOW + timeout;
  }
}

/** "A wake that cuts the wait short gives back what the wait's retry had cost, once." */
function giveBack(w: World): void {
  if (w.setting.isDefaultPolicy && w.retriesLeft < w.retriesBefore) w.waits--;
  w.retriesLeft = w.retriesBefore;
}

function fillBudget(w: World): void {
  w.retriesLeft = w.setting.env.options.retry;
  w.failures = 0;
  w.hasHurried = false;
  w.hasForgiven = false;
  w.waits = 0;
  w.since = NOW;
}

function demandLife(life: Life, w: World): void {
  demand(life.retriesLeft === w.retriesLeft, `the budget is ${w.retriesLeft}, not ${life.retriesLeft}`);
  demand(life.failures === w.failures, "failures are counted since the budget was last full");
  demand(life.since === w.since, "elapsed counts from the loss of the last stable connection");
  demand(life.hasHurried === w.hasHurried, "a short wait is remembered");
  demand(life.hasForgiven === w.hasForgiven, "what is forgiven once is remembered");
  demand(life.hasWorked === w.hasWorked, "that a connection was ready is remembered");
  demand(life.route === w.route, "where attempts lead is remembered");
}

/** Between lives nothing is spent, and nothing remembered. */
function demandNoLife(life: Life): void {
  const { retriesLeft, failures, since, hasHurried, hasForgiven, hasWorked, route } = life;
  const isBlank = route === undefined && !hasHurried && !hasForgiven && !hasWorked;
  demand(isBlank && retriesLeft + failures + since === 0, "a life that is over leaves nothing behind");
}

function demandSetback(setback: Setback, before: World, event: Event, env: Env): void {
  if (before.state.name === "deciding") {
    demand(setback === before.state.setback, "it is decided about the same setback");
    return;
  }
  demand(setback.wasOpen === wasOpen(before), "a setback knows whether it was open");
  demand(setback.uptime === uptimeOf(before), "and how long it was ready");
  demand(setback.wasStable === wasStable(before), "and whether that was stable");
  if (event.type === "lost" || event.type === "failed") {
    demand(setback.failure === event.failure, "and how it failed");
  } else {
    demand(isOwnFailure(before, env, setback.failure), "and what took too long");
  }
}

// — after the effects ——————————————————————————————————————————————————————————————————————————————————————————————

/** What follows without an effect; and the state is brought back to the current generation. */
function settleDown(w: World, before: World, event: Event, env: Env, next: State): void {
  const hasMovedOn = next.generation !== CURRENT;
  const hasMoved = next.name !== before.state.name;
  if (next.name !== "greeting" && w.isGreeterPending) {
    w.isGreeterPending = false;
    w.isHeld = true;
    w.ghosts = [...w.ghosts, "greeter"];
  }
  if (next.name !== "deciding" && w.decider !== "none") {
    w.decider = "none";
    w.ghosts = [...w.ghosts, "decider"];
  }
  if (next.name === "waiting") {
    w.isMarked = false;
    w.ghosts = [];
  }
  w.ghosts = hasMovedOn ? [] : ([...new Set(w.ghosts)].sort() as Ghost[]);
  w.state = hasMovedOn ? { ...next, generation: CURRENT } : next;
  if (next.name !== "connecting") w.phaseBy = Infinity;
  if (next.name === "open" && hasMoved) w.readySince = NOW;
  w.vigils = next.name === "open" ? vigilsAfter(before, event, env) : [];
  w.due = dueAfter(w, event, env, next.name, hasMoved);
  if (next.name !== "connecting" && next.name !== "preparing") w.openBy = Infinity;
  if (next.name !== "connecting") w.phases = 0;
  if (next.name !== "waiting") w.notBefore = w.retriesBefore = 0;
  if (next.name !== "open" && next.name !== "ending") w.readySince = Infinity;
  if (next.name !== "closing") {
    w.closeCode = 0;
    w.closeReason = "";
    w.isAgain = false;
  }
}

/** The past that no rule looks at any more is alike: how long ago it was, how many failures there were. */
function forgetThePast(w: World): void {
  const { state } = w;
  if (state.name === "closing" || state.name === "closed") {
    Object.assign(w, {
      retriesLeft: 0,
      failures: 0,
      waits: 0,
      hasHurried: false,
      hasForgiven: false,
      hasWorked: false,
      route: undefined,
      mayAttempt: false,
    });
  }
  w.since = NOW - 1;
  w.failures = Math.min(w.failures, 1);
  if (w.setting.env.options.retry > 1 && w.readySince === Infinity) w.hasWorked = false;
  if (!hasBooks(state.name)) return;
  const { since, failures, hasWorked } = w;
  const { life } = state;
  if (since === life.since && failures === life.failures && hasWorked === life.hasWorked) return;
  w.state = { ...state, life: { ...life, since, failures, hasWorked } };
}

function areAlike(some: readonly Vigil[], others: readonly Vigil[]): boolean {
  const asked = ({ question }: Vigil) => (typeof question === "object" ? question.since : question);
  return (
    some.length === others.length &&
    some.every((one, i) => {
      const other = others[i]!;
      const keys = ["watch", "until", "aliveAt", "since"] as const;
      return keys.every((key) => one[key] === other[key]) && asked(one) === asked(other);
    })
  );
}

// — invariants —————————————————————————————————————————————————————————————————————————————————————————————————————

const transports: { readonly [S in StateName]?: TransportState } = {
  connecting: "dialling",
  greeting: "open",
  open: "open",
  ending: "ending",
  closing: "closing",
};

const toldIn: { readonly [S in StateName]: Told } = {
  idle: "nothing",
  settling: "unconnected",
  preparing: "unconnected",
  connecting: "unconnected",
  greeting: "connected",
  open: "connected",
  ending: "connected",
  deciding: "unconnected",
  waiting: "unconnected",
  closing: "connected",
  closed: "close",
};

/** What a life remembers matters until it ends. */
function hasBooks(name: StateName): boolean {
  return name !== "idle" && name !== "closing" && name !== "closed";
}

/** What holds between any two events. */
function demandInvariants(w: World): void {
  const { state } = w;
  const { name } = state;
  const isLive = name !== "idle" && name !== "closed";
  // DESIGN §5.1
  demand(w.transport === (transports[name] ?? "none"), `in ${name} the transport is ${w.transport}`);
  demand(
    w.isProviderAsked === (name === "preparing"),
    "providers are pending while preparing, and aborted after",
  );
  demand((w.decider !== "none") === (name === "deciding"), "deciders are pending while deciding");
  demand(w.isGreeterPending === (name === "greeting"), "onConnect is pending while greeting");
  demand(name !== "settling" || w.isMarked, "settling waits for callbacks");
  // DESIGN §5.2
  const told = name === "deciding" && state.setback.wasOpen ? "connected" : toldIn[name];
  demand(w.told === told, `in ${name} the user has been told: ${w.told}`);
  const phase = name === "preparing" ? "prepare" : name === "connecting" && w.phases > 0 ? phaseIn(w) : "";
  demand(w.phase === phase, `in ${name} the phase ${w.phase || "none"} was told to run`);
  // DESIGN §5.3
  if (w.setting.isDefaultPolicy) demand(w.waits <= w.setting.env.options.retry, "at most `retry` waits");
  if (hasBooks(name)) demandLife(state.life, w);
  else if (name !== "closing") demandNoLife(state.life);
  if (name === "open" || name === "ending")
    demand(state.readySince === w.readySince, "uptime counts from ready");
  if (name === "open") demand(areAlike(state.vigils, w.vigils), "the peer is watched as the options say");
  // DESIGN §5.4
  demand(w.isSupervised === isLive, "a client is supervised and listens to its signal during a life");
  demand(!w.isClosePromised || name === "closing", "close() is pending only while closing");
  demand(
    !w.isReadyPromised || (name !== "open" && name !== "closed"),
    "ready() settles when it is open or over",
  );
  demand(
    w.queue === 0 || (name !== "open" && name !== "closed"),
    "what waits leaves when open and is reported at the end",
  );
  if (name === "closed" && !w.isHeld && !w.isMarked) {
    demand(state.until === Infinity, "nothing is pending once it is over and the callbacks have settled");
  }
  // DESIGN §5.5 and what the timeouts say
  const { until: deadline } = state;
  demand(deadline === w.due, `${name} ends in ${w.due - NOW} ms at the latest, not ${deadline - NOW}`);
  if (name === "waiting")
    demand(deadline >= w.notBefore, "nothing but reconnect() cuts short what the server asked for");
  if (name === "closing")
    demand(
      deadline <= NOW + w.setting.env.options.wsOpts.closingTimeout,
      "close() settles within closingTimeout",
    );
  const isHeldUp = w.isHeld && (w.isMarked || w.isFarewellHeld) && (name === "settling" || name === "closed");
  const isBounded = w.setting.env.options.callbackTimeout < Infinity;
  demand(!isHeldUp || !isBounded || deadline < Infinity, "what waits for callbacks has a deadline");
}
