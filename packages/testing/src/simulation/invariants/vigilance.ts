// A peer that `wsOpts.keepalive` watches is asked with a ping before it is taken for dead, has its time from when the ping
// has left, is judged by all that has come, and is left in time.

import type { Observation, SeenTransport } from "../observation.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";

/** What has come is read by then, after a wake, ms. */
const READING = 100;
/** A question that the kernel does not take is waited for so long, ms; and what a jam holds up. */
const STALL = 15_000;
const MOST_LAG = 60_000;
const life: readonly string[] = ["message", "ping", "pong"];

export class Vigilance implements Invariant {
  readonly #world: World;
  /** Since when the peer may be silent: it lived, or was not listened to, or was asked anew. */
  #since = 0;
  /** How many pings the connection of now had been asked when something came last. */
  #pings = 0;
  /** What waits for its answer: when it was asked, what was sent before it, and when it left. */
  #question: { readonly askedAt: number; readonly behind: number; leftAt: number | undefined } | undefined;
  /** When the kernel last took something of what had waited; `-Infinity`: nothing has ever waited. */
  #tookAt = -Infinity;
  /** The question of a wake is owed since then. */
  #wokenAt: number | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  observe(observation: Observation): void {
    const { clock, network } = this.#world;
    const isNews = observation.kind === "network" && life.includes(observation.what.type);
    if (isNews && observation.isLive && observation.transport === network.current) {
      this.#since = clock;
      this.#hear(network.current?.pings.length ?? 0);
    }
    if (observation.kind === "network" && observation.what.type === "drained")
      this.#take(observation.transport, observation.what.left);
    if (observation.kind === "succession" && observation.next.generation !== observation.state.generation)
      this.#succeeded(clock);
    if (observation.kind !== "transition") return;
    const { state, event, next, effects } = observation;
    const isOpened = next.name === "open" && state.name !== "open";
    if (isOpened) this.#since = clock;
    if (event.type === "wake") {
      this.#since = clock + READING;
      this.#question = undefined;
    }
    if (isOpened) {
      this.#hear(0);
      this.#tookAt = -Infinity;
    }
    const isAsked = effects.some(([name]) => name === "probe");
    if (state.name === "open" && event.type === "timeout") this.#look(observation, isAsked);
    if (state.name === "open" && event.type === "wake") this.#wake(clock, isAsked);
    if (next.name !== "open" || isOpened) this.#wokenAt = undefined;
    const isDead = state.name === "open" && event.type === "timeout" && next.name !== "open";
    if (isDead) this.#judge(clock);
    if (!isAsked) return;
    const { bufferedAmount } = network.current!;
    const leftAt = bufferedAmount === 0 ? clock : undefined;
    this.#question ??= { askedAt: clock, behind: network.current!.mark(), leftAt };
  }

  #take(transport: SeenTransport, left: number): void {
    if (transport !== this.#world.network.current || transport.bufferedAmount === left) return;
    this.#tookAt = this.#world.clock;
    const question = this.#question;
    if (question !== undefined && transport.mark() - left > question.behind) question.leftAt ??= this.#tookAt;
  }

  #hear(pings: number): void {
    this.#pings = pings;
    this.#question = undefined;
  }

  #judge(now: number): void {
    const { network, runtime, setup } = this.#world;
    const { current } = network;
    if (current!.pings.length <= this.#pings)
      this.#world.violate("vigilance", "the peer was taken for dead, and not asked");
    if (runtime.unread.length > 0)
      this.#world.violate("vigilance", "the peer was taken for dead, and what it had sent was not read");
    const patience = setup.options.wsOpts!.keepalive!;
    const { askedAt, leftAt } = this.#question!;
    const since = leftAt ?? Math.max(askedAt, this.#tookAt);
    const least = leftAt === undefined ? Math.max(patience, STALL) : patience;
    if (now - since < least)
      this.#world.violate(
        "vigilance",
        `the peer was taken for dead ${now - since} ms after it could be asked`,
      );
  }

  /** Something may have waited before the question. */
  get #hasJammed(): boolean {
    return this.#tookAt > -Infinity || this.#world.network.current!.isClogged;
  }

  /** Another connection is watched from now on. */
  #succeeded(now: number): void {
    this.#since = now;
    this.#hear(0);
    this.#tookAt = -Infinity;
    this.#wokenAt = undefined;
  }

  #wake(now: number, isAsked: boolean): void {
    if (this.#world.setup.options.wsOpts!.keepalive === Infinity) return;
    this.#wokenAt = now;
    if (isAsked) this.#world.violate("vigilance", "the peer was asked before what had come was read");
  }

  #look({ env, next }: Observation & { kind: "transition" }, isAsked: boolean): void {
    if (next.name !== "open" && this.#wokenAt !== undefined)
      this.#world.violate("vigilance", "the peer was taken for dead, and not asked since a wake");
    if (isAsked && this.#wokenAt !== undefined && env.now < this.#wokenAt + READING)
      this.#world.violate("vigilance", "the peer was asked before what had come was read");
    // While nothing is read, nobody is watched.
    const isHeld = env.link?.transport?.isHeld === true;
    if (isAsked || isHeld) this.#wokenAt = undefined;
    if (isHeld) this.#question = undefined;
  }

  atRest(): void {
    const { state, network, runtime, clock, setup } = this.#world;
    const { keepalive } = setup.options.wsOpts!;
    if (network.current?.isPaused) this.#since = clock;
    if (state.name !== "open" || runtime.isBehind) return;
    const last = Math.max(this.#since, this.#tookAt, runtime.skippedAt, network.current?.resumedAt ?? 0);
    const silence = clock - last;
    if (this.#wokenAt !== undefined && clock >= this.#wokenAt + READING)
      this.#world.violate("vigilance", "the peer was not asked after a wake");
    const lag = this.#hasJammed ? STALL + MOST_LAG : 0;
    if (silence > 2 * keepalive! + lag)
      this.#world.violate("vigilance", `the peer is silent for ${silence} ms, and was not left`);
  }
}
