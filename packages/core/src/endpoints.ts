// `url: endpoints([…])`: several addresses of one service. What a life knows of them is in its `route`, which is replaced and
// never changed: the value itself may be shared by clients.

import { chain } from "./chain.ts";
import type { Course, Decision, Life, Place, Route, Setback } from "./life.ts";
import { check, isUrl, type Kind, oneOf, resolveOptions, urlSource } from "./option-checks.ts";
import type { AttemptContext, Endpoint, RoutedUrl, UrlChecker, UrlRouter, UrlSource } from "./options.ts";
import { redactUrl } from "./redact.ts";
import { type Decider, decide, floorOf, judge, plan } from "./retry.ts";
import { routerOf } from "./settings.ts";
import type { Awaitable } from "./structural.ts";

/** How `endpoints()` goes through its list. */
export interface EndpointsOptions {
  /**
   * The order in which they are tried: as they are listed, the preferred one first, or one of each life's own, so that
   * many clients spread over them. Default `"listed"`.
   */
  readonly order?: "listed" | "random" | undefined;
}

/** How long an endpoint is struck out, ms. */
const STRUCK_OUT = 5 * 60_000;

const urlList: Kind = ["an array of one url or more", (value) => Array.isArray(value) && value.length > 0];
const oneUrl: Kind = [urlSource[0], (value) => urlSource[1](value) && routerOf(value) === undefined];
const declarations = { endpoints: { order: [oneOf("listed", "random"), "listed"] } } as const;

/**
 * Several addresses of one service, for the option `url`: each a url or a function, as `url` takes them. One that fails is
 * followed by the next at once; the policy's wait comes, and a retry is spent, when all have failed. A failure that would
 * end a client strikes out its endpoint, for 5 minutes; the client ends when all are struck out. After a stable connection
 * is lost they are tried in their order again. Throws an `OptionError` for what is no list of urls.
 *
 * @example connect(resilient({ url: endpoints(["wss://eu.example.org/feed", "wss://us.example.org/feed"]) }))
 */
export function endpoints(list: readonly UrlSource[], options: EndpointsOptions = {}): RoutedUrl {
  const sources = (check("endpoints", list, urlList) as readonly UrlSource[]).map((source, index) => {
    check(nameOf(index), source, oneUrl);
    return isUrl(source) ? source.href : (source as Endpoint);
  });
  const { order } = resolveOptions(declarations, { endpoints: options }).endpoints as EndpointsOptions;
  const router = new ListRouter(sources, order === "random");
  const ask = (context: AttemptContext, route?: Route) => {
    const source = router.sourceAt(route);
    return typeof source === "function" ? source(context) : source;
  };
  return Object.assign(ask, { router });
}

function nameOf(index: number): string {
  return `endpoints[${index}]`;
}

/** What `endpoints()` makes of its list. */
class ListRouter implements UrlRouter {
  readonly #sources: readonly Endpoint[];
  readonly #isShuffled: boolean;
  readonly isFixed: boolean;

  constructor(sources: readonly Endpoint[], isShuffled: boolean) {
    this.#sources = sources;
    this.#isShuffled = isShuffled;
    this.isFixed = !sources.some((source) => typeof source === "function");
  }

  get urls(): readonly string[] {
    return this.#sources.filter((source) => typeof source === "string");
  }

  check(settings: UrlChecker): void {
    for (const [index, source] of this.#sources.entries()) {
      if (typeof source === "string") settings.normalizeUrl(source, nameOf(index));
    }
  }

  begin(random: number): Route {
    const listed = [...this.#sources.keys()];
    const indices = this.#isShuffled ? shuffled(listed, random) : listed;
    const places = indices.map((index) => ({ index, ...unknown }));
    return { of: this, places, at: 0, rounds: 0 };
  }

  nameAt(route: Route | undefined): string {
    return nameOf(this.#indexAt(route));
  }

  shownAt(route: Route, settings: UrlChecker): string {
    const source = this.sourceAt(route);
    const name = this.nameAt(route);
    return typeof source === "string" ? redactUrl(settings.normalizeUrl(source, name)) : name;
  }

  sourceAt(route: Route | undefined): Endpoint {
    return this.#sources[this.#indexAt(route)]!;
  }

  #indexAt(route: Route | undefined): number {
    const { places, at } = this.#own(route);
    return places[at]!.index;
  }

  /** A callback may have returned these endpoints in the middle of a life. */
  #own(route: Route | undefined): Route {
    return route?.of === this ? route : this.begin(0);
  }

  goesOn(life: Life, setback: Setback, now: number): boolean {
    return this.#sources.length > 1 && nextOf(this.#placesAfter(life, setback), now) >= 0;
  }

  decide(life: Life, setback: Setback, decider: Decider): Awaitable<Decision> {
    if (this.#sources.length === 1) return decide(life, setback, decider);
    return judge(life, setback, decider, (isRetried, byDefault) => {
      const isOwn = isRetried && setback.failure.byPage && life.failures === 1 && life.retriesLeft > 0;
      // The browser may have ended it, and the endpoint is as good as before.
      if (isOwn) return plan(life, setback, decider, byDefault);
      return this.#where(life, setback, decider, isRetried, byDefault);
    });
  }

  /** On to the next endpoint, or into the next round if there is one. */
  #where(
    life: Life,
    setback: Setback,
    decider: Decider,
    isRetried: boolean,
    byDefault: boolean,
  ): Awaitable<Decision> {
    const { now, random } = decider;
    const { retriesLeft: retries, failures } = life;
    const asksFor = floorOf(setback.failure, random);
    const facts = isRetried ? { notBefore: now + asksFor } : { struckUntil: now + STRUCK_OUT };
    const route = { ...this.#own(life.route), places: this.#placesAfter(life, setback, facts) };
    const next = nextOf(route.places, now);
    if (next >= 0) {
      const course = courseOf({ ...route, at: next });
      const forgiven = byDefault && decider.verdict !== "retry";
      return { retries, delay: 0, floor: 0, forgiven, isOnward: true, course };
    }
    const waits = route.places.map(({ notBefore, struckUntil }) =>
      struckUntil > now ? Infinity : Math.max(0, notBefore - now),
    );
    const least = Math.min(...waits);
    if (least === Infinity || retries === 0) return undefined;
    const rounds = (failures === 1 ? 0 : route.rounds) + 1;
    const places = route.places.map((place) => ({ ...place, hasFailed: false }));
    const course = courseOf({ ...route, places, at: waits.indexOf(least), rounds });
    return chain(plan({ ...life, failures: rounds }, setback, decider, byDefault, least), (retry) => ({
      ...retry,
      course,
    }));
  }

  /** What is known after a setback, the first of which after a stable connection begins a new round. */
  #placesAfter(
    { route, failures, hasWorked }: Life,
    { failure, wasStable }: Setback,
    facts: Partial<Place> = {},
  ): Place[] {
    const { places, at } = this.#own(route);
    // Whoever worked until now is tried again in its turn, unless it is silent.
    const hasFailed = !wasStable || failure.kind === "dead";
    return places.map((place, i) =>
      i === at
        ? { ...place, hasFailed, hasWorked, ...facts }
        : { ...place, hasFailed: place.hasFailed && failures > 1 },
    );
  }
}

const unknown = { hasFailed: false, notBefore: -Infinity, struckUntil: -Infinity, hasWorked: false };

/** The first that can be tried in this round; -1: there is none. */
function nextOf(places: readonly Place[], now: number): number {
  return places.findIndex(
    ({ hasFailed, notBefore, struckUntil }) => !hasFailed && notBefore <= now && struckUntil <= now,
  );
}

function courseOf(route: Route): Course {
  return { route, hasWorked: route.places[route.at]!.hasWorked };
}

/** The permutation that a number in [0, 1) stands for: its digits, with bases that fall. */
function shuffled(indices: readonly number[], random: number): number[] {
  const left = [...indices];
  let rest = random;
  return indices.map(() => {
    const digit = Math.floor(rest * left.length);
    rest = rest * left.length - digit;
    return left.splice(digit, 1)[0]!;
  });
}
