// The server of one race, its own: it sends each contender a numbered stream, counts what it gets, and has the faults.

import type { Platform } from "@gundam/core";
import type { StreamRecord } from "@gundam/testing/streams";
import type { FaultRequest } from "../server/server-protocol.ts";

export interface RaceServer {
  /** Where a contender connects to, by its id. */
  readonly urlOf: (id: string) => string;
  readonly WebSocket: typeof WebSocket;
  readonly platform: Platform;
  readonly apply: (fault: FaultRequest) => Promise<void>;
  /** Sends no more numbers. */
  readonly finish: () => Promise<void>;
  /** What it has counted, by the contenders' ids. */
  readonly records: () => Promise<Readonly<Record<string, StreamRecord>>>;
  readonly stop: () => void;
}
