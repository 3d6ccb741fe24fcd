// The messages that were handed to the transport and may not have left it, in order: until the platform has taken them,
// a loss leaves their outcome unknown. Kept only for those who want to know.

import { UnknownDeliveryError } from "./errors.ts";
import type { Drop } from "./events.ts";
import type { Receipt } from "./receipt.ts";
import type { OutgoingMessage, Transport } from "./transport.ts";

/** Where a connection had come to when somebody asked. */
interface Position {
  readonly mark: number;
  /** What is dropped if the connection is lost before; undefined: those who asked hear of the messages before it. */
  readonly message: OutgoingMessage | undefined;
  readonly receipts: readonly Receipt[];
}

export class InFlight {
  #positions: Position[] = [];

  get isEmpty(): boolean {
    return this.#positions.length === 0;
  }

  /** Follows what has just been sent; `own` makes the message one that nobody will change. */
  add(
    transport: Transport,
    receipts: readonly Receipt[],
    message?: OutgoingMessage,
    own: (message: OutgoingMessage) => OutgoingMessage = (same) => same,
  ): void {
    this.settle(transport);
    const mark = transport.mark();
    if (transport.hasTaken(mark)) return tellFlushed(receipts);
    this.#positions.push({ mark, receipts, message: message === undefined ? undefined : own(message) });
  }

  /** Tells of what the platform has taken. */
  settle(transport: Transport): void {
    const left = this.#positions.findIndex(({ mark }) => !transport.hasTaken(mark));
    const taken = this.#positions.splice(0, left === -1 ? this.#positions.length : left);
    for (const { receipts } of taken) tellFlushed(receipts);
  }

  /** The connection is over: takes out the messages that were still on their way. */
  lose(transport: Transport): Drop[] {
    this.settle(transport);
    return this.#positions.splice(0).flatMap(({ message, receipts }) => {
      const cause = new UnknownDeliveryError(
        "the connection was lost before the platform had taken the message",
      );
      for (const receipt of receipts) receipt.dropped(cause);
      return message === undefined ? [] : [{ message, cause, outcome: "unknown" }];
    });
  }
}

function tellFlushed(receipts: readonly Receipt[]): void {
  for (const receipt of receipts) receipt.flushed();
}
