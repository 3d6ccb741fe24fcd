// What goes over the wire: round trips, bytes each way, and how much waits to leave.

import { useComputed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Session } from "../client/session.ts";
import { BUCKET, BUCKETS } from "../client/traffic.ts";
import { now } from "../clock.ts";
import { formatCount, formatDuration, formatSize } from "../format.ts";
import { Chart } from "./chart.tsx";

/** Full gauges: as much as the library queues by default. */
const MOST_QUEUED = 1024;
const HIGH_WATER = 64 * 1024;

export function TrafficPanel({ session }: { session: Session }) {
  const { traffic, name } = session;
  const bucket = useComputed(() => Math.floor(now.value / BUCKET)).value;
  const { rtt, bytes, newest } = useMemo(() => seriesOf(session), [bucket, traffic]);
  const rttText = traffic.lastRtt === undefined ? "no echo yet" : formatDuration(traffic.lastRtt);
  const inText = `${formatSize(newest.in)}/s`;
  const outText = `${formatSize(newest.out)}/s`;
  return (
    <section class="panel traffic" aria-label={`Traffic of client ${name}`}>
      <header>
        <h2>Traffic</h2>
      </header>
      <figure>
        <figcaption>
          Round trip <b>{rttText}</b>
        </figcaption>
        <Chart
          label={`Round-trip time over the last two minutes: ${rttText} last`}
          series={[{ label: "round trip", colour: "var(--accent)", isScattered: true }]}
          data={rtt}
          height={92}
          formatX={agoText}
          formatY={(ms) => `${ms} ms`}
        />
      </figure>
      <figure>
        <figcaption>
          <span class="key in">in</span> <b>{inText}</b> <span class="key out">out</span> <b>{outText}</b>
        </figcaption>
        <Chart
          label={`Bytes a second over the last two minutes: ${inText} in and ${outText} out last`}
          series={[
            { label: "in", colour: "var(--good)", isFilled: true },
            { label: "out", colour: "var(--accent)" },
          ]}
          data={bytes}
          height={110}
          formatX={agoText}
          formatY={formatSize}
        />
      </figure>
      <Gauges session={session} />
      <LifeFigures session={session} />
    </section>
  );
}

function Gauges({ session: { messages, bufferedAmount } }: { session: Session }) {
  // Looked at so that the gauges follow the log.
  messages.version.value;
  const { queued } = messages;
  return (
    <div class="gauges">
      <Gauge
        label="Queue"
        value={queued}
        most={MOST_QUEUED}
        text={formatCount(queued, "message", "messages")}
      />
      <Gauge label="Buffered" value={bufferedAmount} most={HIGH_WATER} text={formatSize(bufferedAmount)} />
    </div>
  );
}

/** Of this life, over all its connections. */
function LifeFigures({ session }: { session: Session }) {
  // Looked at so that the figures follow the log and the lifecycle.
  session.messages.version.value;
  session.position.value;
  const { life } = session;
  if (life === undefined) return null;
  const { connections, messagesSent, messagesReceived } = life;
  return (
    <p class="note">
      In this life {formatCount(connections, "connection", "connections")},{" "}
      {messagesSent.toLocaleString("en")} sent, {messagesReceived.toLocaleString("en")} received.
    </p>
  );
}

interface GaugeProps {
  readonly label: string;
  readonly value: number;
  readonly most: number;
  readonly text: string;
}

function Gauge({ label, value, most, text }: GaugeProps) {
  return (
    <div class="gauge">
      <span>{label}</span>
      <meter aria-label={label} min={0} max={most} value={Math.min(value, most)}>
        {text}
      </meter>
      <b>{text}</b>
    </div>
  );
}

interface Series {
  readonly rtt: [number[], (number | null)[]];
  readonly bytes: [number[], number[], number[]];
  /** Bytes a second of the last point that is complete. */
  readonly newest: { readonly in: number; readonly out: number };
}

/** Abscissas in seconds from now, the whole window always. */
function seriesOf({ traffic }: Session): Series {
  // The point of now is not complete: it would always dip.
  const complete = traffic.upTo(performance.now()).slice(0, -1);
  const missing = BUCKETS - complete.length;
  const pad = <Value,>(values: readonly Value[], blank: Value): Value[] => [
    ...Array.from({ length: missing }, () => blank),
    ...values,
  ];
  const seconds = Array.from({ length: BUCKETS }, (_, index) => ((index + 1 - BUCKETS) * BUCKET) / 1000);
  const perSecond = 1000 / BUCKET;
  const bytesIn = complete.map((bucket) => bucket.bytesIn * perSecond);
  const bytesOut = complete.map((bucket) => bucket.bytesOut * perSecond);
  return {
    rtt: [
      seconds,
      pad(
        complete.map((bucket) => bucket.rtt),
        null,
      ),
    ],
    bytes: [seconds, pad(bytesIn, 0), pad(bytesOut, 0)],
    newest: { in: bytesIn.at(-1) ?? 0, out: bytesOut.at(-1) ?? 0 },
  };
}

function agoText(seconds: number): string {
  return seconds === 0 ? "now" : `${seconds} s`;
}
