// The storm: a fleet loses its server, and each policy brings it back in its own way.

import type { StormReport } from "@gundam/testing/storm";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Chart, type ChartSeries } from "../charts/chart.tsx";
import { curvesOf } from "./curves.ts";
import { colourOf } from "./policy-colours.ts";
import { StormFigures } from "./storm-figures.tsx";
import { StormRun } from "./storm-run.ts";
import { byDefault } from "./weather.ts";
import { WeatherForm } from "./weather-form.tsx";

/** `10M`. */
const inShort = new Intl.NumberFormat("en", { notation: "compact" });

const run = new StormRun();

export function StormView() {
  const weather = useSignal(byDefault);
  /** What the storm that is shown was started with. */
  const shown = useSignal(byDefault);
  useEffect(() => () => run.stop(), []);
  const start = () => {
    shown.value = weather.value;
    const { clients, capacity, outage, farewell, chosen } = weather.value;
    const common = {
      clients,
      capacity: Number(capacity),
      outage: Number(outage) * 1000,
      closeCode: farewell === "" ? undefined : Number(farewell),
    };
    run.start(chosen.map((policy) => ({ policy, ...common })));
  };
  return (
    <main class="storm">
      <section class="panel" aria-labelledby="storm-title">
        <header>
          <h2 id="storm-title">Storm</h2>
        </header>
        <p class="story">
          So many clients are connected when the server dies. It is back after the outage, and completes so
          many handshakes a second. No policy can beat clients ÷ capacity; most miss it by far. The policies
          of this library are its real functions, the others’ are their constants.
        </p>
        <WeatherForm
          run={run}
          weather={weather.value}
          change={(changes) => {
            weather.value = { ...weather.value, ...changes };
          }}
          start={start}
        />
      </section>
      <div class="outcome-column">
        <Progress />
        <Recovery outage={Number(shown.value.outage) * 1000} />
      </div>
    </main>
  );
}

function Progress() {
  const reports = run.reports.value;
  const current = reports.at(-1);
  if (current === undefined) return <p class="panel empty">No storm yet.</p>;
  const { share } = run;
  const words = run.isRunning.value
    ? `${current.policy}: ${current.connected.toLocaleString("en")} back, ${current.trying.toLocaleString("en")} still trying`
    : share === 1
      ? "All policies have had their storm."
      : "Cancelled.";
  return (
    <div class="panel progress">
      <progress max={1} value={share} aria-label="Progress of the storm" />
      <p role="status" aria-label="Storm">
        {words}
      </p>
    </div>
  );
}

function Recovery({ outage }: { outage: number }) {
  const reports = run.reports.value;
  const names = reports.map(({ policy }) => policy).join(" ");
  const curves = useMemo(() => curvesOf(reports, outage), [reports, outage]);
  const series = useMemo(() => seriesOf(reports), [names]);
  if (reports.length === 0) return null;
  return (
    <>
      <section class="panel" aria-label="Recovery">
        <header>
          <h2>Clients that are connected</h2>
          <span class="key best">at best, N ÷ C</span>
        </header>
        <Chart
          key={`connected ${names}`}
          label={`Share of the clients that are connected, by time: ${reports.map(inWords).join("; ")}`}
          series={[best, ...series]}
          data={curves.connected}
          height={260}
          top={100}
          formatX={(at) => `${at} s`}
          formatY={(share) => `${share} %`}
        />
        <h2>Attempts a second at the server’s door</h2>
        <Chart
          key={`attempts ${names}`}
          label={`Attempts a second, by time: ${reports.map(({ policy, peak }) => `${policy} at most ${peak}`).join("; ")}`}
          series={series}
          data={curves.attempts}
          height={200}
          isLogarithmic
          formatX={(at) => `${at} s`}
          formatY={(rate) => inShort.format(rate)}
        />
      </section>
      <StormFigures reports={reports} />
    </>
  );
}

function inWords({ policy, connected, clients }: StormReport): string {
  return `${policy} ${Math.floor((connected / clients) * 100)} %`;
}

/** What no policy can beat. */
const best: ChartSeries = { label: "at best", colour: "var(--ink-soft)", isDashed: true };

function seriesOf(reports: readonly StormReport[]): readonly ChartSeries[] {
  return reports.map(({ policy }) => ({
    label: policy,
    colour: colourOf(policy),
    width: policy === "resilient" ? 3 : 1.5,
  }));
}
