// The faults that hold until `behave`, or until a later one of the same phase takes their place.

import type { FaultRequest } from "./server-protocol.ts";

/** What a fault is told of itself: to whom it applies. */
export type Scope = "live" | "next" | "both" | "server";

export class StandingFaults {
  /** By the phase of a connection that they spoil. */
  readonly #faults: Map<string, FaultRequest> = new Map();

  get all(): readonly FaultRequest[] {
    return [...this.#faults.values()];
  }

  note(fault: FaultRequest, scope: Scope | undefined): void {
    if (fault.name === "behave") this.#faults.clear();
    // The server does not tell when a fault that was limited to some connections has been used up.
    if ((scope === "next" || scope === "both") && !("times" in fault)) {
      this.#faults.set(spoiledPhase(fault.name), fault);
    }
  }
}

/** The phase of a new connection that a fault spoils, else the fault's own name. */
function spoiledPhase(name: string): string {
  return name === "refuse" ? "upgrade" : (/-at-(\w+)$/.exec(name)?.[1] ?? name);
}
