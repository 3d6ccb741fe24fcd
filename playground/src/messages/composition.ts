// What is written for a client to send, and how; it outlives the view that shows it.

import { type Signal, signal } from "@preact/signals";
import { History } from "./history.ts";

/** How a message is given: as text, byte by byte, or as a file. */
export type Kind = "text" | "hex" | "file";

export class Composition {
  readonly kind: Signal<Kind> = signal<Kind>("text");
  readonly text: Signal<string> = signal("");
  readonly history: History = new History();
  /** A message each second. */
  readonly isTalking: Signal<boolean> = signal(false);
  #ticks = 0;

  /** The next message of a client that keeps talking. */
  nextTick(): string {
    this.#ticks += 1;
    return JSON.stringify({ tick: this.#ticks, at: new Date().toISOString() });
  }
}
