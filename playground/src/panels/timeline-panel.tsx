// What happened, by whom, in order.

import { formatTime } from "../format.ts";
import type { Timeline, TimelineEntry } from "../timeline.ts";
import { Log } from "./log.tsx";

export function TimelinePanel({ timeline }: { timeline: Timeline }) {
  return (
    <section class="panel timeline" aria-labelledby="timeline-title">
      <header>
        <h2 id="timeline-title">Timeline</h2>
        <button
          type="button"
          class="quiet"
          aria-label="Clear the timeline"
          onClick={() => timeline.log.clear()}
        >
          Clear
        </button>
      </header>
      <Log label="Events" entries={timeline.log.entries} empty="Nothing has happened yet." row={drawEntry} />
    </section>
  );
}

function drawEntry({ id, at, source, name, text, tone }: TimelineEntry) {
  return (
    <li key={id} class="event" data-source={source} data-tone={tone}>
      <time>{formatTime(at)}</time> <span class="source">{source}</span> <b>{name}</b>{" "}
      <span class="text">{text}</span>
    </li>
  );
}
