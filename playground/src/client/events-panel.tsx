// What happened, by whom, in order: a list that stays at its newest entry until it is scrolled away from it.

import type { VNode } from "preact";
import { LOG_LIMIT } from "../bounded-log.ts";
import { formatTime } from "../format.ts";
import type { EventEntry } from "./events.ts";
import type { Session } from "./session.ts";

export function EventsPanel({ session: { name, events } }: { session: Session }) {
  const shown = events.log.entries.value;
  return (
    <section class="panel events" aria-label={`What happened to client ${name}`}>
      <header>
        <h2>Events</h2>
        <button type="button" class="quiet" aria-label="Clear the events" onClick={() => events.log.clear()}>
          Clear
        </button>
      </header>
      {/* The column is reversed: scrolled to its start, it shows its end, and the browser keeps it there. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls by the arrow keys. */}
      <section class="log" tabIndex={0} aria-label={`Event log of client ${name}`}>
        {shown.length === 0 ? (
          <p class="empty">Nothing has happened yet.</p>
        ) : (
          <ol>{shown.map(drawnOnce)}</ol>
        )}
        {shown.length === LOG_LIMIT && <p class="empty">Only the newest {LOG_LIMIT} are kept.</p>}
      </section>
    </section>
  );
}

function drawEntry({ id, at, source, name, text, tone }: EventEntry) {
  return (
    <li key={id} class="event" data-source={source} data-tone={tone}>
      <time>{formatTime(at)}</time> <span class="source">{source}</span> <b>{name}</b>{" "}
      <span class="text">{text}</span>
    </li>
  );
}

const drawn: WeakMap<EventEntry, VNode> = new WeakMap();

/** The same node for the same entry, which never changes, so that Preact need not compare what is in it. */
function drawnOnce(entry: EventEntry): VNode {
  const known = drawn.get(entry);
  if (known !== undefined) return known;
  const node = drawEntry(entry);
  drawn.set(entry, node);
  return node;
}
