// The form that says what the storm is to be like.

import { policies } from "@gundam/testing/storm";
import { colourOf } from "./policy-colours.ts";
import type { StormRun } from "./storm-run.ts";
import type { Weather } from "./weather.ts";

const fleets = [1000, 10_000, 100_000, 1_000_000];
const farewells = [
  { value: "", label: "none: it just dies" },
  { value: "1001", label: "1001, going away" },
  { value: "1012", label: "1012, service restart" },
];
export interface WeatherFormProps {
  readonly run: StormRun;
  readonly weather: Weather;
  readonly change: (changes: Partial<Weather>) => void;
  readonly start: () => void;
}

export function WeatherForm({ run, weather, change, start }: WeatherFormProps) {
  const isRunning = run.isRunning.value;
  const toggle = (name: string) => {
    const { chosen } = weather;
    change({ chosen: chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name] });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isRunning) run.stop();
        else if (weather.chosen.length > 0) start();
      }}
    >
      <label class="field">
        Clients
        <select
          value={weather.clients}
          onChange={({ currentTarget }) => change({ clients: Number(currentTarget.value) })}
        >
          {fleets.map((clients) => (
            <option key={clients} value={clients}>
              {clients.toLocaleString("en")}
            </option>
          ))}
        </select>
      </label>
      <NumberField
        label="Handshakes a second"
        value={weather.capacity}
        type={(capacity) => change({ capacity })}
      />
      <NumberField label="Outage in seconds" value={weather.outage} type={(outage) => change({ outage })} />
      <label class="field">
        Close code of its leave
        <select
          value={weather.farewell}
          onChange={({ currentTarget }) => change({ farewell: currentTarget.value })}
        >
          {farewells.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <fieldset>
        <legend>Policies</legend>
        {policies.map(({ name, source }) => (
          <label key={name} class="choice" title={source}>
            <input type="checkbox" checked={weather.chosen.includes(name)} onChange={() => toggle(name)} />
            <span class="key" style={{ "--key": colourOf(name) }}>
              {name}
            </span>
          </label>
        ))}
      </fieldset>
      <button type="submit" class="primary" aria-disabled={weather.chosen.length === 0}>
        {isRunning ? "Cancel" : "Start the storm"}
      </button>
      <p class="problem" role="alert">
        {run.problem}
      </p>
    </form>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: string;
  readonly type: (typed: string) => void;
}

function NumberField({ label, value, type }: NumberFieldProps) {
  return (
    <label class="field">
      {label}
      <input
        type="text"
        inputMode="numeric"
        value={value}
        onInput={({ currentTarget }) => type(currentTarget.value)}
      />
    </label>
  );
}
