// A race as it is run: the button, what is happening or has come of it in words, and the lanes.

import { versions } from "virtual:library-versions";
import { now } from "../clock.ts";
import type { Contender } from "./contender.ts";
import { contenders } from "./contenders.ts";
import type { Lane } from "./lane.ts";
import { Lanes, type LaneView } from "./lanes.tsx";
import { ours, type RaceDesk } from "./race-desk.ts";
import { lostOf, type Result } from "./result.ts";
import { formatSeconds, type Verdict } from "./verdict.ts";

export function StartButton({ desk }: { desk: RaceDesk }) {
  const start = () => {
    desk.start();
    // On a small screen they are further down.
    document.querySelector(".lanes")?.scrollIntoView({ block: "nearest" });
  };
  return (
    <button type="button" class="primary" onClick={desk.isOn.value ? () => desk.stop() : start}>
      {desk.isOn.value ? "Cancel" : desk.verdict.value === undefined ? "Run the race" : "Run it again"}
    </button>
  );
}

/** `before`: what is said until there was a race. */
export function Status({ desk, before }: { desk: RaceDesk; before: string }) {
  const verdict = desk.isOn.value ? undefined : desk.verdict.value;
  const { headline, rest } = verdict ?? progressOf(desk, before);
  return (
    <p class="verdict" role="status" aria-label="Verdict" data-outcome={verdict?.outcome}>
      <b class="verdict-headline">{headline}</b> <span class="verdict-rest">{rest}</span>
      {verdict !== undefined && desk.wasHidden.value && (
        <span class="verdict-rest">
          {" "}
          The page was hidden meanwhile, and browsers slow such a page’s timers: run it again.
        </span>
      )}
    </p>
  );
}

function progressOf({ race, shownIncident }: RaceDesk, before: string): Omit<Verdict, "outcome"> {
  if (race.problem.value !== "") return { headline: `No race: ${race.problem.value}.`, rest: "" };
  switch (race.phase.value) {
    case "starting":
      return { headline: "All connect.", rest: "" };
    case "running":
      return { headline: `Running: ${shownIncident.value.label}.`, rest: "" };
    case "counting":
      return { headline: "Counting what arrived.", rest: "" };
    default:
      return { headline: before, rest: "" };
  }
}

export function Track({ desk }: { desk: RaceDesk }) {
  const { race } = desk;
  const { duration } = desk.shownIncident.value;
  const isRunning = race.phase.value === "running";
  const until = isRunning ? Math.min(Math.max(0, now.value - race.start), duration) : duration;
  const lanes = race.lanes.value;
  const results = race.results.value;
  return (
    <Lanes
      lanes={contenders.map((contender, index) => viewOf(contender, lanes[index], results[index], until))}
      until={until}
      duration={duration}
      strikes={race.strikes.value}
      ours={ours}
    />
  );
}

/** The contender's version, and how it is used. */
export function detailOf({ library, usage }: Contender): string {
  return library === undefined ? usage : `${versions[library]}, ${usage}`;
}

function viewOf(
  contender: Contender,
  lane: Lane | undefined,
  result: Result | undefined,
  until: number,
): LaneView {
  const { id, name } = contender;
  return {
    id,
    name,
    detail: detailOf(contender),
    spans: lane?.spans(until) ?? [],
    attempts: lane?.attempts ?? [],
    figures: result === undefined ? [] : inShort(result),
  };
}

function inShort(result: Result): readonly string[] {
  return [`${lostOf(result)} lost`, result.isBack ? `${formatSeconds(result.downtime)} cut off` : "not back"];
}
