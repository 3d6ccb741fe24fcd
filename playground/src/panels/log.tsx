// A log as a list that stays at its newest entry until it is scrolled away from it, and scrolls by keyboard.

import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import { LOG_LIMIT } from "../bounded-log.ts";

export interface LogProps<Entry> {
  readonly label: string;
  readonly entries: ReadonlySignal<readonly Entry[]>;
  /** What to say while there is nothing. */
  readonly empty: string;
  /** Draws an entry, once: entries never change. */
  readonly row: (entry: Entry) => VNode;
}

export function Log<Entry extends object>({ label, entries, empty, row }: LogProps<Entry>) {
  const shown = entries.value;
  return (
    // The column is reversed: scrolled to its start, it shows its end, and the browser keeps it there.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls by the arrow keys.
    <section class="log" tabIndex={0} aria-label={label}>
      {shown.length === 0 ? <p class="empty">{empty}</p> : <ol>{shown.map((entry) => drawn(entry, row))}</ol>}
      {shown.length === LOG_LIMIT && <p class="empty">Only the newest {LOG_LIMIT} are kept.</p>}
    </section>
  );
}

const rows = new WeakMap<object, VNode>();

/** The same node for the same entry, so that Preact need not compare what is in it. */
function drawn<Entry extends object>(entry: Entry, row: (entry: Entry) => VNode): VNode {
  const known = rows.get(entry);
  if (known !== undefined) return known;
  const node = row(entry);
  rows.set(entry, node);
  return node;
}
