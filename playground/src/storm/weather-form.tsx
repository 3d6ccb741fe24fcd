// The form that says what the storm is to be like.

import { policies } from "@gundam/testing/storm";
import { useId } from "preact/hooks";
import { colourOf } from "./policy-colours.ts";
import { formatEstimate } from "./progress.ts";
import { StormProgress } from "./storm-progress.tsx";
import type { StormRun } from "./storm-run.ts";
import { countProblems, fleets, problemsOf, type Weather } from "./weather.ts";

const sizes = fleets.map((value) => ({ value, label: value.toLocaleString("en") }));
const absences = [
  { value: "refuses", label: "are refused" },
  { value: "hangs", label: "hang" },
] as const;
const farewells = [
  { value: "", label: "none, it just dies" },
  { value: "1001", label: "1001, going away" },
  { value: "1012", label: "1012, restart" },
];
/** What takes longer is told before it starts, in ms. */
const LONG = 3_000;

export interface WeatherFormProps {
  readonly run: StormRun;
  readonly weather: Weather;
  readonly change: (changes: Partial<Weather>) => void;
}

export function WeatherForm({ run, weather, change }: WeatherFormProps) {
  const { name: state } = run.state.value;
  const isRunning = state === "running";
  const problems = problemsOf(weather);
  const wrong = countProblems(weather);
  const choose = (name: string, isChosen: boolean) => {
    const chosen = policies.map((policy) => policy.name);
    change({
      chosen: chosen.filter((other) => (other === name ? isChosen : weather.chosen.includes(other))),
    });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isRunning) run.stop();
        else if (wrong === 0) run.start(weather);
      }}
    >
      <div class="fields">
        <Choice
          label="Clients"
          options={sizes}
          chosen={weather.clients}
          choose={(clients) => change({ clients })}
        />
        <NumberField
          label="Handshakes a second"
          value={weather.capacity}
          problem={problems.capacity}
          type={(capacity) => change({ capacity })}
        />
        <NumberField
          label="Outage in seconds"
          value={weather.outage}
          problem={problems.outage}
          type={(outage) => change({ outage })}
        />
        <Choice
          label="Attempts meanwhile"
          options={absences}
          chosen={weather.whileAway}
          choose={(whileAway) => change({ whileAway })}
        />
        <Choice
          label="Close code"
          options={farewells}
          chosen={weather.farewell}
          choose={(farewell) => change({ farewell })}
        />
      </div>
      <div class="launch">
        <button
          type="submit"
          class="primary"
          aria-disabled={!isRunning && wrong > 0}
          aria-describedby="storm-outlook"
        >
          {isRunning ? "Cancel" : "Start the storm"}
        </button>
        <p id="storm-outlook" class="note">
          {wrong === 0 ? outlook(run, weather, isRunning) : whyNot(wrong)}
        </p>
      </div>
      <StormProgress run={run} />
      <fieldset>
        <legend>Policies</legend>
        {policies.map(({ name, source }) => (
          <label key={name} class="choice" title={source}>
            <input
              type="checkbox"
              checked={weather.chosen.includes(name)}
              onChange={({ currentTarget }) => choose(name, currentTarget.checked)}
            />
            <span class="key" style={{ "--key": colourOf(name) }}>
              {name}
            </span>
          </label>
        ))}
        <p class="problem">{problems.chosen}</p>
      </fieldset>
    </form>
  );
}

/** What is to be known before it starts. */
function outlook(run: StormRun, weather: Weather, isRunning: boolean): string {
  const cost = run.costOf(weather);
  if (isRunning || cost === undefined || cost < LONG) return "";
  return `It will take ${formatEstimate(cost)} on this machine.`;
}

function whyNot(wrong: number): string {
  return `It cannot start: ${wrong === 1 ? "one entry is" : `${wrong} entries are`} to be mended.`;
}

interface ChoiceProps<Value> {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly chosen: Value;
  readonly choose: (value: Value) => void;
}

function Choice<Value extends string | number>({ label, options, chosen, choose }: ChoiceProps<Value>) {
  return (
    <label class="field">
      {label}
      <select
        value={chosen}
        onChange={({ currentTarget }) => choose(options[currentTarget.selectedIndex]!.value)}
      >
        {options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: string;
  readonly problem: string;
  readonly type: (typed: string) => void;
}

function NumberField({ label, value, problem, type }: NumberFieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        inputMode="decimal"
        value={value}
        aria-invalid={problem !== ""}
        aria-describedby={`${id}-problem`}
        onInput={({ currentTarget }) => type(currentTarget.value)}
      />
      <p id={`${id}-problem`} class="problem" role="alert">
        {problem}
      </p>
    </div>
  );
}
