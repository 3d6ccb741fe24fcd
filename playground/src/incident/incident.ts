// An incident: what goes wrong, and what is done about it, in time. Faults of the server, conditions of the page, and what
// its user does to the client.

import type { FaultRequest } from "../server/server-protocol.ts";

/** One thing that happens. */
export type Act =
  | { readonly type: "fault"; readonly fault: FaultRequest }
  /** What the page goes through. */
  | { readonly type: "offline" | "online" | "hide" | "show" }
  /** What its user does to the client. */
  | { readonly type: "reconnect" | "handover" | "close" };

export interface IncidentStep {
  /** ms from the incident's beginning. */
  readonly at: number;
  readonly act: Act;
}

export interface Incident {
  /** In the order of their times. */
  readonly steps: readonly IncidentStep[];
  /** ms that it goes on; no step is later. */
  readonly duration: number;
}
