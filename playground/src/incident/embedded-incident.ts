// An incident that another page embeds: what the address asks for, and a client and a server inside the page to play it on.

import { type ReadonlySignal, signal } from "@preact/signals";
import { browserPlatform } from "gundam";
import { readAddress } from "../address.ts";
import { PageConditions } from "../client/page-conditions.ts";
import { Session } from "../client/session.ts";
import { InPageLine } from "../server/in-page-line.ts";
import { problemsOf, type Settings } from "../settings/settings.ts";
import type { Incident } from "./incident.ts";
import { IncidentPlayer } from "./incident-player.ts";
import { readIncident } from "./incident-text.ts";
import { rehearse } from "./rehearsal.ts";
import { type Strip, stripOf } from "./strip.ts";

export class EmbeddedIncident {
  readonly incident: Incident;
  readonly session: Session;
  readonly player: IncidentPlayer;
  readonly #settings: Settings;
  readonly #poster = signal<Strip | undefined>(undefined);

  /** Throws for an address that asks for what cannot be. */
  constructor(search: string) {
    this.incident = readIncident(new URLSearchParams(search).get("embed") ?? "");
    const conditions = new PageConditions();
    this.session = new Session("A", conditions);
    const line = new InPageLine((sight) => this.session.sawServer(sight));
    this.#settings = { ...readAddress(search).drafts[0], url: line.state.peek()!.url };
    const [wrong] = problemsOf(this.#settings);
    if (wrong !== undefined) throw new Error(wrong.message);
    this.player = new IncidentPlayer({
      shown: signal([this.session]),
      conditions,
      line: signal(line),
      start: (session) =>
        session.start(this.#settings, conditions.lay({ ...browserPlatform, dial: line.dial })),
    });
    void this.#rehearse();
  }

  /** The whole strip before anything is played, as computed. */
  get poster(): ReadonlySignal<Strip | undefined> {
    return this.#poster;
  }

  async #rehearse(): Promise<void> {
    // Without a poster it is played all the same.
    const [rehearsed] = await rehearse(this.incident, [{ name: "A", settings: this.#settings }]).catch(
      () => [],
    );
    if (rehearsed !== undefined) this.#poster.value = stripOf(rehearsed.changes, 0, this.incident.duration);
  }
}
