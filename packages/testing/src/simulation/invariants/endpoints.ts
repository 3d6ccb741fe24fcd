// Several endpoints: a failed one is followed at once by another that may be tried, a round is over when there is none, what
// would end a client strikes out its endpoint, what a server asks for binds its own, and nobody gives up while there is
// something left to try.

import type { Failure } from "@gundam/core";
import type { EventOf, State, StateOf } from "@gundam/core/lifecycle";
import type { Observation } from "../observation.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";

const STRUCK_OUT = 5 * 60_000;
const LONGEST_RETRY_AFTER = 300_000;
const CROWD_SPREAD = 5_000;

/** What is known of an endpoint; times by the client's clock, ms. */
interface Known {
  hasFailed: boolean;
  struckUntil: number;
  /** Until when its server wants no attempt, at the least and at the most. */
  boundUntil: number;
  mayBeBoundUntil: number;
}

export class Endpoints implements Invariant {
  readonly #world: World;
  #known: Known[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  observe(observation: Observation): void {
    if (observation.kind !== "transition") return;
    const { state, event, env, next, effects } = observation;
    const { route } = next.life;
    if (effects.some(([name]) => name === "begin")) {
      this.#known = (route?.places ?? []).map(() => unknown());
    }
    // A callback may have returned another url.
    if (env.router === undefined || this.#known.length < 2) return;
    if (state.name === "deciding" && event.type === "decided" && event.generation === state.generation) {
      this.#decided(state, event, env.now, next);
    } else if (effects.some(([name, , , failure]) => name === "tellClose" && failure !== undefined)) {
      this.#gaveUp(state, effects.find(([name]) => name === "tellClose")![3] as Failure, env.now);
    }
  }

  #decided(state: StateOf<"deciding">, { decision }: EventOf<"decided">, now: number, next: State): void {
    const index = indexOf(state);
    this.#fails(state, index);
    const known = this.#known[index]!;
    if (next.name !== "waiting") {
      known.struckUntil = now + STRUCK_OUT;
      return this.#mustBeOver(state.life.retriesLeft, now);
    }
    const { failure } = state.setback;
    const { places } = next.life.route!;
    const isStruck = places.some((place) => place.index === index && place.struckUntil > now);
    if (isStruck) known.struckUntil = now + STRUCK_OUT;
    else this.#bind(known, failure, now);
    this.#checkVerdict(failure, isStruck);
    const isOnward = decision?.isOnward === true;
    const chosen = this.#known[indexOf(next)]!;
    if (chosen.struckUntil > now) this.#violate("an endpoint that is struck out is next");
    if (chosen.boundUntil > next.until) this.#violate("an endpoint is next before its server wants it");
    if (isOnward) {
      if (chosen.hasFailed) this.#violate("an endpoint is tried twice in a round");
      if (next.until !== now) this.#violate(`the next endpoint is tried ${next.until - now} ms later`);
      if (next.life.retriesLeft !== state.life.retriesLeft) this.#violate("the next endpoint cost a retry");
    } else {
      if (this.#mayBeTried(now)) this.#violate("a wait though not all have failed");
      for (const each of this.#known) each.hasFailed = false;
    }
  }

  #gaveUp(state: State, failure: Failure, now: number): void {
    const stable = this.#world.setup.options.stableAfter!;
    const readySince = "readySince" in state ? state.readySince : Infinity;
    const wasStable = readySince < Infinity && now - readySince >= stable;
    this.#fail(indexOf(state), failure, wasStable, wasStable || state.life.failures === 0);
    this.#mustBeOver(state.life.retriesLeft, now);
  }

  #fails({ life, setback: { failure, wasStable } }: StateOf<"deciding">, index: number): void {
    this.#fail(index, failure, wasStable, life.failures === 1);
  }

  /** After a stable connection all may be tried again, also the one that was lost, unless it is silent. */
  #fail(index: number, { kind }: Failure, wasStable: boolean, isFirst: boolean): void {
    if (isFirst) for (const each of this.#known) each.hasFailed = false;
    this.#known[index]!.hasFailed = !wasStable || kind === "dead";
  }

  #bind(known: Known, { kind, code, retryAfter = 0 }: Failure, now: number): void {
    const asked = Math.min(retryAfter, LONGEST_RETRY_AFTER);
    const isCrowded = kind === "close" && [1001, 1012, 1013].includes(code!);
    known.boundUntil = now + asked;
    known.mayBeBoundUntil = now + Math.max(1.25 * asked, isCrowded ? CROWD_SPREAD : 0);
  }

  /** The end, by a failure. */
  #mustBeOver(retriesLeft: number, now: number): void {
    const isBudgetGone = retriesLeft === 0 && !this.#mayBeTried(now);
    const areStruck = this.#known.every(({ struckUntil }) => struckUntil > now);
    if (!isBudgetGone && !areStruck) this.#violate("a client gave up while an endpoint was left to try");
  }

  #mayBeTried(now: number): boolean {
    return this.#known.some(
      ({ hasFailed, struckUntil, mayBeBoundUntil }) =>
        !hasFailed && struckUntil <= now && mayBeBoundUntil <= now,
    );
  }

  /** What ends a client with one endpoint strikes out one of several, and nothing else does. */
  #checkVerdict({ kind, status, code }: Failure, isStruck: boolean): void {
    const { url, shouldRetry } = this.#world.setup.options;
    if (shouldRetry !== undefined) return;
    const isFatal = kind === "certificate" || kind === "blocked" || [200, 301, 404].includes(status!);
    const isForgivable =
      kind === "protocol" ||
      [401, 403].includes(status!) ||
      (kind === "close" && [1002, 1003, 1008, 3000].includes(code!));
    const isFixed = (url as { router?: { isFixed: boolean } }).router?.isFixed === true;
    if (isFatal && isFixed && !isStruck) this.#violate(`${kind} ${status ?? ""} struck out nothing`);
    if (!isFatal && !isForgivable && isStruck)
      this.#violate(`${kind} ${status ?? code} struck out its endpoint`);
  }

  #violate(detail: string): void {
    this.#world.violate("endpoints", detail);
  }
}

/** The endpoint of the attempt, or of the next one. */
function indexOf({ life: { route } }: State): number {
  return route!.places[route!.at]!.index;
}

function unknown(): Known {
  return { hasFailed: false, struckUntil: -Infinity, boundUntil: -Infinity, mayBeBoundUntil: -Infinity };
}
