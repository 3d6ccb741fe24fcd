// What goes over the wire: round trips, bytes and messages each way, and how much waits to leave.

import { useComputed, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Session } from "../client/session.ts";
import { BUCKET, BUCKETS, type Bucket } from "../client/traffic.ts";
import { now } from "../clock.ts";
import { formatCount, formatDuration, formatSize } from "../format.ts";
import { Segments } from "../segments.tsx";
import { Chart } from "./chart.tsx";

/** What is counted each way. */
type Unit = "bytes" | "messages";

const units: readonly { value: Unit; label: string }[] = [
  { value: "bytes", label: "Bytes" },
  { value: "messages", label: "Messages" },
];

const unitWords: Readonly<Record<Unit, (count: number) => string>> = {
  bytes: (count) => `${formatSize(count)}/s`,
  messages: (count) => `${count.toLocaleString("en")} msg/s`,
};

/** Full gauges: as much as the library queues by default. */
const MOST_QUEUED = 1024;
const HIGH_WATER = 64 * 1024;

export function TrafficPanel({ session }: { session: Session }) {
  const { traffic, name } = session;
  const bucket = useComputed(() => Math.floor(now.value / BUCKET)).value;
  const unit = useSignal<Unit>("bytes");
  const { rtt, rates } = useMemo(() => seriesOf(session), [bucket, traffic]);
  const rttText = traffic.lastRtt === undefined ? "no echo yet" : formatDuration(traffic.lastRtt);
  const shown = unit.value;
  const newest = (each: Unit, way: 1 | 2) => unitWords[each](rates[each][way].at(-1)!);
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
        <figcaption class="rates">
          <p>
            <span class="key in">in</span> <b>{newest("bytes", 1)}</b> <b>{newest("messages", 1)}</b>
          </p>
          <p>
            <span class="key out">out</span> <b>{newest("bytes", 2)}</b> <b>{newest("messages", 2)}</b>
          </p>
          <Segments
            label="Count"
            options={units}
            chosen={shown}
            choose={(chosen) => {
              unit.value = chosen;
            }}
          />
        </figcaption>
        <Chart
          // What it is made with stays.
          key={shown}
          label={`${shown === "bytes" ? "Bytes" : "Messages"} a second over the last two minutes: ${newest(shown, 1)} in and ${newest(shown, 2)} out last`}
          series={[
            { label: "in", colour: "var(--good)", isFilled: true },
            { label: "out", colour: "var(--accent)" },
          ]}
          data={rates[shown]}
          height={110}
          formatX={agoText}
          formatY={(count) => (shown === "bytes" ? formatSize(count) : String(count))}
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
  /** A second: in, then out, the last point that is complete at the end. */
  readonly rates: Readonly<Record<Unit, [number[], number[], number[]]>>;
}

/** Abscissas in seconds from now, the whole window always. */
function seriesOf({ traffic }: Session): Series {
  // The point of now is not complete: it would always dip.
  const complete = traffic.upTo(performance.now()).slice(0, -1);
  const missing = BUCKETS - complete.length;
  const points = <Value,>(blank: Value, read: (bucket: Bucket) => Value): Value[] => [
    ...Array.from({ length: missing }, () => blank),
    ...complete.map(read),
  ];
  const seconds = Array.from({ length: BUCKETS }, (_, index) => ((index + 1 - BUCKETS) * BUCKET) / 1000);
  const rate = (key: "bytesIn" | "bytesOut" | "messagesIn" | "messagesOut") =>
    points(0, (bucket) => (bucket[key] * 1000) / BUCKET);
  return {
    rtt: [seconds, points<number | null>(null, ({ rtt }) => rtt)],
    rates: {
      bytes: [seconds, rate("bytesIn"), rate("bytesOut")],
      messages: [seconds, rate("messagesIn"), rate("messagesOut")],
    },
  };
}

function agoText(seconds: number): string {
  return seconds === 0 ? "now" : `${seconds} s`;
}
