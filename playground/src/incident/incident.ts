// An incident: what goes wrong, and what is done about it, in time. Faults of the server, conditions of the page, and what
// its user does to the client.

import { faultWords } from "../break/faults.ts";
import type { FaultRequest } from "../server/server-protocol.ts";

export type PageCondition = "offline" | "online" | "hide" | "show";
export type UserAct = "reconnect" | "handover" | "close" | "terminate";
export type ClientName = "A" | "B";

/** One thing that happens. */
export type Act =
  | { readonly type: "fault"; readonly fault: FaultRequest }
  /** What the page goes through. */
  | { readonly type: PageCondition }
  /** What its user does to the client; without a name to all of them. */
  | { readonly type: UserAct; readonly client?: ClientName };

export interface IncidentStep {
  /** ms from the incident's beginning. */
  readonly at: number;
  readonly act: Act;
  /** As its story tells it; without words it is told by what is done. */
  readonly words?: string;
}

export interface Incident {
  /** In the order of their times. */
  readonly steps: readonly IncidentStep[];
  /** ms that it goes on; no step is later. */
  readonly duration: number;
}

/** One that has a name, and a story. */
export interface ToldIncident extends Incident {
  readonly id: string;
  readonly label: string;
  readonly story: string;
}

export const MOST_STEPS = 100;
/** ms. */
export const LONGEST_INCIDENT = 600_000;
/** ms that an incident goes on after its last step, unless it says otherwise: most clients are back by then. */
export const AFTERMATH = 4000;

/** ms that a step which is moved leaves after it. */
const SHORTEST_END = 1000;

export const nothing: Incident = { steps: [], duration: 0 };

/** What a person calls it; undefined for one that has no name. */
export function labelOf(incident: Incident): string | undefined {
  return isTold(incident) ? incident.label : undefined;
}

/** Undefined for one that has none. */
export function storyOf(incident: Incident): string | undefined {
  return isTold(incident) ? incident.story : undefined;
}

function isTold(incident: Incident): incident is ToldIncident {
  return "story" in incident;
}

/** With its steps in order; `duration`: at least as long as its steps, and never nothing. */
export function incidentOf(steps: readonly IncidentStep[], duration?: number): Incident {
  const sorted = [...steps].sort((one, other) => one.at - other.at);
  const last = sorted.at(-1)?.at ?? 0;
  return { steps: sorted, duration: Math.max(1, last, duration ?? last + AFTERMATH) };
}

/** With one step at another time; an incident that it would be the end of becomes longer. */
export function moved({ steps, duration }: Incident, step: IncidentStep, at: number): Incident {
  const kept = Math.round(Math.min(LONGEST_INCIDENT, Math.max(0, at)));
  return incidentOf(
    steps.map((other) => (other === step ? { ...step, at: kept } : other)),
    Math.min(LONGEST_INCIDENT, Math.max(duration, kept + SHORTEST_END)),
  );
}

export function without({ steps, duration }: Incident, step: IncidentStep): Incident {
  return { steps: steps.filter((other) => other !== step), duration };
}

const words: Readonly<Record<PageCondition | UserAct, string>> = {
  offline: "the page goes offline",
  online: "the page is online again",
  hide: "the tab is hidden",
  show: "the tab is shown",
  reconnect: "reconnect",
  handover: "hand over",
  close: "close",
  terminate: "terminate",
};

/** `restart, away for 1.5 s`, `hand over client B`. */
export function actWords(act: Act): string {
  if (act.type === "fault") return faultWords(act.fault);
  const client = "client" in act && act.client !== undefined ? ` client ${act.client}` : "";
  return words[act.type] + client;
}

export function stepWords({ act, words }: IncidentStep): string {
  return words ?? actWords(act);
}
