// A server that can be broken from the page, wherever it is.

import type { ReadonlySignal } from "@preact/signals";
import type { FaultRequest, ServerState } from "./server-protocol.ts";

export interface ServerLine {
  /** Undefined while nothing is known of it. */
  readonly state: ReadonlySignal<ServerState | undefined>;
  /** Resolves when the fault has taken effect; rejects with what is wrong with it. */
  apply(fault: FaultRequest): Promise<void>;
}
