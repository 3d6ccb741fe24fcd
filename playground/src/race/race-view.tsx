// The race: clients side by side on one time axis, under one fault, and the verdict in words. It is the first thing that a
// visitor sees, and one click away from an answer.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { CodeView } from "../code-view.tsx";
import { Segments } from "../segments.tsx";
import { pathOfServer } from "../server/embedded-line.ts";
import { contenders } from "./contenders.ts";
import { Counting } from "./counting.tsx";
import { figuresAsText } from "./figures.ts";
import { FiguresTable } from "./figures-table.tsx";
import { RaceDesk } from "./race-desk.ts";
import { raceIncidents } from "./race-incidents.ts";
import { StartButton, Status, Track } from "./track.tsx";
import twelveLines from "./twelve-lines.ts?raw";
import type { Verdict } from "./verdict.ts";

const hasEmbedded = pathOfServer() !== undefined;
const asked = new URLSearchParams(location.search).get("server");
const desk = new RaceDesk(hasEmbedded && asked !== "in-page" ? "embedded" : "in-page");

export function RaceView() {
  useEffect(() => desk.attend(), []);
  return (
    <main class="race">
      <section class="panel" aria-labelledby="race-title">
        <header>
          <h2 id="race-title">Why not twelve lines of my own?</h2>
        </header>
        <p class="lede">
          These clients and one server number what they say to each other. Then something goes wrong. Who
          loses what, and who is back when?
        </p>
        <Incidents />
        <p class="lede">{desk.incident.value.story}</p>
        <div class="race-start">
          <StartButton desk={desk} />
          <Status desk={desk} before="One click, ten seconds, and an answer." />
        </div>
        <Track desk={desk} />
        {hasEmbedded && <Place />}
      </section>
      <FiguresPanel />
      <section class="panel" aria-labelledby="twelve-lines-title">
        <header>
          <h2 id="twelve-lines-title">The twelve lines</h2>
        </header>
        <CodeView label="Code of the twelve lines" code={twelveLines} />
      </section>
    </main>
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
            checked={each === desk.incident.value}
            onChange={() => {
              desk.incident.value = each;
            }}
          />
          <span>{each.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Place() {
  return (
    <div class="race-place">
      <span aria-hidden="true">Server</span>
      <Segments
        label="Server of the race"
        options={[
          { value: "embedded", label: "Real sockets" },
          { value: "in-page", label: "In the page" },
        ]}
        chosen={desk.place.value}
        choose={(place) => {
          desk.place.value = place;
        }}
      />
    </div>
  );
}

function FiguresPanel() {
  const copied = useSignal<string | undefined>(undefined);
  const results = desk.race.results.value;
  const copy = async (verdict: Verdict) => {
    const { label, story } = desk.shownIncident.value;
    const text = figuresAsText(`${label}: ${story}`, verdict, results);
    copied.value = await navigator.clipboard.writeText(text).then(
      () => "Copied",
      () => "Not allowed",
    );
  };
  return (
    <section class="panel" aria-labelledby="race-figures-title">
      <header>
        <h2 id="race-figures-title">Figures</h2>
        {desk.verdict.value !== undefined && (
          <button
            type="button"
            class="quiet"
            onClick={() => copy(desk.verdict.value!)}
            onBlur={() => {
              copied.value = undefined;
            }}
          >
            {copied.value ?? "Copy figures"}
          </button>
        )}
      </header>
      <FiguresTable contenders={contenders} results={results} />
      <Counting />
    </section>
  );
}
