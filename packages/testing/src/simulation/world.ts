// A simulated world: one client, its network, its clock and its user, all made from one seed, and everything that can
// be seen of them told to observers.

import {
  askByPing,
  type CancelTimer,
  Client,
  type Dial,
  detectSleep,
  driverOf,
  httpVerdictOf,
  type PageSignal,
  type Platform,
  Supervisor,
  socketDeclarations,
  socketProviders,
  socketVigilance,
  tracerOf,
  withPingsAndFlow,
} from "@gundam/core";
import {
  type Effect,
  type Env,
  type Event,
  initialState,
  type State,
  transition,
} from "@gundam/core/lifecycle";
import { type Heir, type SuccessionEffect, type SuccessionEvent, successorOf } from "@gundam/core/succession";
import { mixSeed, Random } from "../random.ts";
import { settled, VirtualRuntime } from "../virtual-runtime.ts";
import { Functions } from "./functions.ts";
import { failedAttempt, SimulatedNetwork, type SimulatedTransport } from "./network.ts";
import type { Observation, Observer, Violation } from "./observation.ts";
import { chooseSetup, type Setup } from "./setup.ts";
import { show } from "./show.ts";
import { CountingController } from "./signals.ts";
import { User } from "./user.ts";

/** What is built wrong on purpose, to see that it is found. */
export interface Plant {
  /** What it is called in reports. */
  readonly name: string;
  /** Called for each world, so that a plant may remember what it has seen. */
  readonly plant: (world: World) => Planted;
}

/** A client's driver. */
export type Driver = ReturnType<typeof driverOf>;

/** A connection, and what is on its way over it. */
type Way = Pick<Driver, "outbox">;

interface Planted extends Partial<Pick<Platform, "transition">> {
  /** The network's side of `dial`. */
  readonly dial?: Dial;
  /** What the lifecycle of a client that hands over is, instead. */
  readonly succession?: (joined: typeof transition) => typeof transition;
  /** Spoils the driver itself. */
  readonly spoil?: (driver: Driver) => void;
}

/** What happens to the connection of now; undefined: it happens to another one. */
function ownEventOf(state: State, event: Event | SuccessionEvent, now: number): Event | undefined {
  const { successor, leaving, heir } = othersOf(state);
  switch (event.type) {
    case "handover":
    case "forsake":
    case "left":
      return undefined;
    case "ofHeir":
      return event.of === heir && event.of !== successor?.of ? event.event : undefined;
    case "timeout": {
      const others = [...leaving, ...(successor ? [successor.state] : [])];
      return others.some(({ until }) => until <= now) ? undefined : event;
    }
    default:
      return event;
  }
}

/** Another attempt has begun, or that of a successor is over. */
function isAnother(state: State, next: State, effects: readonly (Effect | SuccessionEffect)[]): boolean {
  const [before, after] = [successorOf(state), successorOf(next)];
  const isHeir = effects.some(
    ([name, , does]) => name === "toHeir" && (does === "succeed" || does === "promote"),
  );
  const isOver = before !== undefined && after === undefined && !isHeir;
  return isOver || (after ?? next).generation !== (before ?? state).generation;
}

interface Others {
  readonly successor?: { readonly of: Heir; readonly state: State } | undefined;
  readonly leaving: readonly { readonly of: Heir; readonly until: number }[];
  readonly heir?: Heir | undefined;
}

/** The other connections of a client, as its state has them. */
export function othersOf(state: State): Others {
  return (state as { others?: Others }).others ?? { leaving: [] };
}

/** Chains of promises in core and in the user's functions are shorter than this. */
const HOPS = 48;

/**
 * A simulated world: one client, its network, its clock and its user, all made from one seed, and everything that can
 * be seen of them told to observers.
 *
 * @example
 * // `runSchedule` makes the world, and lets it be watched.
 * let seen: World | undefined;
 * await runSchedule(7, {
 *   observersOf: (world) => {
 *     seen = world;
 *     return [];
 *   },
 * });
 * seen?.seed; // → 7
 */
export class World {
  /** What it was made from. */
  readonly seed: number;
  /** The clock, the timers and the random numbers. */
  readonly runtime: SimulatedRuntime;
  /** The network that the client dials into. */
  readonly network: SimulatedNetwork;
  /** The client's supervisor. */
  readonly supervisor: Supervisor = new Supervisor();
  /** The options that the seed has chosen, and what the user listens to. */
  readonly setup: Setup;
  /** The user's functions: callbacks, url, headers, `shouldRetry` and `retryFun`, and the calls that are pending. */
  readonly functions: Functions;
  /** Whoever has the client in hand. */
  readonly user: User;
  /** The client. */
  readonly client: Client;
  /** The controller of the option `signal`; undefined without one. */
  readonly signal: CountingController | undefined;
  /** What must never happen, and did. */
  readonly violations: Violation[] = [];
  readonly #observers: readonly Observer[];
  readonly #welcomes: Random;
  /** The state of the lifecycle, as the table was last told. */
  state: State = initialState;
  /** The number of the attempt that is made, that of a successor before that of the connection of now. */
  attempt = 0;
  /** The table is asked by what joins it with itself. */
  #isWithin = false;
  /** The ends of lives, that of a client which was closed before it was started among them: whether a new one followed. */
  readonly ends: boolean[] = [];
  /** How many steps were made. */
  steps = 0;
  /** The page is put away, and has not woken. */
  isAsleep = false;
  /** The schedule is at its end: the user has no more wishes. */
  isWindingDown = false;

  constructor(seed: number, observersOf: (world: World) => readonly Observer[], plant?: Plant) {
    this.seed = seed;
    this.runtime = new SimulatedRuntime(mixSeed(seed, 1), this);
    this.network = new SimulatedNetwork(this);
    this.#welcomes = new Random(mixSeed(seed, 2));
    this.functions = new Functions(this, mixSeed(seed, 3));
    this.user = new User(this, mixSeed(seed, 7));
    this.setup = chooseSetup(this.functions, new Random(mixSeed(seed, 4)));
    this.signal = this.setup.signal;
    this.#observers = observersOf(this);
    const planted = plant?.plant(this) ?? {};
    this.client = new Client(this.#platform(planted), this.setup.options);
    planted.spoil?.(this.driver);
    this.#follow(planted.succession);
    this.user.listen(this.setup.listening);
    if (this.setup.isDeaf) this.#turnDeaf();
  }

  /** The simulation hears of errors and ends, and the client does not know. */
  #turnDeaf(): void {
    const { events } = this.driver;
    const has = events.has.bind(events);
    events.has = (type) => type !== "error" && type !== "close" && has(type);
  }

  #platform({ transition: apply = transition, dial = this.network.dial }: Planted): Platform {
    return {
      name: "virtual",
      runtime: this.runtime,
      dial: withPingsAndFlow(dial, () => this.runtime.now()),
      declarations: socketDeclarations,
      providers: socketProviders,
      ignored: [],
      verdictOf: httpVerdictOf,
      vigilanceOf: socketVigilance,
      ping: askByPing,
      ...detectSleep({ now: () => this.runtime.now(), wallNow: () => this.runtime.wallNow() }),
      tracer: tracerOf(this.runtime),
      supervisor: this.supervisor,
      supervised: true,
      goingAway: 1001,
      transition: (state, event, env) => this.#observed(apply, state, event, env),
    };
  }

  /** A client that hands over joins the lifecycle with itself: then that is what is observed, and not the table within. */
  #follow(planted: Planted["succession"] = (joined) => joined): void {
    const { driver, network } = this;
    const { release } = driver;
    let { transition: lifecycle, toHeir } = driver;
    Object.defineProperties(driver, {
      transition: {
        get: () => lifecycle,
        set: (joined: typeof transition) => {
          const apply = planted(joined);
          lifecycle = (state, event, env) => this.#observed(apply, state, event, env);
        },
      },
      toHeir: {
        get: () => toHeir,
        set: (tell: NonNullable<typeof toHeir>) => {
          toHeir = (of, does, fact) => {
            network.toHeir(of, does);
            tell(of, does, fact);
          };
        },
      },
      release: {
        value: () => {
          this.observe({ kind: "released" });
          release.call(driver);
        },
      },
    });
  }

  #observed(apply: typeof transition, state: State, event: Event, env: Env): ReturnType<typeof transition> {
    if (this.#isWithin) return apply(state, event, env);
    this.#isWithin = true;
    const outcome = apply(state, event, env);
    this.#isWithin = false;
    const [next, ...effects] = outcome;
    this.state = next;
    if (isAnother(state, next, effects)) this.attempt++;
    if (effects.some(([name]) => name === "end")) this.ends.push(next.name !== "closed");
    const own = ownEventOf(state, event, env.now);
    if (own !== undefined) this.observe({ kind: "transition", state, event: own, env, next, effects });
    else this.observe({ kind: "succession", state, event, env, next, effects });
    return outcome;
  }

  /** The client's driver. */
  get driver(): Driver {
    return driverOf(this.client);
  }

  /** How many messages wait for their turn over the successor. */
  get waitingAhead(): number {
    const { successor } = (this.driver.others as { successor?: Way } | undefined) ?? {};
    return successor?.outbox.entries.length ?? 0;
  }

  /** The client's clock: a timer that fires is due, however early it comes. */
  get clock(): number {
    return this.driver.now();
  }

  /** Tells the observers. */
  observe(observation: Observation): void {
    for (const observer of this.#observers) observer.observe(observation);
  }

  /** Notes that an invariant does not hold. */
  violate(rule: string, detail: string): void {
    this.violations.push({ rule, detail });
  }

  /** What a page or a machine may tell. */
  hear(signal: PageSignal): void {
    this.isAsleep = signal.type === "sleep";
    this.driver.post(signal);
  }

  /** What the network does with a transport at once, before or just after `dial` returns. */
  welcome(transport: SimulatedTransport): void {
    const { welcome } = this.setup;
    const random = this.#welcomes;
    if (random.chance(welcome.phase)) transport.startPhase("lookup", random.pick([5, 100]), "lookupTimeout");
    const [open, refuse] = [random.chance(welcome.open), random.chance(welcome.refuse)];
    const failure = failedAttempt(random);
    if (open || refuse) {
      this.runtime.microtask(() => {
        if (transport.isLive) open ? transport.open() : transport.lose(failure);
      });
    }
  }

  /** Lets everything settle that needs no time. */
  rest(): Promise<void> {
    return settled(HOPS);
  }

  /** Moves time on, past at most `most` timers. */
  async pass(ms: number, most = 12): Promise<void> {
    const end = this.runtime.now() + ms;
    for (let fired = 0; fired < most; fired++) {
      const left = end - this.runtime.now();
      const next = this.runtime.nextTimer;
      if (next > left) return this.runtime.advance(Math.max(0, left));
      await this.runtime.advance(next);
      await this.rest();
    }
  }
}

const done = Promise.resolve();

export class SimulatedRuntime extends VirtualRuntime {
  readonly #world: World;
  /** How early timers have come, all together, ms. */
  earliness = 0;
  /** When the clock moved last without firing what was due. */
  skippedAt = 0;

  constructor(seed: number, world: World) {
    super(seed);
    this.#world = world;
  }

  override setTimer(delay: number, fire: () => void): CancelTimer {
    if (!(delay >= 0 && delay < 2 ** 31)) this.#world.violate("timer", `set a timer of ${delay} ms`);
    return super.setTimer(delay, fire);
  }

  // A promise's job costs less than `queueMicrotask`, which asks async_hooks first.
  override microtask(run: () => void): void {
    done.then(run).catch((error) => this.#world.violate("throws", `in a microtask: ${show(error)}`));
  }

  override fireEarly(by: number): void {
    const due = this.now() + this.nextTimer;
    this.earliness += by;
    super.fireEarly(by);
    if (this.#world.clock < due) this.#world.violate("clock", "a timer fired, and is not due for the client");
  }

  override skip(ms: number): void {
    super.skip(ms);
    this.skippedAt = this.now();
  }

  override warn(line: string): void {
    this.#world.observe({ kind: "warned", line });
  }

  override report(error: unknown): void {
    this.#world.observe({ kind: "reported", error });
  }

  override abortController(): CountingController {
    return new CountingController();
  }
}
