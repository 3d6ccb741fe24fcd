// What the page knows of a connection that looks open and is not: it made it so. The client, and the browser, cannot know.

import type { FaultRequest } from "../server/server-protocol.ts";

/** Why nothing can come: the page was taken offline, or the server was told to be silent. */
export type Silence = "offline" | "server";

/** Whether the server says nothing to one client, by the faults that it was told. */
export class ServerSilence {
  #isMute = false;
  /** The connection of now is silent. */
  #isSilent = false;
  /** So many connections to come will be. */
  #silentToCome = 0;

  get holds(): boolean {
    return this.#isMute || this.#isSilent;
  }

  /** The client has opened a connection. */
  opened(): void {
    this.#isSilent = this.#silentToCome > 0;
    if (this.#isSilent) this.#silentToCome -= 1;
  }

  told({ name, times }: FaultRequest): void {
    switch (name) {
      case "silence":
        this.#isSilent = true;
        return;
      case "silence-at-open":
        this.#silentToCome = Number(times ?? Infinity);
        return;
      case "mute":
        this.#isMute = true;
        return;
      case "speak":
        this.#isSilent = false;
        return;
      case "behave":
        this.#isMute = this.#isSilent = false;
        this.#silentToCome = 0;
    }
  }
}
