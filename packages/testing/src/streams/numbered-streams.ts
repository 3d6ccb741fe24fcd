// What a server counts of several clients: it sends each a numbered stream, over whichever of the client's connections was
// opened last, and notes the numbers that the client sends. A number is used only where it can be sent: what a server has
// to say while a client is away is nobody's loss. The url's path says who a client is.

import { type Counts, messageOf, numberOf, Tally } from "./numbers.ts";

/** A connection as its server has it. */
export interface StreamConnection {
  /** What tells it from others. */
  readonly id: number;
  /** At least path and query. */
  readonly url: string;
  /** Whether a message could leave now, as far as the server knows. */
  readonly canSend: boolean;
  /** Sends a message over it. */
  readonly send: (message: string) => void;
}

/** What the server has counted of one client. */
export interface StreamRecord {
  /** The last number that was sent. */
  readonly sent: number;
  /** What has become of the numbers that the client has sent. */
  readonly received: Counts;
  /** Connections that were opened. */
  readonly opened: number;
  /** Connections open at once, at most. */
  readonly mostOpen: number;
}

interface Stream {
  sent: number;
  readonly received: Tally;
  opened: number;
  mostOpen: number;
  /** Oldest first. */
  readonly connections: Map<number, StreamConnection>;
}

/**
 * What a server counts of several clients: it sends each a numbered stream, over whichever of the client's connections
 * was opened last, and notes the numbers that the client sends. The url's path says who a client is.
 *
 * @example
 * const streams = new NumberedStreams();
 * const sent: string[] = [];
 * streams.opened({ id: 1, url: "/alice", canSend: true, send: (message) => sent.push(message) });
 * streams.send();
 * streams.received(1, messageOf("client", 1));
 * sent; // → ["server 00001"]
 * streams.records.alice!.received.arrived; // → 1
 */
export class NumberedStreams {
  readonly #streams: Map<string, Stream> = new Map();
  readonly #streamOf: Map<number, Stream> = new Map();

  /** A connection was opened. */
  opened(connection: StreamConnection): void {
    const name = new URL(connection.url, "ws://server/").pathname.slice(1);
    const stream = this.#streams.get(name) ?? newStream();
    this.#streams.set(name, stream);
    this.#streamOf.set(connection.id, stream);
    stream.connections.set(connection.id, connection);
    stream.opened += 1;
    stream.mostOpen = Math.max(stream.mostOpen, stream.connections.size);
  }

  /** A message has come over the connection of this `id`; one without a number is not counted. */
  received(id: number, message: unknown): void {
    const number = numberOf("client", message);
    if (number !== undefined) this.#streamOf.get(id)?.received.note(number);
  }

  /** TCP is gone. */
  disconnected(id: number): void {
    this.#streamOf.get(id)?.connections.delete(id);
  }

  /** Sends the next number of each stream that has a connection to take it. */
  send(): void {
    for (const stream of this.#streams.values()) {
      const newest = [...stream.connections.values()].filter(({ canSend }) => canSend).at(-1);
      if (newest === undefined) continue;
      stream.sent += 1;
      newest.send(messageOf("server", stream.sent));
    }
  }

  /** By the names of the clients. */
  get records(): Readonly<Record<string, StreamRecord>> {
    const records = [...this.#streams].map(([name, { sent, received, opened, mostOpen }]) => [
      name,
      { sent, received: received.counts, opened, mostOpen },
    ]);
    return Object.fromEntries(records);
  }
}

function newStream(): Stream {
  return { sent: 0, received: new Tally(), opened: 0, mostOpen: 0, connections: new Map() };
}
