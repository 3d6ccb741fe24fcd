// Whoever reads with `for await` is given every message and the end; reading stops for a reader that is full, for a
// backlog and for a flow that is used up, and for nothing else; never while closing.

import { type GundamError, type Message, QueueFullError } from "@gundam/core";
import type { Observation } from "../observation.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";
import type { Messages } from "./messages.ts";

export class Reading implements Invariant {
  readonly #world: World;
  readonly #messages: Messages;

  constructor(world: World, messages: Messages) {
    this.#world = world;
    this.#messages = messages;
  }

  observe(observation: Observation): void {
    const { user, state } = this.#world;
    const { kind } = observation;
    const isOfFlood = kind === "called" && observation.call.args[0] instanceof QueueFullError;
    if ((kind === "called" && !isOfFlood) || kind === "settled" || kind === "network" || kind === "step") {
      for (const reader of user.readers) reader.heard();
    }
    if (kind === "asked" && observation.request === "leave") this.#spare();
    if (kind !== "told") return;
    if (observation.type === "message") {
      for (const reader of user.readers) {
        if (!reader.tell(observation.detail as Message, state.name === "closing"))
          this.#messages.letGo(reader);
      }
    }
    if (observation.type === "close") {
      this.#spare();
      for (const reader of user.readers) reader.end((observation.detail as { error?: GundamError }).error);
    }
  }

  /** Who ends before a message comes to it lets none go. */
  #spare(): void {
    for (const reader of this.#world.user.readers) if (reader.isSpared) this.#messages.spare(reader);
  }

  atRest(): void {
    const { state, functions, network, user } = this.#world;
    const { current } = network;
    if (current === undefined) return;
    const isBusy = functions.pending.some(({ call }) => call.name.startsWith("on"));
    const isUsedUp = current.credit <= 0;
    const isFull = user.readers.some(({ isHolding }) => isHolding);
    const isClosing = state.name === "closing";
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
