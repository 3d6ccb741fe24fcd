// The incident of now, on a strip in time: recorded, played, dragged about, gone back in, and shared.

import { useEffect } from "preact/hooks";
import { moment, now } from "../clock.ts";
import { CopyButton } from "../copy-button.tsx";
import { formatSeconds } from "../format.ts";
import type { Workbench } from "../workbench.ts";
import { type Incident, labelOf, stepWords, storyOf } from "./incident.ts";
import type { IncidentDesk, Run } from "./incident-desk.ts";
import { embedCode, playgroundLink } from "./links.ts";
import { Timeline } from "./timeline.tsx";

export function IncidentPanel({ workbench }: { workbench: Workbench }) {
  const desk = workbench.incidents;
  const incident = desk.incident.value;
  const run = desk.run.value;
  const hasSteps = incident.steps.length > 0;
  // What is shown elsewhere is of now.
  useEffect(
    () => () => {
      moment.value = undefined;
    },
    [],
  );
  return (
    <section class="panel incident" aria-labelledby="incident-title">
      <header>
        <h2 id="incident-title">
          Incident <small>{nameOf(incident)}</small>
        </h2>
        <div class="tools">
          <RecordButton desk={desk} />
          <PlayButton desk={desk} />
        </div>
      </header>
      <Told desk={desk} />
      {hasSteps && <Timeline workbench={workbench} />}
      {hasSteps && <Steps incident={incident} run={run} />}
      {hasSteps && (
        <footer class="tools">
          <CopyButton
            label="Copy link"
            title="A page with these settings, this server and this incident"
            text={() => playgroundLink(location, desk.text.peek())}
          />
          <CopyButton
            label="Copy as test"
            title="A Vitest file that plays it in virtual time"
            text={() => testOf(workbench)}
          />
          <CopyButton
            label="Copy to embed"
            title="An iframe for docs and posts"
            text={() => embedCode(location, desk.text.peek())}
          />
        </footer>
      )}
    </section>
  );
}

function RecordButton({ desk }: { desk: IncidentDesk }) {
  const isRecording = desk.isRecording.value;
  return (
    <button
      type="button"
      class="record"
      aria-pressed={isRecording}
      title={
        isRecording ? "What you press is a step of the incident" : "What you press next begins a new incident"
      }
      onClick={() => desk.record(!isRecording)}
    >
      Record
    </button>
  );
}

function PlayButton({ desk }: { desk: IncidentDesk }) {
  const { name } = desk.run.value;
  const isPlaying = name === "playing" || name === "connecting";
  const isPossible = desk.incident.value.steps.length > 0;
  return (
    <button
      type="button"
      class={isPlaying ? "" : "primary"}
      aria-disabled={!isPossible}
      title={isPossible ? "From fresh connections" : "There is no incident to play"}
      onClick={() => {
        if (isPlaying) desk.player.stop();
        else if (isPossible) desk.play(desk.incident.peek());
      }}
    >
      {isPlaying ? "Stop" : name === "unseen" ? "Play" : "Replay"}
    </button>
  );
}

/** What is going on with it, and what can be done. */
function Told({ desk }: { desk: IncidentDesk }) {
  const { problem } = desk;
  return (
    <>
      <p class="problem" role="alert">
        {problem && `The address asks for an incident that is none: ${problem}.`}
      </p>
      <p class="note" role="status" aria-label="The incident">
        {toldOf(desk)}
      </p>
    </>
  );
}

function toldOf(desk: IncidentDesk): string {
  const incident = desk.incident.value;
  switch (desk.run.value.name) {
    case "unseen":
      if (incident.steps.length === 0)
        return desk.isRecording.value
          ? "What you press is recorded: the first thing begins an incident, each other is a step of it."
          : "Nothing is recorded. “Record” begins with what you press next.";
      return `The strip is what is to be expected, computed. Play it to see it happen. ${markHelp}`;
    case "recording":
      return "Recording. It ends when nothing has been pressed for 10 s, or by “Record”.";
    case "connecting":
      return "Opening fresh connections.";
    case "playing":
      return storyOf(incident) ?? "Playing what was recorded.";
    case "over":
      return [
        desk.player.played.value?.isWhole ? `${nameOf(incident)}: played to its end.` : "Here it is.",
        "The playhead goes back in it.",
        markHelp,
      ].join(" ");
  }
}

const markHelp = "Marks can be dragged, or moved by the arrow keys; Delete removes one.";

function nameOf(incident: Incident): string {
  return labelOf(incident) ?? (incident.steps.length === 0 ? "" : "Your own");
}

function Steps({ incident, run }: { incident: Incident; run: Run }) {
  const done = run.name === "playing" ? run.done : run.name === "connecting" ? 0 : incident.steps.length;
  return (
    <ol class="steps" aria-label={`Steps of ${nameOf(incident)}`}>
      {incident.steps.map((step, index) => (
        <li key={index} data-done={index < done} aria-current={index === done ? "step" : undefined}>
          <time>{formatSeconds(step.at)}</time> {stepWords(step)}
          {run.name === "playing" && index === done && <Due at={run.origin + step.at} />}
        </li>
      ))}
    </ol>
  );
}

function Due({ at }: { at: number }) {
  const left = at - now.value;
  return (
    <span class="due" aria-hidden="true">
      {left > 0 && ` in ${(left / 1000).toFixed(1)} s`}
    </span>
  );
}

async function testOf(workbench: Workbench): Promise<string> {
  const { writeTest } = await import("./test-code.ts");
  const candidates = workbench.shown
    .peek()
    .map((session) => ({ name: session.name, settings: workbench.settingsOf(session) }));
  return writeTest(workbench.incidents.incident.peek(), candidates);
}
