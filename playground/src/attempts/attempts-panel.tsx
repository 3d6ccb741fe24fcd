// The attempts as the network panel shows requests: a row each, what became of it, and a waterfall that can be zoomed.

import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Session } from "../client/session.ts";
import { formatDuration } from "../format.ts";
import { attemptRowId } from "../row-ids.ts";
import { Segments } from "../segments.tsx";
import { ticksOf } from "../ticks.ts";
import { attemptWords } from "./attempt-words.ts";
import { type AttemptsAxis, spans } from "./attempts-axis.ts";
import type { WaterfallBar, WaterfallRow } from "./waterfall.ts";

/** Ticks of the axis in the width of the panel. */
const TICKS = 4;

export interface AttemptsPanelProps {
  readonly session: Session;
  readonly axis: AttemptsAxis;
}

export function AttemptsPanel({ session, axis }: AttemptsPanelProps) {
  return (
    <section class="panel attempts" aria-label={`Attempts of client ${session.name}`}>
      <header>
        <h2>Attempts</h2>
        <Segments
          label="Zoom"
          options={spans}
          chosen={axis.span.value}
          choose={(value) => {
            axis.span.value = value;
          }}
        />
      </header>
      {session.shownAttempts.value.length === 0 ? (
        <p class="empty">No attempt yet.</p>
      ) : (
        <Waterfall session={session} axis={axis} />
      )}
    </section>
  );
}

function Waterfall({ session, axis }: AttemptsPanelProps) {
  const { from, to } = axis.waterfalls.value;
  const rows = axis.rowsOf(session);
  const span = axis.span.value;
  const shown = Math.min(spans.find(({ value }) => value === span)!.ms, to - from);
  const width = `${((to - from) / shown) * 100}%`;
  const lane = useRef<HTMLElement>(null);
  // A zoom shows the newest; from there on the scroll is yours, and the same for all.
  useLayoutEffect(() => {
    const element = lane.current!;
    element.scrollLeft = element.scrollWidth;
  }, [span, rows.length]);
  useSignalEffect(() => {
    lane.current!.scrollLeft = axis.left.value;
  });
  return (
    <div class="waterfall">
      <table>
        <thead>
          <tr>
            <th scope="col">Attempt</th>
            <th scope="col">What became of it</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} id={attemptRowId(session.name, row.key)} tabIndex={-1}>
              <th scope="row">{row.record.attempt}</th>
              <td title={attemptWords(row)}>{attemptWords(row)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <section
        class="lane"
        ref={lane}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls by the arrow keys.
        tabIndex={0}
        aria-label={`Waterfall of client ${session.name}`}
        onScroll={({ currentTarget }) => {
          axis.left.value = currentTarget.scrollLeft;
        }}
      >
        <div class="scale" style={{ width }} aria-hidden="true">
          {ticksOf(to - from, shown, TICKS).map((at) => (
            <span key={at} class="tick" style={{ left: `${(at / (to - from)) * 100}%` }}>
              {formatDuration(at)}
            </span>
          ))}
        </div>
        {rows.map((row) => (
          <Bars key={row.key} row={row} from={from} to={to} width={width} />
        ))}
      </section>
    </div>
  );
}

function Bars({ row, from, to, width }: { row: WaterfallRow; from: number; to: number; width: string }) {
  const share = (ms: number) => `${(ms / (to - from)) * 100}%`;
  return (
    <div class="bars" style={{ width }}>
      {row.bars.map((bar) => (
        <span
          key={`${bar.title} ${bar.from}`}
          class="bar"
          data-kind={bar.kind}
          title={titleOf(bar)}
          style={{ left: share(bar.from - from), width: share(bar.to - bar.from) }}
        />
      ))}
    </div>
  );
}

function titleOf({ title, from, to }: WaterfallBar): string {
  return `${title} ${formatDuration(to - from)}`;
}
