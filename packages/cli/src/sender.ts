// Sends messages and knows what became of each: how many are on their way without an answer, and how many were lost. What is
// on its way is bounded, for a pipe is not to fill the memory.

import { deliver, type GundamError, type WebSocketClient } from "gundam";
import { MOST_OUTSTANDING } from "./client-options.ts";

/** In bytes; a text's characters count as one each. One message may always be on its way, however large it is. */
const MOST_BYTES = 4 * 1024 * 1024;

export class Sender {
  readonly #client: WebSocketClient;
  readonly #isAckWanted: boolean;
  readonly #lost: (error: GundamError, message: string | Uint8Array) => void;
  #outstanding = 0;
  #bytes = 0;
  /** They never left. */
  unsent = 0;
  /** They left, and nobody knows whether they arrived. */
  unknown = 0;
  #wake: () => void = () => {};

  /** `isAckWanted`: a message has arrived when the server has answered a ping that was sent behind it. */
  constructor(
    client: WebSocketClient,
    isAckWanted: boolean,
    lost: (error: GundamError, message: string | Uint8Array) => void = () => {},
  ) {
    this.#client = client;
    this.#isAckWanted = isAckWanted;
    this.#lost = lost;
    client.on("close", () => this.#wake());
  }

  send(message: string | Uint8Array): void {
    const { length } = message;
    this.#outstanding++;
    this.#bytes += length;
    deliver(this.#client, message, { ack: this.#isAckWanted })
      .catch((error: GundamError) => {
        if (error.code === "ERR_UNKNOWN_DELIVERY") this.unknown++;
        else this.unsent++;
        this.#lost(error, message);
      })
      .finally(() => {
        this.#outstanding--;
        this.#bytes -= length;
        this.#wake();
      });
  }

  /** Resolves when more may be sent, or the client is over. */
  async room(): Promise<void> {
    while (this.#isFull() && this.#client.phase !== "closed") await this.#change();
  }

  /** Resolves when it is known what became of every message. */
  async settled(): Promise<void> {
    while (this.#outstanding > 0) await this.#change();
  }

  #isFull(): boolean {
    return this.#outstanding >= MOST_OUTSTANDING || this.#bytes >= MOST_BYTES;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
