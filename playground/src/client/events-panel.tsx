// What happened, by whom, in order: a list that stays at its newest entry until it is scrolled away from it.

import { Component } from "preact";
import { LOG_LIMIT } from "../bounded-log.ts";
import { moment, wallOf } from "../clock.ts";
import { formatTime } from "../format.ts";
import { eventRowId } from "../row-ids.ts";
import type { EventEntry } from "./events.ts";
import type { Session } from "./session.ts";

export function EventsPanel({ session: { name, events } }: { session: Session }) {
  const past = moment.value;
  const kept = events.log.entries.value;
  const shown = past === undefined ? kept : kept.filter(({ at }) => at <= wallOf(past));
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
          <ol>
            {shown.map((entry) => (
              <EventRow key={entry.id} client={name} entry={entry} />
            ))}
          </ol>
        )}
        {shown.length === LOG_LIMIT && <p class="empty">Only the newest {LOG_LIMIT} are kept.</p>}
      </section>
    </section>
  );
}

interface EventRowProps {
  readonly client: string;
  readonly entry: EventEntry;
}

/**
 * Drawn once, for an entry never changes. Not by giving Preact the same node again: a node keeps the tree that it was
 * drawn in, so that one that is kept over many renders keeps all of them.
 */
class EventRow extends Component<EventRowProps> {
  override shouldComponentUpdate({ entry }: EventRowProps): boolean {
    return entry !== this.props.entry;
  }

  override render() {
    const { client, entry } = this.props;
    const { id, at, source, name, text, tone } = entry;
    return (
      <li id={eventRowId(client, id)} tabIndex={-1} class="event" data-source={source} data-tone={tone}>
        <time>{formatTime(at)}</time> <span class="source">{source}</span> <b>{name}</b>{" "}
        <span class="text">{text}</span>
      </li>
    );
  }
}
