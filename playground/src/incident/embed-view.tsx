// One incident for other pages to embed: a strip, a sentence, a button. Before it is played the strip is there as a whole, as
// computed.

import { useMemo } from "preact/hooks";
import { aloud, sentenceOf } from "../client/sentence.ts";
import { wordsOf } from "../client/states.ts";
import { Moment } from "../client/status-bar.tsx";
import { now } from "../clock.ts";
import { EmbeddedIncident } from "./embedded-incident.ts";
import { type Incident, labelOf, stepWords, storyOf } from "./incident.ts";
import { playgroundLink } from "./links.ts";
import { rowsOf } from "./mark-rows.ts";
import { outcomeWords, type Strip, stripOf } from "./strip.ts";
import { Axis, StripView } from "./strip-view.tsx";

export function EmbedView() {
  const asked = useMemo(read, []);
  const isFound = asked instanceof EmbeddedIncident;
  const tone = isFound ? toneOf(asked) : "bad";
  return (
    <main class="embed" data-tone={tone}>
      <h1 class="aloud">An incident of a WebSocket connection</h1>
      {isFound ? (
        <Playable embedded={asked} />
      ) : (
        <p class="problem" role="alert">
          It cannot be played: {asked.message}.
        </p>
      )}
      <a
        class="whole"
        href={playgroundLink(location, new URLSearchParams(location.search).get("embed")!)}
        target="_blank"
        rel="noopener"
      >
        Open in the playground
      </a>
    </main>
  );
}

function read(): EmbeddedIncident | Error {
  try {
    return new EmbeddedIncident(location.search);
  } catch (error) {
    return error as Error;
  }
}

function toneOf({ player, session }: EmbeddedIncident): string {
  return player.playing.value?.origin === undefined ? "rest" : wordsOf(session.position.value).tone;
}

function Playable({ embedded }: { embedded: EmbeddedIncident }) {
  const { incident, player } = embedded;
  const playing = player.playing.value;
  const isPlayed = player.played.value !== undefined;
  const strip = shownStrip(embedded);
  return (
    <>
      <div class="said">
        <Doing incident={incident} done={playing?.done ?? 0} />
        {playing?.origin === undefined ? (
          <p class="sentence" role="status">
            {sentenceOfStill(embedded, strip)}
          </p>
        ) : (
          <Happening embedded={embedded} />
        )}
      </div>
      <div class="timeline">
        <Axis total={incident.duration} />
        <StillMarks incident={incident} />
        <StripView
          strip={strip ?? { stretches: [], attempts: [] }}
          total={incident.duration}
          label="States of the client"
          isComputed={playing === undefined && !isPlayed}
        />
      </div>
      <button
        type="button"
        class={playing === undefined ? "primary" : ""}
        onClick={() =>
          playing === undefined ? player.play(incident, labelOf(incident) ?? "as told") : player.stop()
        }
      >
        {playing !== undefined ? "Stop" : isPlayed ? "Play again" : "Play"}
      </button>
    </>
  );
}

/** What was played, as far as it has got; before that the poster. */
function shownStrip({ player, session, poster }: EmbeddedIncident): Strip | undefined {
  const played = player.played.value;
  const origin = played?.origin ?? player.playing.value?.origin;
  if (origin === undefined) return poster.value;
  // Looked at so that it grows: with each change, and where motion is welcome all the time.
  session.history.version.value;
  const end = played?.until ?? (prefersStillness() ? performance.now() : Math.max(origin, now.value));
  return stripOf(session.history.changes, origin, end);
}

function sentenceOfStill({ incident, player }: EmbeddedIncident, strip: Strip | undefined): string {
  if (player.playing.value !== undefined) return "Opening a connection.";
  if (player.played.value !== undefined && strip !== undefined) return outcomeWords(strip);
  return storyOf(incident) ?? "Play it, and watch what becomes of the client.";
}

/** What is happening now. */
function Happening({ embedded: { session } }: { embedded: EmbeddedIncident }) {
  const position = session.position.value;
  const sentence = sentenceOf(position, session.hearing);
  return (
    <>
      <p class="aloud" role="status">
        {aloud(sentence)}
      </p>
      <p class="sentence" aria-hidden="true">
        {prefersStillness() ? (
          aloud(sentence)
        ) : (
          <>
            {sentence.before}
            <Moment {...sentence} />
            {sentence.after}
          </>
        )}
      </p>
    </>
  );
}

function StillMarks({ incident: { steps, duration } }: { incident: Incident }) {
  const rows = rowsOf(steps, duration);
  return (
    <div class="marks" style={{ "--rows": Math.max(...rows) + 1 }}>
      {steps.map((step, index) => (
        <span
          key={index}
          class="mark"
          data-kind={step.act.type === "fault" ? "fault" : "other"}
          title={stepWords(step)}
          style={{ left: `${(step.at / duration) * 100}%`, "--row": rows[index] }}
        >
          {index + 1}
        </span>
      ))}
    </div>
  );
}

/** The step that was done last. */
function Doing({ incident: { steps }, done }: { incident: Incident; done: number }) {
  const step = steps[done - 1];
  return (
    <p class="doing">
      {step && (
        <>
          <b>{done}</b> {stepWords(step)}
        </>
      )}
    </p>
  );
}

function prefersStillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
