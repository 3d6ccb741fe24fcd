// The server inside the page, for a page that no dev server of ours serves, and for whoever wants no network at all.

import type { Platform } from "@gundam/core";
import { applyFault, type InPageEvent, InPageServer, inPageFaults } from "@gundam/testing/in-page";
import { type ReadonlySignal, signal } from "@preact/signals";
import { browserPlatform } from "gundam";
import type { ServerLine } from "./server-line.ts";
import { type FaultRequest, faultRequestOf, type ServerState, type Sight } from "./server-protocol.ts";
import { StandingFaults } from "./standing-faults.ts";

export class InPageLine implements ServerLine {
  readonly #server: InPageServer;
  readonly #standing: StandingFaults = new StandingFaults();
  readonly #saw: (sight: Sight) => void;
  readonly #state: ReturnType<typeof signal<ServerState | undefined>>;

  constructor(saw: (sight: Sight) => void) {
    this.#saw = saw;
    this.#server = new InPageServer({
      runtime: browserPlatform.runtime,
      note: (event) => this.#noted(event),
    });
    this.#state = signal<ServerState | undefined>(this.#stateOfNow());
  }

  get state(): ReadonlySignal<ServerState | undefined> {
    return this.#state;
  }

  get dial(): Platform["dial"] {
    return this.#server.dial;
  }

  async apply(fault: FaultRequest): Promise<void> {
    applyFault(this.#server, fault);
    this.#saw({ type: "fault", fault });
    this.#standing.note(fault, inPageFaults.find(({ name }) => name === fault.name)?.scope);
    this.#refresh();
  }

  #noted(event: InPageEvent): void {
    const { type } = event;
    if (type === "upgradeSpoiled") {
      this.#saw({ type: "spoiled", connection: event.connection, fault: faultRequestOf(event.fault) });
    } else if (type !== "upgradeRequested") this.#saw(event);
    // Once the server has done what it is about to do.
    queueMicrotask(() => this.#refresh());
  }

  #refresh(): void {
    this.#state.value = this.#stateOfNow();
  }

  #stateOfNow(): ServerState {
    const { url, isListening, connections } = this.#server;
    return { url, isListening, connections: connections.length, standing: this.#standing.all };
  }
}
