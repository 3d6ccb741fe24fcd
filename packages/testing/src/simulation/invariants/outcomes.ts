// Every message comes to one end, and what is told of it is true: `flushed` was taken while its connection was alive,
// `acked` was answered by a pong to a later ping, `unknown` was on its way when its connection ended, or taken and not
// acked where that was asked for, and `unsent` never left. Nothing that was on its way at the end of its connection is
// passed over in silence; `deliver` and `drop` tell the same.

import type { Drop } from "@gundam/core";
import type { Observation, Parcel, SeenTransport } from "../observation.ts";
import { keyOf } from "../parcels.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";

/** A parcel that was handed to a transport. */
interface HandOver {
  readonly transport: SeenTransport;
  /** How many pings had been sent before it. */
  readonly pings: number;
  /** The same before it was taken. */
  takenPings: number;
  /** Where it ends, among all bytes that were sent over it. */
  readonly end: number;
  isTaken: boolean;
  /** How many had been sent when it was asked whether the peer has read it; undefined: that was not asked yet. */
  asked: number | undefined;
}

export class Outcomes implements Invariant {
  readonly #world: World;
  readonly #parcels: Map<string, Parcel> = new Map();
  readonly #handOvers: Map<Parcel, HandOver> = new Map();
  /** Those that the network has not taken, and that were not told of. */
  readonly #onTheirWay: Set<Parcel> = new Set();
  /** Those that `deliver` has said have come as far as was asked. */
  readonly #delivered: Set<Parcel> = new Set();
  /** How far the pongs of each connection had come before this step: a promise tells of them. */
  #ponged: ReadonlyMap<SeenTransport, number> = new Map();
  /** What was taken in this step. */
  #taken: Parcel[] = [];
  /** What `deliver` said in this step. */
  readonly #said: Map<Parcel, string> = new Map();

  constructor(world: World) {
    this.#world = world;
  }

  observe(observation: Observation): void {
    switch (observation.kind) {
      case "sending":
        this.#parcels.set(observation.parcel.key, observation.parcel);
        return;
      case "sent":
        return this.#sent(observation);
      case "told":
        if (observation.type === "drop") this.#dropped(observation.detail as Drop);
        return;
      case "network":
        if (observation.what.type === "drained" && observation.isLive)
          this.#drained(observation.transport, observation.what.left);
        return;
      case "delivered":
        return this.#told(observation);
    }
  }

  #sent({ key, transport }: Observation & { kind: "sent" }): void {
    const parcel = this.#parcels.get(key);
    if (parcel === undefined) return;
    const isTaken = !transport.isClogged;
    const pings = transport.pings.length;
    const end = transport.mark();
    const facts = { transport, pings, takenPings: pings, end, isTaken };
    this.#handOvers.set(parcel, { ...facts, asked: undefined });
    if (isTaken) this.#taken.push(parcel);
    if (!isTaken) this.#onTheirWay.add(parcel);
    if (this.#world.runtime.now() >= parcel.expiresAt) this.#complain(parcel, "was sent after its ttl");
  }

  #drained(transport: SeenTransport, left: number): void {
    const taken = transport.mark() - left;
    for (const parcel of this.#onTheirWay) {
      const handOver = this.#handOvers.get(parcel)!;
      if (handOver.transport !== transport || handOver.end > taken) continue;
      handOver.isTaken = true;
      handOver.takenPings = transport.pings.length;
      this.#taken.push(parcel);
      this.#onTheirWay.delete(parcel);
    }
  }

  #dropped({ message, outcome }: Drop): void {
    const parcel = this.#parcels.get(keyOf(message));
    if (parcel === undefined) return;
    const handOver = this.#handOvers.get(parcel);
    if (outcome === "unsent" && handOver !== undefined)
      this.#complain(parcel, "was sent, and told as unsent");
    if (outcome === "unknown" && handOver === undefined)
      this.#complain(parcel, "was not sent, and told as unknown");
    // A pong to a ping of somebody else's may say it, too; whoever waits for the answer to his own does not know.
    const isAnswered = handOver?.asked !== undefined && this.#pongedOn(handOver.transport) >= handOver.asked;
    const isKnown = handOver?.isTaken && (!parcel.isAckWanted || isAnswered);
    if (outcome === "unknown" && isKnown) this.#complain(parcel, "was taken, and told as unknown");
    this.#onTheirWay.delete(parcel);
  }

  #told({ parcel, outcome }: Observation & { kind: "delivered" }): void {
    const handOver = this.#handOvers.get(parcel);
    const isFlushed = handOver?.isTaken === true;
    const isAcked = isFlushed && this.#isAcked(handOver);
    this.#said.set(parcel, outcome);
    if (outcome === "flushed" || outcome === "acked") this.#delivered.add(parcel);
    const isTrue =
      (outcome === "flushed" && isFlushed) ||
      (outcome === "acked" && isAcked) ||
      (outcome === "ERR_UNKNOWN_DELIVERY" && handOver !== undefined) ||
      (unsent.includes(outcome) && handOver === undefined);
    if (!isTrue) this.#complain(parcel, `was said to be ${outcome}`);
  }

  #pongedOn(transport: SeenTransport): number {
    return this.#ponged.get(transport) ?? 0;
  }

  #isAcked({ transport, pings }: HandOver): boolean {
    return transport.ponged > pings;
  }

  atRest(): void {
    for (const parcel of this.#onTheirWay) {
      const { transport } = this.#handOvers.get(parcel)!;
      if (!transport.isLive)
        this.#complain(parcel, "was on its way at the end of its connection, and not told of");
    }
    for (const [parcel, outcome] of this.#said) {
      if (outcome === "ERR_UNKNOWN_DELIVERY" && parcel.dropped === 0)
        this.#complain(parcel, "was said to be unknown, and not told of");
    }
    this.#said.clear();
    for (const parcel of this.#taken) {
      const handOver = this.#handOvers.get(parcel)!;
      const { pings, closeFrame } = handOver.transport;
      if (pings.length > handOver.takenPings && closeFrame === undefined) handOver.asked = pings.length;
    }
    this.#taken = [];
    const { last, successor, leaving } = this.#world.network;
    const followed = [last, successor, ...leaving].filter((transport) => transport !== undefined);
    this.#ponged = new Map(followed.map((transport) => [transport, transport.ponged]));
    for (const parcel of this.#delivered) {
      if (parcel.dropped > 0) this.#complain(parcel, "was delivered, and told of as dropped");
    }
  }

  #complain({ key }: Parcel, problem: string): void {
    this.#world.violate("outcomes", `"${key.trim()}" ${problem}`);
  }
}

/** The codes of errors that say that a message never left. */
const unsent: readonly string[] = ["ERR_UNSENT", "ERR_QUEUE_FULL", "ERR_NOT_OPEN", "ERR_CALLBACK"];
