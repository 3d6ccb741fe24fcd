// Who runs in a race: a file each in `lanes`, of which each exports its `contender`.

import type { Platform } from "@gundam/core";

export interface Contender {
  /** Also the path by which its server knows it. */
  readonly id: string;
  readonly name: string;
  /** The library's name in the registry; undefined for code of one's own. */
  readonly library?: string;
  /** How it is used. */
  readonly usage: string;
  /** What is not part of the page's first view comes only now. */
  readonly load: () => Promise<(start: Start) => Racer>;
}

/** What a contender is started with. */
export interface Start {
  readonly url: string;
  /** The browser's, or the server's in the page; counts what is constructed. */
  readonly WebSocket: typeof WebSocket;
  /** The same for Gundam, which takes no class. */
  readonly platform: Platform;
  readonly told: Told;
}

/** What a contender tells while it runs, as it tells its user. */
export interface Told {
  /** Begins to connect; for who does not construct the `WebSocket` that it was given. */
  attempted(): void;
  opened(): void;
  lost(): void;
  received(message: unknown): void;
}

export interface Racer {
  /** Its own plain way to send; what it throws was not taken. */
  send(message: string): void;
  /** Bytes that it keeps until it is connected again; undefined for who keeps none. */
  readonly waitingBytes?: number;
  close(): void;
}
