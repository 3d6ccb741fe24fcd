// A strip, drawn: the states in time, and below them a tick for each attempt.

import { formatDuration, formatSeconds } from "../format.ts";
import { ticksOf } from "../ticks.ts";
import { type Strip, stripWords } from "./strip.ts";

export interface StripViewProps {
  readonly strip: Strip;
  /** ms that the width stands for. */
  readonly total: number;
  readonly label: string;
  /** It is what is to be expected, and has not happened. */
  readonly isComputed?: boolean;
}

export function StripView({ strip, total, label, isComputed = false }: StripViewProps) {
  const share = (ms: number) => `${(ms / total) * 100}%`;
  return (
    <div
      class="strip"
      role="img"
      aria-label={`${label}: ${stripWords(strip)}${isComputed ? ", as computed" : ""}`}
      data-computed={isComputed}
    >
      <div class="stretches">
        {strip.stretches.map(({ from, to, state, tone }) => (
          <span
            key={from}
            class="stretch"
            data-tone={tone}
            data-state={state}
            title={`${state} ${formatDuration(to - from)}`}
            style={{ left: share(from), width: share(to - from) }}
          />
        ))}
      </div>
      <div class="tries">
        {strip.attempts.map(({ at, hasOpened }) => (
          <span
            key={at}
            class="try"
            data-tone={hasOpened === undefined ? "busy" : hasOpened ? "good" : "bad"}
            title={`attempt at ${formatSeconds(at)}`}
            style={{ left: share(at) }}
          />
        ))}
      </div>
    </div>
  );
}

/** Ticks of the axis. */
const TICKS = 5;
/** Share of the axis from which a tick has its words before it. */
const LAST = 0.93;

export function Axis({ total }: { total: number }) {
  return (
    <div class="axis" aria-hidden="true">
      {ticksOf(total, total, TICKS).map((at) => (
        <span key={at} class="at" data-last={at / total > LAST} style={{ left: `${(at / total) * 100}%` }}>
          {formatSeconds(at)}
        </span>
      ))}
    </div>
  );
}
