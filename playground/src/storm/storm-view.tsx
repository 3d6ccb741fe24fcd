// The storm: a fleet loses its server, and each policy brings it back in its own way.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { formatDuration } from "../format.ts";
import { formatEstimate } from "./progress.ts";
import { Recovery } from "./recovery.tsx";
import { StormFigures } from "./storm-figures.tsx";
import { StormRun } from "./storm-run.ts";
import { byDefault, countProblems, type Weather } from "./weather.ts";
import { WeatherForm } from "./weather-form.tsx";

/** Who types is let finish, in ms. */
const PAUSE = 300;

const run = new StormRun();
const weather = signal<Weather>(byDefault);

export function StormView() {
  useEffect(() => {
    run.prepare();
    return () => run.close();
  }, []);
  const isRunning = run.state.value.name === "running";
  useEffect(() => {
    // What is foretold while a storm runs would take its time.
    if (isRunning || countProblems(weather.value) > 0 || run.costOf(weather.value) !== undefined) return;
    const timer = setTimeout(() => run.foretell(weather.value), PAUSE);
    return () => clearTimeout(timer);
  }, [weather.value, isRunning]);
  return (
    <main class="storm">
      <section class="panel" aria-labelledby="storm-title">
        <header>
          <h2 id="storm-title">Storm</h2>
        </header>
        <p>
          A server dies under all its clients at once: how long until the last of them is back, and how hard
          do they hammer it meanwhile?
        </p>
        <WeatherForm
          run={run}
          weather={weather.value}
          change={(changes) => {
            weather.value = { ...weather.value, ...changes };
          }}
        />
        <p class="note">
          {boundOf(weather.value)} A simulation: this library’s policies are its real functions, the others
          are rebuilt from their sources.
        </p>
      </section>
      <div class="outcome-column">
        <ProgressPanel />
        <Result />
      </div>
    </main>
  );
}

function Result() {
  const outcome = run.outcome.value;
  if (outcome?.curves === undefined) return null;
  const { weather, reports, curves } = outcome;
  return (
    <>
      <Recovery
        chosen={weather.chosen}
        reports={reports}
        curves={curves}
        isOver={run.state.value.name !== "running"}
      />
      <StormFigures reports={reports} />
    </>
  );
}

function ProgressPanel() {
  const state = run.state.value;
  if (state.name === "none")
    return (
      <p class="panel invitation">
        No storm yet. Start one, and see policy by policy who is back when, and how many attempts the server
        has to bear until then.
      </p>
    );
  if (state.name === "failed")
    return (
      <p class="panel problem" role="alert">
        {state.problem}
      </p>
    );
  const { share } = run.progress.value;
  return (
    <div class="panel progress">
      <progress
        max={1}
        value={state.name === "over" ? 1 : (share ?? (state.name === "cancelled" ? 0 : undefined))}
        aria-label="Progress of the storm"
      />
      <p>
        <b role="status" aria-label="Storm">
          {headline(state.name)}
        </b>{" "}
        <span class="moment">{state.name === "over" ? "" : moment()}</span>
      </p>
    </div>
  );
}

/** What is told aloud: it changes once a policy. */
function headline(state: "running" | "over" | "cancelled"): string {
  if (state === "over") return "All policies have had their storm.";
  if (state === "cancelled") return "Cancelled.";
  const { reports, weather } = run.outcome.value!;
  const index = Math.max(0, reports.length - 1);
  return `${weather.chosen[index]}, ${index + 1} of ${weather.chosen.length}`;
}

/** `0.42 s of the storm, 1,204,332 attempts, 0 back, about 12 s left`. */
function moment(): string {
  const { reports } = run.outcome.value!;
  const current = reports.at(-1);
  const { left } = run.progress.value;
  const { now, attempts, connected } = current ?? { now: 0, attempts: { total: 0 }, connected: 0 };
  const facts = [
    `${(now / 1000).toFixed(now < 10_000 ? 2 : 1)} s of the storm`,
    `${attempts.total.toLocaleString("en")} attempts`,
    `${connected.toLocaleString("en")} back`,
  ];
  if (left !== undefined && run.state.value.name === "running") facts.push(`${formatEstimate(left)} left`);
  return facts.join(" · ");
}

/** What no policy can beat. */
function boundOf(weather: Weather): string {
  if (countProblems(weather) > 0) return "";
  const bound = formatDuration((weather.clients / Number(weather.capacity)) * 1000);
  return `No policy can have all of them back sooner than ${bound} after the server (N clients ÷ C handshakes a second).`;
}
