// The storm: a fleet loses its server, and each policy brings it back in its own way.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { formatDuration } from "../format.ts";
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
    if (isRunning || countProblems(weather.value) > 0) return;
    const timer = setTimeout(() => run.foretell(weather.value), PAUSE);
    return () => clearTimeout(timer);
  }, [weather.value, isRunning]);
  return (
    <main class="storm">
      <section class="panel" aria-labelledby="storm-title">
        <header>
          <h2 id="storm-title">Storm</h2>
        </header>
        <p class="lede">
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
        <Result />
      </div>
    </main>
  );
}

function Result() {
  const outcome = run.outcome.value;
  if (outcome?.curves === undefined)
    return (
      <p class="panel invitation">
        No storm yet. Start one, and see policy by policy who is back when, and how many attempts the server
        has to bear until then.
      </p>
    );
  const { weather, reports, curves } = outcome;
  const isOver = run.state.value.name !== "running";
  return (
    <>
      <Recovery chosen={weather.chosen} reports={reports} curves={curves} isOver={isOver} />
      <StormFigures reports={reports} isOver={isOver} />
    </>
  );
}

/** What no policy can beat. */
function boundOf(weather: Weather): string {
  if (countProblems(weather) > 0) return "";
  const bound = formatDuration((weather.clients / Number(weather.capacity)) * 1000);
  return `No policy can have all of them back sooner than ${bound} after the server (N clients ÷ C handshakes a second).`;
}
