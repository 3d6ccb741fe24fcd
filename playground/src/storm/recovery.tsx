// The curves of a run: who is connected, and who knocks, by time; read at a point of time, and told apart by name.

import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { Chart, type ChartCursor, type ChartSeries } from "../charts/chart.tsx";
import type { Curve, Curves } from "./curves.ts";
import { Legend } from "./legend.tsx";
import { colourOf } from "./policy-colours.ts";
import type { StormSummary } from "./progress.ts";
import { formatMoment, formatRate, formatShare, indexAt, read } from "./reading.ts";

/** `10M`. */
const inShort = new Intl.NumberFormat("en", { notation: "compact" });

export interface RecoveryProps {
  readonly chosen: readonly string[];
  readonly reports: readonly StormSummary[];
  readonly curves: Curves;
  /** Nothing more will come. */
  readonly isOver: boolean;
}

export function Recovery({ chosen, reports, curves, isOver }: RecoveryProps) {
  /** Where the slider stands, and where the pointer is, in seconds. */
  const pinned = useSignal<number | undefined>(undefined);
  const hovered = useSignal<number | undefined>(undefined);
  /** The policies that are not faded; none: all of them. */
  const picked = useSignal<readonly string[]>([]);
  const names = chosen.join(" ");
  const series = useMemo(() => seriesOf(chosen, picked.value), [names, picked.value]);
  const columns = useMemo(() => columnsOf(curves, chosen.length), [curves, names]);
  const { seconds } = curves;
  const at = hovered.value ?? pinned.value;
  const index = at === undefined ? undefined : indexAt(seconds, at);
  const cursor: ChartCursor = {
    at,
    hover: (at) => {
      hovered.value = at;
    },
    pin: (at) => {
      pinned.value = at;
    },
  };
  const inWords = (name: string) => {
    const { connected, attempts } = read(curves, chosen.indexOf(name), index);
    return `${name} ${formatShare(connected)}, ${formatRate(attempts)} attempts a second`;
  };
  return (
    <section class="panel recovery" aria-label="Recovery">
      <div class="charts">
        <h2>Clients that are connected</h2>
        <Chart
          key={`connected ${names}`}
          label={`Share of the clients that are connected, by time: ${reports.map(shareInWords).join("; ")}`}
          series={[best, ...series]}
          data={columns.connected}
          height={260}
          top={100}
          cursor={cursor}
          formatX={(at) => `${at} s`}
          formatY={(share) => `${share} %`}
        />
        <h2>Attempts a second at the server’s door</h2>
        <Chart
          key={`attempts ${names}`}
          label={`Attempts a second, by time: ${reports.map(peakInWords).join("; ")}`}
          series={series}
          data={columns.attempts}
          height={200}
          isLogarithmic
          cursor={cursor}
          formatX={(at) => `${at} s`}
          formatY={(rate) => inShort.format(rate)}
        />
        <input
          type="range"
          aria-label="Read the curves at"
          min={0}
          max={seconds.length - 1}
          value={pinned.value === undefined ? seconds.length - 1 : indexAt(seconds, pinned.value)}
          aria-valuetext={`${formatMoment(seconds[index ?? seconds.length - 1]!)}: ${(picked.value.length > 0 ? picked.value : chosen).map(inWords).join("; ")}`}
          onInput={({ currentTarget }) => {
            pinned.value = seconds[Number(currentTarget.value)];
          }}
        />
      </div>
      <Legend
        chosen={chosen}
        curves={curves}
        isOver={isOver}
        index={index}
        picked={picked.value}
        pick={(names) => {
          picked.value = names;
        }}
      />
    </section>
  );
}

function shareInWords({ policy, connected, clients }: StormSummary): string {
  return `${policy} ${Math.floor((connected / clients) * 100)} %`;
}

function peakInWords({ policy, peak }: StormSummary): string {
  return `${policy} at most ${peak.toLocaleString("en")}`;
}

/** What no policy can beat. */
const best: ChartSeries = { label: "at best", colour: "var(--ink-soft)", isDashed: true };

function seriesOf(chosen: readonly string[], picked: readonly string[]): readonly ChartSeries[] {
  return chosen.map((policy) => ({
    label: policy,
    colour: colourOf(policy),
    width: policy === "resilient" ? 3 : 1.5,
    isFaded: picked.length > 0 && !picked.includes(policy),
  }));
}

type Column = (number | null)[];

/** A column for each policy, begun or not, as the charts want them. */
function columnsOf({ seconds, best, connected, attempts }: Curves, policies: number) {
  const all = (curves: readonly Curve[]) =>
    Array.from({ length: policies }, (_, index) => columnOf(curves[index] ?? seconds.map(() => Number.NaN)));
  return {
    connected: [[...seconds], columnOf(best), ...all(connected)] satisfies [number[], ...Column[]],
    attempts: [[...seconds], ...all(attempts)] satisfies [number[], ...Column[]],
  };
}

/** A chart knows a gap by null. */
function columnOf(curve: Curve): Column {
  return Array.from(curve, (figure) => (Number.isNaN(figure) ? null : figure));
}
