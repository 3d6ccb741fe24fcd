// The retry budget: with the default policy at most `retry` + 1 attempts and `retry` waits from one stable connection
// to the next, whatever else happens, and with several endpoints as many rounds through them; with any policy no two waits of under 100 ms; and waits are waited for.

import type { Failure } from "@gundam/core";
import type { State, StateOf } from "@gundam/core/lifecycle";
import { retryTimeouts } from "../functions.ts";
import type { Observation } from "../observation.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";

const SHORT_WAIT = 100;
const LONGEST_RETRY_AFTER = 300_000;
/** The longest that a client of a crowd holds back. */
const CROWD_SPREAD = 5_000;
/** A wake ends a wait within this time. */
const WAKE_SPREAD = 250;

/** The wait of now. */
interface Wait {
  readonly since: number;
  readonly delay: number;
  /** What the server asked for, at the least and at the most. */
  readonly floor: number;
  readonly mostFloor: number;
  /** The retries that are left when it is cut short. */
  readonly retriesBefore: number;
  /** It may end early; the server is not heeded only where the user asked for it. */
  isCut: boolean;
  isAskedFor: boolean;
}

const noWait = { delay: 0, floor: 0, mostFloor: 0, isCut: false, isAskedFor: false };

export class Budget implements Invariant {
  readonly #world: World;
  #attempts = 0;
  /** How many endpoints the life began with; a callback may have returned a single url since. */
  #endpoints = 1;
  /** By which it is decided. */
  #router: object | undefined;
  /** Attempts that the user asked for. */
  #free = 0;
  #waits = 0;
  #shortWaits = 0;
  /** Failures that are forgiven once, and were. */
  #forgiven = 0;
  #readyAt: number | undefined;
  #wait: Wait | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  observe(observation: Observation): void {
    if (observation.kind === "succession") this.#handedOver(observation);
    if (observation.kind !== "transition") return;
    const { state, event, env, next, effects } = observation;
    // The attempt of the successor has begun already.
    if (effects.some((effect) => effect[0] === "toHeir" && effect[2] === "promote")) {
      this.#free++;
      this.#connectionEnded(env.now);
    }
    if (event.type === "reconnect" && this.#wait !== undefined)
      this.#wait.isCut = this.#wait.isAskedFor = true;
    if (event.type === "wake" && state.name === "waiting") this.#woken(observation);
    if (event.type === "sleep" && next.name === "waiting") {
      const none = { delay: 0, floor: 0, mostFloor: 0, isAskedFor: false };
      const { retriesLeft: retriesBefore } = next.life;
      this.#wait = { since: env.now, ...none, retriesBefore, ...this.#wait, isCut: true };
    }
    if (next.name !== "open" && next.name !== "ending") this.#connectionEnded(env.now);
    if (next.name === "open" && state.name !== "open") this.#readyAt = env.now;
    if (effects.some(([name]) => name === "begin")) this.#endpoints = next.life.route?.places.length ?? 1;
    if (effects.some(([name]) => name === "begin")) this.#refill();
    else if (event.type === "reconnect" && next.generation !== state.generation) this.#free++;
    else if (event.type === "wake" && next.generation !== state.generation) this.#free++;
    else if (event.type === "sleep" && next.name === "waiting" && state.name !== "waiting") this.#free++;
    for (const effect of effects) {
      if (effect[0] !== "tellRetry") continue;
      const isOnward = event.type === "decided" && event.decision?.isOnward;
      if (isOnward) this.#wait = { ...noWait, since: env.now, retriesBefore: next.life.retriesLeft };
      else {
        // A callback may have returned a single url since it was decided.
        const isRound = this.#endpoints > 1 && (env.router ?? this.#router) !== undefined;
        this.#waiting(env.now, effect[1], next, state, isRound);
      }
    }
    if (next.name === "deciding") this.#router = env.router;
    if (next.name === "preparing" && state.name !== "preparing") this.#attempt();
    if (state.name === "waiting" && next.name === "settling") this.#waited(env.now);
    if (next.name !== "waiting") this.#wait = undefined;
  }

  /** What becomes of a successor costs nothing. */
  #handedOver({ state, next, env }: Observation & { kind: "succession" }): void {
    const isSucceeded = next.generation !== state.generation;
    if (isSucceeded) {
      this.#connectionEnded(env.now);
      this.#readyAt = env.now;
    }
    const { retriesLeft, failures } = state.life;
    const isFull = isSucceeded && this.#waits === 0;
    if (!isFull && (next.life.retriesLeft !== retriesLeft || next.life.failures !== failures))
      this.#world.violate("budget", "a successor has cost something");
  }

  #connectionEnded(now: number): void {
    if (this.#readyAt !== undefined && now - this.#readyAt >= this.#world.setup.options.stableAfter!)
      this.#refill();
    this.#readyAt = undefined;
  }

  /** A wake that cuts a wait short makes good what its retry had cost, once; another changes nothing. */
  #woken({ state, env, next }: Observation & { kind: "transition" }): void {
    const wait = this.#wait;
    if (wait === undefined) return this.#world.violate("budget", "a wait was not told");
    const isCutShort = next.until < state.until;
    const { retriesLeft } = state.life;
    const due = isCutShort ? wait.retriesBefore : retriesLeft;
    if (next.life.retriesLeft !== due)
      this.#world.violate("budget", `after a wake ${next.life.retriesLeft} retries are left, and not ${due}`);
    const soon = Math.max(wait.since + wait.mostFloor, env.now + WAKE_SPREAD);
    if (next.until > Math.min(state.until, soon))
      this.#world.violate("budget", `after a wake the next attempt is at ${next.until}, not by ${soon}`);
    if (!isCutShort) return;
    wait.isCut = true;
    if (wait.retriesBefore === retriesLeft) return;
    this.#waits--;
    this.#free += this.#endpoints;
  }

  #refill(): void {
    this.#attempts = 0;
    this.#free = 0;
    this.#waits = 0;
    this.#shortWaits = 0;
    this.#forgiven = 0;
  }

  /** `isRound`: several endpoints have failed, and what their servers ask for is looked at where these are. */
  #waiting(
    now: number,
    delay: number,
    { life: { retriesLeft } }: State,
    state: State,
    isRound: boolean,
  ): void {
    const failure = state.name === "deciding" && !isRound ? state.setback.failure : undefined;
    const floor = Math.min(failure?.retryAfter ?? 0, LONGEST_RETRY_AFTER);
    const isCrowded = failure?.kind === "close" && [1001, 1012, 1013].includes(failure.code!);
    const mostFloor = isRound ? Infinity : Math.max(1.25 * floor, isCrowded ? CROWD_SPREAD : 0);
    const retriesBefore = Math.max(state.life.retriesLeft, retriesLeft);
    const wait = { floor, mostFloor, retriesBefore };
    this.#wait = { since: now, delay, ...wait, isCut: false, isAskedFor: false };
    this.#waits++;
    if (delay < SHORT_WAIT) this.#shortWaits++;
    if (this.#shortWaits > 1) this.#world.violate("budget", `a second wait of under 100 ms (${delay})`);
    if (!(delay >= 0 && delay < 2 ** 31)) this.#world.violate("budget", `a wait of ${delay} ms`);
    if (state.name === "deciding" && !isRound) this.#checkDecision(state.setback, delay);
    const { retryFun, retry } = this.#world.setup.options;
    if (retryFun !== undefined) return;
    if (this.#waits > retry!) this.#world.violate("budget", `${this.#waits} waits, but retry is ${retry}`);
    // Unless the budget is full again, every failure takes one of it.
    if (retriesLeft !== retry! - this.#waits) {
      this.#world.violate("budget", `${retriesLeft} retries left of ${retry} after ${this.#waits} waits`);
    }
  }

  #checkDecision({ failure, wasStable }: StateOf<"deciding">["setback"], delay: number): void {
    const { retryFun, shouldRetry } = this.#world.setup.options;
    this.#checkFloor(failure, delay);
    if (shouldRetry === undefined) this.#checkVerdict(failure);
    if (retryFun === undefined) this.#checkPlan(failure, delay, wasStable);
  }

  #checkVerdict({ kind, status, code }: Failure): void {
    const blamesPlace = kind === "certificate" || kind === "blocked" || status === 404;
    if (blamesPlace && typeof this.#world.setup.options.url !== "function") {
      this.#world.violate("budget", `${kind} ${status ?? ""} was retried`);
    }
    const isForgiven =
      blamesPlace ||
      kind === "protocol" ||
      status === 401 ||
      (kind === "close" && [1002, 1003, 1008, 3000].includes(code!));
    if (!isForgiven) return;
    this.#forgiven++;
    if (this.#forgiven > 1) this.#world.violate("budget", `${kind} ${status ?? code} was forgiven twice`);
  }

  /** As in gun: the first retry after a connection that worked is immediate. */
  #checkPlan({ kind, code, retryAfter }: Failure, delay: number, wasStable: boolean): void {
    const isHeldBack = retryAfter !== undefined || (kind === "close" && [1001, 1012, 1013].includes(code!));
    if (isHeldBack) return;
    // A callback may have returned another `retryTimeout`, before or after the question was asked.
    const planned = wasStable ? [0] : [this.#world.setup.options.retryTimeout!, ...retryTimeouts];
    if (planned.some((timeout) => delay === timeout || delay === Math.max(timeout, SHORT_WAIT))) return;
    this.#world.violate("budget", `a wait of ${delay} ms where ${planned} were planned`);
  }

  #checkFloor({ retryAfter = 0 }: Failure, delay: number): void {
    const floor = Math.min(retryAfter, LONGEST_RETRY_AFTER);
    if (delay < floor) this.#world.violate("budget", `waits ${delay} ms where the server asked for ${floor}`);
  }

  #attempt(): void {
    this.#attempts++;
    const { retryFun, retry } = this.#world.setup.options;
    const rounds = retry! + 1;
    const most = rounds * this.#endpoints + this.#free;
    if (retryFun === undefined && this.#attempts > most) {
      this.#world.violate("budget", `${this.#attempts} attempts, at most ${most}`);
    }
  }

  #waited(now: number): void {
    if (this.#wait === undefined) return this.#world.violate("budget", "a wait was not told");
    const { since, delay, floor, isCut, isAskedFor } = this.#wait;
    if (!isCut && now - since < delay) {
      this.#world.violate("budget", `an attempt after ${now - since} ms where ${delay} were to be waited`);
    }
    if (!isAskedFor && now - since < floor)
      this.#world.violate("budget", `an attempt after ${now - since} ms where the server asked for ${floor}`);
  }
}
