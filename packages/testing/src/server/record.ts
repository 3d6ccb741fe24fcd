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

export interface SpoiledUpgrade {
  readonly connection: number;
  /** What it was answered by. */
  readonly fault: UpgradeFault;
}

export interface UpgradeRequest {
  /** The number of the TCP connection, from 1. */
  readonly connection: number;
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** What the record notes: each event the server emits about its clients, and the entry kept of it. */
export interface Noted extends Received {
  /** TCP was accepted. */
  connected: { readonly connection: number };
  upgradeRequested: UpgradeRequest;
  /** A fault answers the request. */
  upgradeSpoiled: SpoiledUpgrade;
  /** The 101 was written. */
  opened: EchoConnection;
  /** TCP is gone, whoever ended it. */
  disconnected: { readonly connection: number };
}

export interface RecordCounts {
  tcpConnections: number;
  upgrades: number;
  /** Upgrade requests that a fault has answered. */
  spoiled: number;
  opens: number;
  messages: number;
  pings: number;
  pongs: number;
  closes: number;
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

export class ServerRecord {
  readonly #lists: { [Event in Listed]: NewestList<Noted[Event]> } = {
    upgradeRequested: new NewestList(),
    messageReceived: new NewestList(({ data }) => data.length),
    pingReceived: new NewestList(),
    pongReceived: new NewestList(),
    closeReceived: new NewestList(),
    violated: new NewestList(),
  };
  counts: RecordCounts = noCounts();

  get upgrades(): readonly UpgradeRequest[] {
    return this.#lists.upgradeRequested.entries;
  }

  get messages(): readonly ReceivedMessage[] {
    return this.#lists.messageReceived.entries;
  }

  get pings(): readonly ReceivedControl[] {
    return this.#lists.pingReceived.entries;
  }

  get pongs(): readonly ReceivedControl[] {
    return this.#lists.pongReceived.entries;
  }

  get closes(): readonly ReceivedClose[] {
    return this.#lists.closeReceived.entries;
  }

  get violations(): readonly ReceivedViolation[] {
    return this.#lists.violated.entries;
  }

  /** The data one connection sent, in order. */
  messagesOf(connection: number): (string | Buffer)[] {
    return this.messages.filter((entry) => entry.connection === connection).map(({ data }) => data);
  }

  clear(): void {
    this.counts = noCounts();
    for (const list of Object.values(this.#lists)) list.clear();
  }

  /** @internal */
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
