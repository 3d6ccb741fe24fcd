// What the server saw since its start, or since `clear()`: exact counts, and lists that keep the newest entries.

import type { IncomingHttpHeaders } from "node:http";
import type { UpgradeFault } from "./behaviour.ts";
import type { EchoConnection } from "./echo-connection.ts";
import type {
  Received,
  ReceivedClose,
  ReceivedControl,
  ReceivedMessage,
  ReceivedViolation,
} from "./received.ts";

/** Entries a list keeps at most; beyond, the older half leaves. */
const LIST_LIMIT = 20_000;
/** Message data (characters and bytes) kept at most; beyond, the older half leaves. */
const BYTES_LIMIT = 64 * 1024 * 1024;

/** An upgrade request that a fault has answered. */
export interface SpoiledUpgrade {
  /** The number of its TCP connection, from 1. */
  readonly connection: number;
  /** What it was answered by. */
  readonly fault: UpgradeFault;
}

/** An upgrade request that a client has sent. */
export interface UpgradeRequest {
  /** The number of the TCP connection, from 1. */
  readonly connection: number;
  /** Path and query as sent. */
  readonly url: string;
  /** Its header fields, names in lower case. */
  readonly headers: IncomingHttpHeaders;
}

/** What the record notes: each event the server emits about its clients, and the entry kept of it. */
export interface Noted extends Received {
  /** TCP was accepted; `connection` is its number. */
  connected: { readonly connection: number };
  /** A client has sent its upgrade request. */
  upgradeRequested: UpgradeRequest;
  /** A fault answers the request. */
  upgradeSpoiled: SpoiledUpgrade;
  /** The 101 was written. */
  opened: EchoConnection;
  /** TCP is gone, whoever ended it; `connection` is its number. */
  disconnected: { readonly connection: number };
}

/** How often each thing has happened. */
export interface RecordCounts {
  /** TCP connections that were accepted. */
  tcpConnections: number;
  /** Upgrade requests that were read. */
  upgrades: number;
  /** Upgrade requests that a fault has answered. */
  spoiled: number;
  /** Connections whose 101 was written. */
  opens: number;
  /** Messages that were received. */
  messages: number;
  /** Pings that were received. */
  pings: number;
  /** Pongs that were received. */
  pongs: number;
  /** Close frames that were received. */
  closes: number;
  /** Clients that broke the protocol. */
  violations: number;
  /** TCP connections that are gone. */
  disconnects: number;
}

const countOf: Readonly<Record<keyof Noted, keyof RecordCounts>> = {
  connected: "tcpConnections",
  upgradeRequested: "upgrades",
  upgradeSpoiled: "spoiled",
  opened: "opens",
  messageReceived: "messages",
  pingReceived: "pings",
  pongReceived: "pongs",
  closeReceived: "closes",
  violated: "violations",
  disconnected: "disconnects",
};

type Listed = Exclude<keyof Noted, "connected" | "upgradeSpoiled" | "opened" | "disconnected">;

/**
 * What the server saw since its start, or since `clear()`: exact counts, and lists that keep the newest 20,000 entries.
 *
 * @example
 * await server.until(({ counts }) => counts.messages === 2);
 * console.log(server.record.messagesOf(1));
 */
export class ServerRecord {
  readonly #lists: { [Event in Listed]: NewestList<Noted[Event]> } = {
    upgradeRequested: new NewestList(),
    messageReceived: new NewestList(({ data }) => data.length),
    pingReceived: new NewestList(),
    pongReceived: new NewestList(),
    closeReceived: new NewestList(),
    violated: new NewestList(),
  };
  /** How often each thing has happened. */
  counts: RecordCounts = noCounts();

  /** Upgrade requests, the oldest first. */
  get upgrades(): readonly UpgradeRequest[] {
    return this.#lists.upgradeRequested.entries;
  }

  /** Messages, the oldest first. */
  get messages(): readonly ReceivedMessage[] {
    return this.#lists.messageReceived.entries;
  }

  /** Pings, the oldest first. */
  get pings(): readonly ReceivedControl[] {
    return this.#lists.pingReceived.entries;
  }

  /** Pongs, the oldest first. */
  get pongs(): readonly ReceivedControl[] {
    return this.#lists.pongReceived.entries;
  }

  /** Close frames, the oldest first. */
  get closes(): readonly ReceivedClose[] {
    return this.#lists.closeReceived.entries;
  }

  /** What clients did against the protocol, the oldest first. */
  get violations(): readonly ReceivedViolation[] {
    return this.#lists.violated.entries;
  }

  /** The data one connection sent, in order. */
  messagesOf(connection: number): (string | Buffer)[] {
    return this.messages.filter((entry) => entry.connection === connection).map(({ data }) => data);
  }

  /** Forgets all, and counts from 0. */
  clear(): void {
    this.counts = noCounts();
    for (const list of Object.values(this.#lists)) list.clear();
  }

  /**
   * Notes what has happened.
   * @internal
   */
  note<Event extends keyof Noted>(event: Event, entry: Noted[Event]): void {
    this.counts[countOf[event]] += 1;
    if (event in this.#lists) (this.#lists[event as Listed] as NewestList<unknown>).add(entry);
  }
}

class NewestList<Entry> {
  readonly #weigh: (entry: Entry) => number;
  entries: Entry[] = [];
  #weight = 0;

  constructor(weigh: (entry: Entry) => number = () => 0) {
    this.#weigh = weigh;
  }

  add(entry: Entry): void {
    this.entries.push(entry);
    this.#weight += this.#weigh(entry);
    if (this.entries.length > LIST_LIMIT || this.#weight > BYTES_LIMIT) this.#dropOlderHalf();
  }

  clear(): void {
    this.entries = [];
    this.#weight = 0;
  }

  // Half at once, so that a long run pays for the copy once in many entries. The newest entry stays whatever its size.
  #dropOlderHalf(): void {
    do this.entries = this.entries.slice(Math.floor(this.entries.length / 2));
    while (this.entries.length > 1 && this.#sum() > BYTES_LIMIT);
    this.#weight = this.#sum();
  }

  #sum(): number {
    return this.entries.reduce((sum, entry) => sum + this.#weigh(entry), 0);
  }
}

function noCounts(): RecordCounts {
  return Object.fromEntries(Object.values(countOf).map((count) => [count, 0])) as unknown as RecordCounts;
}
