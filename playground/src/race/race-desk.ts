// What a view of races works on: one race at a time, what it is to be run under, and where its server is.

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { browserPlatform } from "gundam";
import { contenders } from "./contenders.ts";
import { openEmbeddedRaceServer } from "./embedded-race-server.ts";
import { openInPageRaceServer } from "./in-page-race-server.ts";
import { Race } from "./race.ts";
import { type RaceIncident, raceIncidents } from "./race-incidents.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/** The dev server starts one, or it is in the page. */
export type RacePlace = "embedded" | "in-page";

/** The contenders that the verdict is about. */
export const ours = "gundam";
const own = "twelve-lines";

export class RaceDesk {
  readonly race: Race = new Race();
  readonly incident: Signal<RaceIncident> = signal(raceIncidents[0]);
  readonly place: Signal<RacePlace>;
  readonly #wasHidden = signal(false);

  readonly isOn: ReadonlySignal<boolean> = computed(() =>
    ["starting", "running", "counting"].includes(this.race.phase.value),
  );
  /** On the race that was the last to be over. */
  readonly verdict: ReadonlySignal<Verdict | undefined> = computed(() => {
    const results = this.race.results.value;
    return results.length === 0 ? undefined : verdictOf(results, ours, own);
  });
  /** Of the race that is shown. */
  readonly shownIncident: ReadonlySignal<RaceIncident> = computed(
    () => this.race.setup.value?.incident ?? this.incident.value,
  );

  constructor(place: RacePlace) {
    this.place = signal(place);
  }

  /** Whether nobody saw the page during the race: browsers slow the timers of such a page. */
  get wasHidden(): ReadonlySignal<boolean> {
    return this.#wasHidden;
  }

  start(): void {
    const openServer =
      this.place.value === "embedded"
        ? openEmbeddedRaceServer
        : async () => openInPageRaceServer(browserPlatform);
    this.#wasHidden.value = document.hidden;
    void this.race.run({ contenders, incident: this.incident.value, openServer });
  }

  stop(): void {
    this.race.stop();
  }

  /** Loads the contenders when there is time, and looks at the page. Returns what ends that, and the race. */
  attend(): () => void {
    const noteHidden = () => {
      if (document.hidden) this.#wasHidden.value = true;
    };
    document.addEventListener("visibilitychange", noteHidden);
    const cancel = whenIdle(() => {
      // A race that needs them says what is wrong.
      for (const { load } of contenders) load().catch(() => {});
    });
    return () => {
      document.removeEventListener("visibilitychange", noteHidden);
      cancel();
      this.stop();
    };
  }
}

/** Where the browser tells no idle time, after a second. */
function whenIdle(run: () => void): () => void {
  if (!("requestIdleCallback" in globalThis)) {
    const timer = setTimeout(run, 1000);
    return () => clearTimeout(timer);
  }
  const request = requestIdleCallback(run);
  return () => cancelIdleCallback(request);
}
