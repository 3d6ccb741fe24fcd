// Whoever reads with `for await` is given every message and the end; reading stops for a reader that is full, for a
// backlog and for a flow that is used up, and for nothing else; never while closing.

import { type GundamError, type Message, QueueFullError } from "@gundam/core";
import type { Observation, SeenTransport } from "../observation.ts";
import type { World } from "../world.ts";
import type { Invariant } from "./invariant.ts";
import type { Messages } from "./messages.ts";
import { endsTelling } from "./telling.ts";

export class Reading implements Invariant {
  readonly #world: World;
  readonly #messages: Messages;
  /** What the message that is being told came from. */
  #transport: SeenTransport | undefined;

  constructor(world: World, messages: Messages) {
    this.#world = world;
    this.#messages = messages;
  }

  observe(observation: Observation): void {
    const { user, state, network } = this.#world;
    if (endsTelling(observation)) this.#heard();
    if (observation.kind !== "told") return;
    if (observation.detail instanceof QueueFullError && observation.type === "error") {
      const reader = user.readers.find((reader) => reader.saysSo());
      if (reader !== undefined) this.#messages.letGo(reader, this.#transport, true);
    }
    if (observation.type === "message") {
      this.#heard();
      this.#transport = network.last;
      for (const reader of user.readers) reader.tell(observation.detail as Message, state.name === "closing");
    }
    if (observation.type === "close") {
      for (const reader of user.readers) reader.end((observation.detail as { error?: GundamError }).error);
    }
  }

  #heard(): void {
    for (const reader of this.#world.user.readers) {
      const isLetGo = reader.heard();
      if (isLetGo) this.#messages.letGo(reader, this.#transport, isLetGo);
    }
  }

  atRest(): void {
    this.#heard();
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
