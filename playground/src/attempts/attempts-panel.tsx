// The attempts as the network panel shows requests: a row each, what became of it, and a waterfall that can be zoomed.

import { useComputed, useSignal } from "@preact/signals";
import type { AttemptRecord } from "gundam";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Session } from "../client/session.ts";
import { moment, now, wallOf } from "../clock.ts";
import { formatDuration } from "../format.ts";
import { Segments } from "../segments.tsx";
import { ticksOf } from "../ticks.ts";
import { type WaterfallBar, type WaterfallRow, waterfallOf } from "./waterfall.ts";

/** What the width of the panel stands for, ms; `Infinity`: all there is. */
const spans = [
  { value: "fit", label: "All", ms: Infinity },
  { value: "60", label: "1 min", ms: 60_000 },
  { value: "10", label: "10 s", ms: 10_000 },
  { value: "1", label: "1 s", ms: 1000 },
] as const;

type SpanName = (typeof spans)[number]["value"];

/** ms between two looks at how far the newest bar has grown. */
const GROWTH = 500;
/** Ticks of the axis in the width of the panel. */
const TICKS = 4;

export function AttemptsPanel({ session }: { session: Session }) {
  const span = useSignal<SpanName>("fit");
  const records = session.shownAttempts.value;
  return (
    <section class="panel attempts" aria-label={`Attempts of client ${session.name}`}>
      <header>
        <h2>Attempts</h2>
        <Segments
          label="Zoom"
          options={spans}
          chosen={span.value}
          choose={(value) => {
            span.value = value;
          }}
        />
      </header>
      {records.length === 0 ? (
        <p class="empty">No attempt yet.</p>
      ) : (
        <Waterfall
          session={session}
          records={records}
          span={spans.find(({ value }) => value === span.value)!.ms}
        />
      )}
    </section>
  );
}

interface WaterfallProps {
  readonly session: Session;
  readonly records: readonly AttemptRecord[];
  readonly span: number;
}

function Waterfall({ session, records, span }: WaterfallProps) {
  // Looked at so that the newest bar grows.
  useComputed(() => Math.floor(now.value / GROWTH)).value;
  const wall = wallOf(moment.value ?? performance.now());
  const rows = waterfallOf(records, wall, session.shownEndedAt.value);
  const from = records[0]!.startedAt;
  const to = Math.max(from + 1, ...rows.flatMap(({ bars }) => bars.map((bar) => bar.to)));
  const shown = Math.min(span, to - from);
  const width = `${((to - from) / shown) * 100}%`;
  const lane = useRef<HTMLElement>(null);
  // A zoom shows the newest; from there on the scroll is yours.
  useLayoutEffect(() => {
    const element = lane.current!;
    element.scrollLeft = element.scrollWidth;
  }, [span, records.length]);
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
            <tr key={row.key}>
              <th scope="row">{row.record.attempt}</th>
              <td title={wordsOf(row.record)}>{wordsOf(row.record)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls by the arrow keys. */}
      <section class="lane" ref={lane} tabIndex={0} aria-label={`Waterfall of client ${session.name}`}>
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

/** `opened in 12 ms, open 4.2 s; CloseError: …; next in 5 s`. */
function wordsOf({ phases, opened, uptime, error, verdict }: AttemptRecord): string {
  const took = phases.reduce((sum, { duration }) => sum + duration, 0);
  // What a hand-over opened tells no phases.
  const began = phases.length === 0 ? "opened" : `opened in ${formatDuration(took)}`;
  const parts = [opened ? began : ""];
  if (opened && uptime !== undefined) parts[0] += `, open ${formatDuration(uptime)}`;
  if (error !== undefined)
    parts.push(opened ? error.message : `failed after ${formatDuration(took)}: ${error.message}`);
  if (verdict === "stop") parts.push("gave up");
  else if (verdict === "handed over") parts.push("handed over to the next");
  else if (verdict === "kept") parts.push("the open connection was kept");
  else if (verdict !== undefined) parts.push(`next in ${formatDuration(verdict.retryIn)}`);
  const told = parts.filter((part) => part !== "").join("; ");
  return told === "" ? "under way" : told;
}
