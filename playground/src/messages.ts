// The message log: what went out and came in, and what became of it.

import { computed, type ReadonlySignal } from "@preact/signals";
import type { Message } from "gundam";
import { BoundedLog } from "./bounded-log.ts";

export type Outcome = "received" | "sent" | "queued" | "dropped";

export interface MessageEntry {
  readonly id: number;
  readonly at: number;
  readonly outcome: Outcome;
  /** Cut when it is long; `bytes` is the whole. */
  readonly text: string;
  readonly isBinary: boolean;
  readonly bytes: number;
}

/** Characters, or bytes of a binary message, that are shown. */
const SHOWN_LENGTH = 400;
const SHOWN_BYTES = 32;

const encoder = new TextEncoder();

export class Messages {
  readonly log: BoundedLog<MessageEntry> = new BoundedLog();
  /** How many of those shown wait for a connection. */
  readonly queued: ReadonlySignal<number> = computed(
    () => this.log.entries.value.filter(({ outcome }) => outcome === "queued").length,
  );

  add(message: Message, outcome: Outcome): void {
    this.log.add({ at: Date.now(), outcome, ...shown(message) });
  }

  /** The queue has left. */
  markSent(): void {
    this.log.change((entry) => (entry.outcome === "queued" ? { ...entry, outcome: "sent" } : entry));
  }

  /** The oldest queued message of this text will not be sent. */
  markDropped(message: Message): void {
    const { text, bytes } = shown(message);
    let isFound = false;
    this.log.change((entry) => {
      const isIt = !isFound && entry.outcome === "queued" && entry.text === text && entry.bytes === bytes;
      isFound ||= isIt;
      return isIt ? { ...entry, outcome: "dropped" } : entry;
    });
  }
}

function shown(message: Message): Pick<MessageEntry, "text" | "isBinary" | "bytes"> {
  if (typeof message === "string") {
    const text = message.length > SHOWN_LENGTH ? `${message.slice(0, SHOWN_LENGTH)}…` : message;
    return { text, isBinary: false, bytes: encoder.encode(message).length };
  }
  const hex = [...message.subarray(0, SHOWN_BYTES)].map((byte) => byte.toString(16).padStart(2, "0"));
  const text = message.length > SHOWN_BYTES ? `${hex.join(" ")} …` : hex.join(" ");
  return { text, isBinary: true, bytes: message.length };
}
