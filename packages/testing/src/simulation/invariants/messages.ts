// Every message that is sent has one outcome: on the wire, in the queue, dropped and told so, or refused by a throw. Order
// is kept, nothing is sent twice, nothing before the greeting allows it. What is received is told once, in order, and
// only from the connection of now.

import type { Drop, Message } from "@gundam/core";
import type { Observation, Parcel } from "../observation.ts";
import { keyOf } from "../parcels.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";

export class Messages implements Invariant {
  readonly #world: World;
  readonly #parcels: Map<string, Parcel> = new Map();
  /** Those whose outcome is not known yet. */
  readonly #open: Set<Parcel> = new Set();
  /** The last that was sent in turn, and ahead of its turn. */
  readonly #last = { inTurn: 0, ahead: 0 };
  /** The messages that were received and not told yet. */
  readonly #arrived: Message[] = [];
  /** The message that is being decoded, which is not told if that fails. */
  #undecoded: Message | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  observe(observation: Observation): void {
    switch (observation.kind) {
      case "sending":
        this.#parcels.set(observation.parcel.key, observation.parcel);
        this.#open.add(observation.parcel);
        return;
      case "refused":
        return this.#refused(observation.parcel);
      case "sent":
        return this.#sent(observation.key);
      case "told":
        if (observation.type === "drop") this.#dropped(observation.detail as Drop);
        if (observation.type === "message") this.#received(observation.detail as Message);
        return;
      case "decoding":
        if (observation.isFailed) this.#undecoded = this.#arrived.pop();
        else if (this.#undecoded !== undefined) this.#arrived.push(this.#undecoded);
        return;
      case "network":
        return this.#arrives(observation);
    }
  }

  #refused(parcel: Parcel): void {
    this.#open.delete(parcel);
    if (parcel.sent + parcel.dropped > 0) this.#complain(parcel, "was refused, and sent or dropped");
  }

  #sent(key: string): void {
    const parcel = this.#parcels.get(key);
    if (parcel === undefined) return this.#world.violate("messages", `sent what nobody gave: ${key}`);
    parcel.sent++;
    this.#open.delete(parcel);
    if (parcel.sent > 1) this.#complain(parcel, "was sent twice");
    if (parcel.dropped > 0) this.#complain(parcel, "was dropped and sent");
    const { name } = this.#world.state;
    if (name !== "open" && !(name === "greeting" && parcel.isAhead)) {
      this.#complain(parcel, `was sent while ${name}`);
    }
    const kind = parcel.isAhead ? "ahead" : "inTurn";
    if (parcel.number < this.#last[kind]) this.#complain(parcel, `was sent after ${this.#last[kind]}`);
    this.#last[kind] = parcel.number;
  }

  #dropped({ message, outcome }: Drop): void {
    const parcel = this.#parcels.get(keyOf(message));
    if (parcel === undefined) return this.#world.violate("messages", "dropped what nobody sent");
    parcel.dropped++;
    this.#open.delete(parcel);
    if (parcel.dropped > 1) this.#complain(parcel, "was dropped twice");
    if (parcel.sent > 0 && outcome === "unsent") this.#complain(parcel, "was sent and dropped");
  }

  #arrives({ what, isLive, transport }: Observation & { kind: "network" }): void {
    if (what.type !== "message") return;
    const { name } = this.#world.state;
    const isDue = isLive && transport === this.#world.network.last && name !== "connecting";
    if (isDue) this.#arrived.push(what.message);
  }

  #received(message: Message): void {
    if (message === this.#arrived[0]) this.#arrived.shift();
    else this.#world.violate("messages", `told of a stale message, or out of turn: ${message}`);
  }

  atRest(): void {
    if (this.#arrived.length > 0) this.#world.violate("messages", `${this.#arrived[0]} was not told`);
    this.#arrived.length = 0;
    const { client, network } = this.#world;
    let queued = 0;
    for (const parcel of this.#open) {
      queued += parcel.bytes;
      if (parcel.isVolatile) this.#complain(parcel, "waits, although it is volatile");
    }
    if (queued > 0 && this.#world.state.name === "open") {
      this.#world.violate("messages", `the connection is ready, and ${queued} bytes are still in the queue`);
    }
    const waiting = client.bufferedAmount - (network.current?.bufferedAmount ?? 0);
    if (waiting !== queued) {
      this.#world.violate("messages", `${waiting} bytes are in the queue, and should be ${queued}`);
    }
  }

  atEnd(): void {
    for (const parcel of this.#open) this.#complain(parcel, "has no outcome");
  }

  #complain({ key }: Parcel, problem: string): void {
    this.#world.violate("messages", `"${key.trim()}" ${problem}`);
  }
}
