// Lanes on one time axis: a strip of states for each client, with its attempts, and what struck them all.

import type { LaneState, Span } from "./lane.ts";

/** One client, as far as it has got. */
export interface LaneView {
  readonly id: string;
  readonly name: string;
  /** Its version, and how it is used. */
  readonly detail: string;
  readonly spans: readonly Span[];
  /** When attempts were begun. */
  readonly attempts: readonly number[];
  /** In short, at the end of the lane. */
  readonly figures: readonly string[];
}

export interface LanesProps {
  readonly lanes: readonly LaneView[];
  /** How far the clock is; all times are ms from the start. */
  readonly until: number;
  readonly duration: number;
  readonly strikes: readonly number[];
  /** The lane that is set off. */
  readonly ours: string;
}

const legend: readonly { readonly state: LaneState; readonly words: string }[] = [
  { state: "connected", words: "connected" },
  { state: "silent", words: "connected, and nothing comes" },
  { state: "down", words: "not connected" },
];

/** The strips say nothing that the figures do not, and are drawn for those who see. */
export function Lanes({ lanes, until, duration, strikes, ours }: LanesProps) {
  return (
    <div class="lanes" aria-hidden="true">
      {lanes.map(({ id, name, detail, spans, attempts, figures }) => (
        <div key={id} class="race-lane" data-ours={id === ours}>
          <p class="lane-name">
            <b>{name}</b> <small>{detail}</small>
          </p>
          <Strip spans={spans} attempts={attempts} until={until} duration={duration} strikes={strikes} />
          <p class="lane-figures">
            {figures.map((figure) => (
              <span key={figure}>{figure}</span>
            ))}
          </p>
        </div>
      ))}
      <Axis duration={duration} />
      <p class="lane-legend">
        {legend.map(({ state, words }) => (
          <span key={state}>
            <i class="race-span" data-state={state} /> {words}
          </span>
        ))}
        <span>
          <i class="race-attempt" /> attempt
        </span>
        <span>
          <i class="race-strike" /> fault
        </span>
      </p>
    </div>
  );
}

type StripProps = Pick<LanesProps, "until" | "duration" | "strikes"> & Pick<LaneView, "spans" | "attempts">;

function Strip({ spans, attempts, until, duration, strikes }: StripProps) {
  const share = (ms: number) => `${(ms / duration) * 100}%`;
  return (
    <div class="race-strip">
      {spans.map(({ from, state }, index) => {
        const to = spans[index + 1]?.from ?? until;
        // A moment that is too short to be drawn is drawn all the same.
        const style = { left: share(from), width: `max(2px, ${share(to - from)})` };
        return <i key={from} class="race-span" data-state={state} style={style} />;
      })}
      {strikes.map((at) => (
        <i key={at} class="race-strike" style={{ left: share(at) }} />
      ))}
      {attempts
        .filter((at) => at <= duration)
        .map((at, index) => (
          <i key={`${index}`} class="race-attempt" style={{ left: share(at) }} />
        ))}
    </div>
  );
}

function Axis({ duration }: { duration: number }) {
  const step = 2000;
  const ticks = Array.from({ length: Math.floor(duration / step) + 1 }, (_, index) => index * step);
  return (
    <div class="race-lane race-axis">
      <span />
      <p class="race-ticks">
        {ticks.map((at) => (
          <span key={at} class="race-tick" style={{ left: `${(at / duration) * 100}%` }}>
            {at / 1000} s
          </span>
        ))}
      </p>
      <span />
    </div>
  );
}
