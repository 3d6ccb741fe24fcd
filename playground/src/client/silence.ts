// What the page knows of a connection that looks open and is not: it made it so. The client, and the browser, cannot know.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { FaultRequest } from "../server/server-protocol.ts";

/** Why nothing can come: the page was taken offline, or the server was told to be silent. */
export type Silence = "offline" | "server";

/** Whether the server says nothing to one client, by the faults that it was told. */
export class ServerSilence {
  readonly #holds = signal(false);
  #isMute = false;
  /** The connection of now is silent. */
  #isSilent = false;
  /** So many connections to come will be. */
  #silentToCome = 0;

  get holds(): ReadonlySignal<boolean> {
    return this.#holds;
  }

  /** The client has opened a connection. */
  opened(): void {
    this.#isSilent = this.#silentToCome > 0;
    if (this.#isSilent) this.#silentToCome -= 1;
    this.#tell();
  }

  told({ name, times }: FaultRequest): void {
    switch (name) {
      case "silence":
        this.#isSilent = true;
        break;
      case "speak":
        this.#isSilent = false;
        break;
      case "silence-at-open":
        this.#silentToCome = Number(times ?? Infinity);
        break;
      case "mute":
        this.#isMute = true;
        break;
      case "behave":
        this.#isMute = this.#isSilent = false;
        this.#silentToCome = 0;
    }
    this.#tell();
  }

  #tell(): void {
    this.#holds.value = this.#isMute || this.#isSilent;
  }
}
