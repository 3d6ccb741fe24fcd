// The race for other pages to embed: its lanes, a sentence, a button. Before it is run there is a race that was.

import { useEffect } from "preact/hooks";
import { contenders } from "./contenders.ts";
import { Lanes } from "./lanes.tsx";
import { poster } from "./poster.ts";
import { ours, RaceDesk } from "./race-desk.ts";
import { detailOf, StartButton, Status, Track } from "./track.tsx";

const desk = new RaceDesk("in-page");

export function RaceEmbed() {
  useEffect(() => desk.attend(), []);
  const isPoster = desk.race.lanes.value.length === 0 && !desk.isOn.value;
  return (
    <main class="race-embed">
      <h1 class="aloud">Why not twelve lines of my own?</h1>
      <Status desk={desk} before={poster.headline} />
      {isPoster ? <Poster /> : <Track desk={desk} />}
      <footer>
        <StartButton desk={desk} />
        <a href={`${location.pathname}#race`} target="_blank" rel="noopener">
          Open in the playground
        </a>
      </footer>
    </main>
  );
}

function Poster() {
  const { duration } = desk.shownIncident.value;
  const nothing = { spans: [], attempts: [], figures: [] };
  return (
    <Lanes
      lanes={contenders.map((contender) => ({
        id: contender.id,
        name: contender.name,
        detail: detailOf(contender),
        ...(poster.lanes[contender.id] ?? nothing),
      }))}
      until={duration}
      duration={duration}
      strikes={poster.strikes}
      ours={ours}
    />
  );
}
