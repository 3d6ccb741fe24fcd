// Every message that is sent has one outcome: on the wire, in the queue, dropped and told so, or refused by a throw. Order
// is kept, nothing is sent twice, nothing before the greeting allows it. What is received is told once, in order, and
// only from the connection of now, its successor once that is open, and those that have given way; but while closing, what comes on top of a backlog is let go, and that is told once.

import { type Drop, type Message, QueueFullError } from "@gundam/core";
import { successorOf } from "@gundam/core/succession";
import type { Observation, Parcel, SeenTransport } from "../observation.ts";
import { keyOf } from "../parcels.ts";
import type { World } from "../world.ts";
import type { Grammar } from "./grammar.ts";
import type { Invariant } from "./invariant.ts";
import type { Pacing } from "./pace.ts";

const MOST_HELD = 64;
const MOST_HELD_SIZE = 2 ** 20;

interface Arrival {
  readonly message: Message;
  /** It must be let go; `maybe`: that cannot be seen from outside. */
  readonly isLetGo: boolean | "maybe";
  readonly transport: SeenTransport;
}

/** What comes from a connection that is closing, while somebody would stop the reading. */
interface Flood {
  readonly transport: SeenTransport | undefined;
  /** The last that came and takes all the room there is, and whether somebody was given something since. */
  large: Message | undefined;
  isLater: boolean;
  /** Messages were let go before they were told. */
  isLetGo: boolean | "maybe";
  /** Readers that let messages go. */
  readers: Set<object>;
  /** How often that was told. */
  told: number;
}

export class Messages implements Invariant {
  readonly #world: World;
  readonly #grammar: Grammar;
  readonly #pacing: Pacing;
  readonly #parcels: Map<string, Parcel> = new Map();
  /** Those whose outcome is not known yet, in the order in which they must leave. */
  readonly #open: Parcel[] = [];
  /** How many of these, from the first on, go ahead of the others while the connection is greeted. */
  #ahead = 0;
  /** Those that left before others, which may have been refused or dropped: that may be told later. */
  #overtaken: (readonly [parcel: Parcel, waiting: readonly Parcel[]])[] = [];
  /** What waited for a ready connection when we began to close it. */
  #leaving: readonly Parcel[] | undefined;
  /** Those that did not leave before our Close frame, and which may have been refused. */
  #leftBehind: readonly Parcel[] = [];
  /** The messages that were received and not told yet. */
  #arrived: Arrival[] = [];
  /** The message that is being decoded, which is not told if that fails. */
  #undecoded: Arrival | undefined;
  #flood: Flood | undefined;
  readonly #lettingGo: Set<object> = new Set();
  /** What the last message came over. */
  #source: SeenTransport | undefined;

  constructor(world: World, grammar: Grammar, pacing: Pacing) {
    this.#world = world;
    this.#grammar = grammar;
    this.#pacing = pacing;
  }

  observe(observation: Observation): void {
    switch (observation.kind) {
      case "sending":
        this.#parcels.set(observation.parcel.key, observation.parcel);
        this.#open.splice(
          observation.parcel.isAhead ? this.#ahead++ : this.#open.length,
          0,
          observation.parcel,
        );
        return;
      case "transition":
        if (observation.next.name !== "greeting") this.#ahead = 0;
        if (observation.next.name !== "closing") this.#leaving = undefined;
        else if (observation.state.name === "open") this.#leaving = [...this.#open];
        return;
      case "framed":
        return this.#framed(observation.transport);
      case "refused":
        return this.#refused(observation.parcel);
      case "sent":
        return this.#sent(observation);
      case "told":
        if (observation.type === "drop") this.#dropped(observation.detail as Drop);
        if (observation.type === "message") this.#received(observation.detail as Message);
        if (observation.detail instanceof QueueFullError && observation.type === "error")
          this.#floodOf(this.#source).told++;
        return;
      case "decoding":
        if (observation.isFailed) this.#undecoded = this.#arrived.pop();
        else if (this.#undecoded !== undefined) this.#arrived.push(this.#undecoded);
        return;
      case "network":
        return this.#arrives(observation);
      case "called":
      case "asked":
        if (this.#flood !== undefined) this.#flood.isLater = true;
        return;
    }
  }

  #refused(parcel: Parcel): void {
    this.#forget(parcel);
    if (parcel.sent + parcel.dropped > 0) this.#complain(parcel, "was refused, and sent or dropped");
  }

  #forget(parcel: Parcel): void {
    const index = this.#open.indexOf(parcel);
    if (index < 0) return;
    this.#open.splice(index, 1);
    if (index < this.#ahead) this.#ahead--;
  }

  /** A Close frame waits for nobody, but all leaves before it that may. */
  #framed({ isEnding }: SeenTransport): void {
    if (this.#leaving === undefined || isEnding || this.#pacing.isFull) return;
    // What has expired was dropped, although that may be told later.
    const isDue = (parcel: Parcel) => this.#open.includes(parcel) && parcel.expiresAt > this.#world.clock;
    this.#leftBehind = this.#leaving.filter(isDue);
  }

  #sent({ key, transport, buffered }: Observation & { kind: "sent" }): void {
    const parcel = this.#parcels.get(key);
    if (parcel === undefined) return this.#world.violate("messages", `sent what nobody gave: ${key}`);
    parcel.sent++;
    const isSuccessors = transport === this.#world.network.successor;
    // What waits for its turn over the successor holds nobody up who leaves over another connection.
    const first = isSuccessors ? 0 : this.#world.waitingAhead;
    const before = this.#open.slice(first, Math.max(first, this.#open.indexOf(parcel)));
    this.#forget(parcel);
    if (parcel.sent > 1) this.#complain(parcel, "was sent twice");
    if (parcel.dropped > 0) this.#complain(parcel, "was dropped and sent");
    const { name } = this.#world.state;
    const isLeaving = name === "closing" && this.#leaving !== undefined && transport.closeFrame === undefined;
    const isReady = name === "open" || isLeaving || (name === "greeting" && parcel.isAhead);
    if (isSuccessors ? !parcel.isAhead : !isReady) {
      this.#complain(parcel, `was sent ${isSuccessors ? "over the successor" : `while ${name}`}`);
    }
    const { user, setup } = this.#world;
    const hasWaited = parcel.number < user.parcels.length;
    if (hasWaited && !isLeaving && buffered >= setup.options.sendQueue!.highWaterMark!)
      this.#complain(parcel, `was in the queue, and sent while ${buffered} bytes were buffered`);
    if (parcel.mayBeOvertaken) return;
    const { clock } = this.#world;
    const waiting = before.filter(({ mayBeOvertaken, expiresAt }) => !mayBeOvertaken && expiresAt > clock);
    if (waiting.length > 0) this.#overtaken.push([parcel, waiting]);
  }

  #dropped({ message, outcome, cause }: Drop): void {
    const parcel = this.#parcels.get(keyOf(message));
    if (parcel === undefined) return this.#world.violate("messages", "dropped what nobody sent");
    // That there was no room for it may be told later than the Close frame leaves.
    if (cause instanceof QueueFullError)
      this.#leftBehind = this.#leftBehind.filter((left) => left !== parcel);
    parcel.dropped++;
    this.#forget(parcel);
    if (parcel.dropped > 1) this.#complain(parcel, "was dropped twice");
    if (parcel.sent > 0 && outcome === "unsent") this.#complain(parcel, "was sent and dropped");
  }

  #arrives({ what, isLive, transport }: Observation & { kind: "network" }): void {
    if (what.type !== "message") return;
    this.#source = transport;
    const { network, state } = this.#world;
    const isSuccessors = transport === network.successor && successorOf(state)?.name !== "connecting";
    const isDue =
      (transport === network.last && state.name !== "connecting") ||
      isSuccessors ||
      network.leaving.some((leaving) => leaving === transport);
    if (!isLive || !isDue) return;
    this.#arrived.push({ message: what.message, isLetGo: this.#isLetGo(what.message, transport), transport });
  }

  /** While closing nothing stops the peer: so much may wait for an `onMessage`, and no more. */
  #isLetGo(message: Message, transport: SeenTransport): boolean | "maybe" {
    const { state, network } = this.#world;
    const isLeaving = network.leaving.some((leaving) => leaving === transport);
    if (!isLeaving && (state.name !== "closing" || transport !== network.last)) return false;
    const { messages, isKnown } = this.#grammar.waitingFrom(transport);
    const holds = messages.length;
    const flood = this.#floodOf(transport);
    const isLargeHeld = this.#isLargeHeld(flood, messages, holds);
    if (message.length >= MOST_HELD_SIZE && isLargeHeld !== true) {
      flood.large = message;
      flood.isLater = false;
    }
    if (isLeaving) return holds > 0 ? "maybe" : false;
    return isKnown ? holds >= MOST_HELD || isLargeHeld : "maybe";
  }

  #isLargeHeld({ large, isLater }: Flood, messages: readonly unknown[], holds: number): boolean | "maybe" {
    if (large === undefined || holds === 0) return false;
    return messages.includes(large) && !isLater ? true : "maybe";
  }

  #received(message: Message): void {
    while (this.#arrived[0]?.isLetGo && this.#arrived[0].message !== message) this.#gone();
    const arrival = this.#arrived.shift();
    if (message !== arrival?.message)
      this.#world.violate("messages", `told of a stale message, or out of turn: ${shown(message)}`);
    else if (arrival.isLetGo === true)
      this.#world.violate("messages", `${shown(message)} was told, although too many wait`);
  }

  /** The first that has arrived was let go. */
  #gone(): void {
    const { transport, isLetGo } = this.#arrived.shift()!;
    const flood = this.#floodOf(transport);
    if (flood.isLetGo !== true) flood.isLetGo = isLetGo;
  }

  /** A reader that is full lets a message go. */
  letGo(reader: object, transport: SeenTransport | undefined): void {
    // It says so once, whatever else it lets go.
    if (!this.#lettingGo.has(reader)) this.#floodOf(transport).readers.add(reader);
    this.#lettingGo.add(reader);
  }

  #floodOf(transport: SeenTransport | undefined): Flood {
    if (this.#flood === undefined || this.#flood.transport !== transport)
      this.#flood = {
        transport,
        large: undefined,
        isLater: false,
        isLetGo: false,
        readers: new Set(),
        told: 0,
      };
    return this.#flood;
  }

  /** Whoever lets messages go says so once. */
  #checkFlood(): void {
    while (this.#arrived[0]?.isLetGo) this.#gone();
    // What has given way lets go in two ways, of which both may tell.
    if (this.#flood === undefined || this.#flood.transport !== this.#world.network.last) return;
    const { isLetGo, readers, told } = this.#flood;
    const least = readers.size + (isLetGo === true ? 1 : 0);
    const most = readers.size + (isLetGo ? 1 : 0);
    if (told < least || told > most)
      this.#world.violate("messages", `that messages were let go was told ${told} times, and not ${least}`);
  }

  #checkOrder(): void {
    for (const [parcel, waiting] of this.#overtaken) {
      const first = waiting.find(({ isRefused, sent, dropped }) => !isRefused && (sent > 0 || dropped === 0));
      if (first !== undefined) this.#complain(parcel, `was sent before "${first.key.trim()}"`);
    }
    this.#overtaken = [];
    const left = this.#leftBehind.find(({ isRefused, mayBeOvertaken }) => !isRefused && !mayBeOvertaken);
    if (left !== undefined) this.#complain(left, "was left behind by our Close frame");
    this.#leftBehind = [];
  }

  atRest(): void {
    this.#checkFlood();
    this.#checkOrder();
    if (this.#arrived.length > 0)
      this.#world.violate("messages", `${shown(this.#arrived[0]!.message)} was not told`);
    this.#arrived = [];
    const { client, network } = this.#world;
    let queued = 0;
    for (const parcel of this.#open) {
      queued += parcel.bytes;
      if (parcel.isVolatile) this.#complain(parcel, "waits, although it is volatile");
    }
    if (this.#isDue && !this.#pacing.isFull && !this.#world.runtime.isBehind) {
      this.#world.violate("messages", `the connection is ready, and ${queued} bytes are still in the queue`);
    }
    const waiting = client.bufferedAmount - (network.current?.bufferedAmount ?? 0);
    if (waiting !== queued) {
      this.#world.violate("messages", `${waiting} bytes are in the queue, and should be ${queued}`);
    }
  }

  /** Something waits that may leave, as far as the state and the connection are concerned. */
  get #isDue(): boolean {
    const { state, network, setup, waitingAhead } = this.#world;
    const due = { open: this.#open.length - waitingAhead, greeting: this.#ahead }[state.name as string] ?? 0;
    return due > 0 && network.current!.bufferedAmount < setup.options.sendQueue!.highWaterMark!;
  }

  get isHeldUpByPace(): boolean {
    return this.#isDue && this.#pacing.isFull;
  }

  atEnd(): void {
    for (const parcel of this.#open) this.#complain(parcel, "has no outcome");
  }

  #complain({ key }: Parcel, problem: string): void {
    this.#world.violate("messages", `"${key.trim()}" ${problem}`);
  }
}

function shown(message: Message): string {
  return String(message).slice(0, 20);
}
