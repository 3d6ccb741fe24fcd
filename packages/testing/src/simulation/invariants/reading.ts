// Whoever reads with `for await` is given every message and the end; reading stops for a reader that is full, for a
// backlog and for a flow that is used up, and for nothing else; never while closing.

import { type GundamError, type Message, QueueFullError } from "@gundam/core";
import type { Observation, SeenTransport } from "../observation.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";
import type { Messages } from "./messages.ts";
import { endsTelling } from "./telling.ts";

/** While nothing is read, the peer is sent a pong that often, ms. */
const SIGN_OF_LIFE = 15_000;

export class Reading implements Invariant {
  readonly #world: World;
  readonly #messages: Messages;
  /** What the last message came from. */
  #source: SeenTransport | undefined;
  /** What the message that is being told came from. */
  #transport: SeenTransport | undefined;
  /** `reconnect()` was called in this step: what is told is held back. */
  #isHushed = false;

  constructor(world: World, messages: Messages) {
    this.#world = world;
    this.#messages = messages;
  }

  observe(observation: Observation): void {
    const { user } = this.#world;
    if (observation.kind === "network" && observation.what.type === "message")
      this.#source = observation.transport;
    if (observation.kind === "step") this.#isHushed = false;
    if (observation.kind === "asked") this.#isHushed ||= observation.request === "reconnect";
    if (endsTelling(observation)) this.#hear();
    if (observation.kind !== "told") return;
    const { type, detail } = observation;
    if (user.readers.some(({ isEndComing }) => isEndComing)) this.#hear();
    if (type === "error" && detail instanceof QueueFullError) this.#hear(true);
    if (type === "message") {
      this.#hear();
      this.#transport = this.#source;
      for (const reader of user.readers) reader.tell(detail as Message);
    }
    if (type === "close") {
      // Held back, it is told after whatever was being told.
      if (this.#isHushed) this.#hear();
      for (const reader of user.readers) reader.tellEnd((detail as { error?: GundamError }).error);
    }
  }

  /** What was told has come to all readers; or just to that which says that it was let go. */
  #hear(isSaid = false): void {
    const { user, state } = this.#world;
    for (const reader of user.readers) {
      if (!reader.hear(state.name === "closing")) continue;
      this.#messages.letGo(reader, this.#transport);
      if (reader.saysSo() && isSaid) return;
    }
  }

  atRest(): void {
    this.#hear();
    const { state, functions, network, user, runtime, clock, setup } = this.#world;
    const { current } = network;
    if (current === undefined) return;
    const isBusy = functions.pending.some(({ call }) => call.name.startsWith("on"));
    const isUsedUp = current.credit <= 0;
    const isFull = user.readers.some(({ isHolding }) => isHolding);
    const isClosing = state.name === "closing";
    const { keepalive } = setup.options.wsOpts!;
    const silence = clock - Math.max(current.quietAt, runtime.skippedAt);
    if (current.isPaused && !runtime.isBehind && silence > Math.min(SIGN_OF_LIFE, keepalive!))
      this.#world.violate("pause", `nothing is read for ${silence} ms, and the peer sees no life`);
    if (current.isPaused && isClosing) this.#world.violate("pause", "reading is paused while closing");
    if (current.isPaused && !isBusy && !isUsedUp && !isFull)
      this.#world.violate("pause", "reading is paused for nothing");
    if (!current.isPaused && current.isOpen && (isUsedUp || isFull) && !isClosing)
      this.#world.violate(
        "pause",
        `${isUsedUp ? "the flow is used up" : "a reader is full"}, and reading goes on`,
      );
  }

  atEnd(): void {
    if (this.#world.user.readers.some(({ isWaiting }) => isWaiting))
      this.#world.violate("readers", "a reader was not told of the end");
  }
}
