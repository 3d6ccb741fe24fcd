// The race: clients side by side on one time axis, under one fault, and the verdict in words. It is the first thing that a
// visitor sees, and one click away from an answer.

import { versions } from "virtual:library-versions";
import { computed, signal, useSignal } from "@preact/signals";
import { browserPlatform } from "gundam";
import { useEffect } from "preact/hooks";
import { now } from "../clock.ts";
import { Segments } from "../segments.tsx";
import { pathOfServer } from "../server/embedded-line.ts";
import type { Contender } from "./contender.ts";
import { contenders } from "./contenders.ts";
import { Counting } from "./counting.tsx";
import { openEmbeddedRaceServer } from "./embedded-race-server.ts";
import { figuresAsText } from "./figures.ts";
import { FiguresTable } from "./figures-table.tsx";
import { openInPageRaceServer } from "./in-page-race-server.ts";
import type { Lane } from "./lane.ts";
import { Lanes, type LaneView } from "./lanes.tsx";
import { Race } from "./race.ts";
import { type RaceIncident, raceIncidents } from "./race-incidents.ts";
import { lostOf, type Result } from "./result.ts";
import twelveLines from "./twelve-lines.ts?raw";
import { formatSeconds, type Verdict, verdictOf } from "./verdict.ts";

const ours = "gundam";
const own = "twelve-lines";

const race = new Race();
const incident = signal<RaceIncident>(raceIncidents[0]);
const hasEmbedded = pathOfServer() !== undefined;
const asked = new URLSearchParams(location.search).get("server");
const server = signal<"embedded" | "in-page">(hasEmbedded && asked !== "in-page" ? "embedded" : "in-page");
/** Browsers slow the timers of a page that nobody sees. */
const wasHidden = signal(false);

const isOn = computed(() => ["starting", "running", "counting"].includes(race.phase.value));
const verdict = computed<Verdict | undefined>(() =>
  race.results.value.length === 0 ? undefined : verdictOf(race.results.value, ours, own),
);

function start(): void {
  const openServer =
    server.value === "embedded" ? openEmbeddedRaceServer : async () => openInPageRaceServer(browserPlatform);
  wasHidden.value = document.hidden;
  void race.run({ contenders, incident: incident.value, openServer });
  // On a small screen they are further down.
  document.querySelector(".lanes")!.scrollIntoView({ block: "nearest" });
}

export function RaceView() {
  useEffect(() => {
    const noteHidden = () => {
      if (document.hidden) wasHidden.value = true;
    };
    document.addEventListener("visibilitychange", noteHidden);
    const cancel = whenIdle(() => {
      for (const { load } of contenders) void load();
    });
    return () => {
      document.removeEventListener("visibilitychange", noteHidden);
      cancel();
      race.stop();
    };
  }, []);
  return (
    <main class="race">
      <section class="panel" aria-labelledby="race-title">
        <header>
          <h2 id="race-title">Why not twelve lines of my own?</h2>
        </header>
        <p class="race-lede">
          These clients and one server number what they say to each other. Then something goes wrong. Who
          loses what, and who is back when?
        </p>
        <Incidents />
        <p class="race-lede">{incident.value.story}</p>
        <div class="race-start">
          <button type="button" class="primary" onClick={isOn.value ? () => race.stop() : start}>
            {isOn.value ? "Cancel" : verdict.value === undefined ? "Run the race" : "Run it again"}
          </button>
          <Status />
        </div>
        <Track />
        {hasEmbedded && <ServerChoice />}
      </section>
      <FiguresPanel />
      <section class="panel" aria-labelledby="twelve-lines-title">
        <header>
          <h2 id="twelve-lines-title">The twelve lines</h2>
        </header>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls by the arrow keys. */}
        <section class="code" tabIndex={0} aria-label="Code of the twelve lines">
          <pre>
            <code>{twelveLines}</code>
          </pre>
        </section>
      </section>
    </main>
  );
}

function ServerChoice() {
  return (
    <Segments
      label="Server of the race"
      options={[
        { value: "embedded", label: "Real sockets" },
        { value: "in-page", label: "In the page" },
      ]}
      chosen={server.value}
      choose={(choice) => {
        server.value = choice;
      }}
    />
  );
}

function Incidents() {
  return (
    <fieldset class="incidents">
      <legend class="aloud">What goes wrong</legend>
      {raceIncidents.map((each) => (
        <label key={each.id}>
          <input
            type="radio"
            name="race-incident"
            checked={each === incident.value}
            onChange={() => {
              incident.value = each;
            }}
          />
          <span>{each.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Status() {
  const { headline, rest } = isOn.value || verdict.value === undefined ? progress() : verdict.value;
  return (
    <p
      class="verdict"
      role="status"
      aria-label="Verdict"
      data-outcome={isOn.value ? undefined : verdict.value?.outcome}
    >
      <b class="verdict-headline">{headline}</b> <span class="verdict-rest">{rest}</span>
      {!isOn.value && wasHidden.value && verdict.value !== undefined && (
        <span class="verdict-rest">
          {" "}
          The page was hidden meanwhile, and browsers slow such a page’s timers: run it again.
        </span>
      )}
    </p>
  );
}

function progress(): Omit<Verdict, "outcome"> {
  if (race.problem.value !== "") return { headline: `No race: ${race.problem.value}.`, rest: "" };
  switch (race.phase.value) {
    case "starting":
      return { headline: "All connect.", rest: "" };
    case "running":
      return { headline: `Running: ${incidentOf().label}.`, rest: incidentOf().story };
    case "counting":
      return { headline: "Counting what arrived.", rest: "" };
    default:
      return { headline: "One click, ten seconds, and an answer.", rest: "" };
  }
}

/** Of the race that is shown. */
function incidentOf(): RaceIncident {
  return race.setup.value?.incident ?? incident.value;
}

function Track() {
  const { duration } = incidentOf();
  const isRunning = race.phase.value === "running";
  const until = isRunning ? Math.min(Math.max(0, now.value - race.start), duration) : duration;
  const lanes = race.lanes.value;
  const views = contenders.map((contender, index) =>
    viewOf(contender, lanes[index], race.results.value[index], until),
  );
  return <Lanes lanes={views} until={until} duration={duration} strikes={race.strikes.value} ours={ours} />;
}

function viewOf(
  contender: Contender,
  lane: Lane | undefined,
  result: Result | undefined,
  until: number,
): LaneView {
  const { id, name, library, usage } = contender;
  return {
    id,
    name,
    detail: library === undefined ? usage : `${versions[library]}, ${usage}`,
    spans: lane?.spans(until) ?? [],
    attempts: lane?.attempts ?? [],
    figures:
      result === undefined
        ? []
        : [
            `${lostOf(result)} lost`,
            result.isBack ? `${formatSeconds(result.downtime)} cut off` : "not back",
          ],
  };
}

function FiguresPanel() {
  const isCopied = useSignal(false);
  const copy = async (verdict: Verdict) => {
    const title = `${incidentOf().label}: ${incidentOf().story}`;
    await navigator.clipboard.writeText(figuresAsText(title, verdict, race.results.value));
    isCopied.value = true;
  };
  return (
    <section class="panel" aria-labelledby="race-figures-title">
      <header>
        <h2 id="race-figures-title">Figures</h2>
        {verdict.value !== undefined && (
          <button type="button" class="quiet" onClick={() => copy(verdict.value!)}>
            {isCopied.value ? "Copied" : "Copy figures"}
          </button>
        )}
      </header>
      <FiguresTable contenders={contenders} results={race.results.value} />
      <Counting />
    </section>
  );
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
