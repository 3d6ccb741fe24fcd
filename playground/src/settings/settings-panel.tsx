// Where to connect and with what settings: a form made from the library's options, checked by the library as you type, and
// the code that does the same beside it.

import { useSignal } from "@preact/signals";
import type { Session } from "../client/session.ts";
import { Segments } from "../segments.tsx";
import type { ServerChoice } from "../server/server-choice.ts";
import type { Workbench } from "../workbench.ts";
import { fields } from "./fields.ts";
import { OptionField } from "./option-field.tsx";
import { type Draft, type Problem, presets } from "./settings.ts";
import { snippetOf } from "./snippet.ts";
import { SnippetView } from "./snippet-view.tsx";

export function SettingsPanel({ workbench }: { workbench: Workbench }) {
  const chosen = useSignal(0);
  const sessions = workbench.shown.value;
  const session = sessions[chosen.value] ?? sessions[0]!;
  const submit = (event: Event) => {
    event.preventDefault();
    workbench.start(session);
  };
  return (
    <section class="panel settings" aria-labelledby="settings-title">
      <header>
        <h2 id="settings-title">Connect</h2>
        <label class="switch">
          <input
            type="checkbox"
            checked={workbench.isComparing.value}
            onChange={({ currentTarget }) => workbench.compare(currentTarget.checked)}
          />
          Two clients
        </label>
      </header>
      <ServerFields workbench={workbench} problem={workbench.problem(session)} />
      {sessions.length > 1 && (
        <Segments
          label="Settings of client"
          options={sessions.map(({ name }, index) => ({ value: index, label: name }))}
          chosen={chosen.value}
          choose={(index) => {
            chosen.value = index;
          }}
        />
      )}
      <form key={session.name} onSubmit={submit} noValidate>
        <DraftForm workbench={workbench} session={session} />
      </form>
      <SnippetView code={snippetOf(workbench.settingsOf(session))} />
    </section>
  );
}

function ServerFields({ workbench, problem }: { workbench: Workbench; problem: Problem | undefined }) {
  const server = workbench.server.value;
  const choices: { value: ServerChoice; label: string }[] = [
    ...(workbench.embedded === undefined ? [] : [{ value: "embedded", label: "Embedded" } as const]),
    { value: "in-page", label: "In this page" },
    { value: "any", label: "Any url" },
  ];
  const isAny = server === "any";
  const url = workbench.url.value;
  const isWrong = problem?.option === "url" && (!isAny || url !== "");
  return (
    <>
      <Segments
        label="Server"
        options={choices}
        chosen={server}
        choose={(choice) => {
          workbench.server.value = choice;
        }}
      />
      <label class="field">
        <span>url</span>
        <textarea
          rows={url.split("\n").length}
          inputMode="url"
          autocomplete="off"
          spellcheck={false}
          placeholder="wss://echo.example.org/"
          readOnly={!isAny}
          value={url}
          aria-invalid={isWrong}
          aria-describedby="url-note url-problem"
          onInput={({ currentTarget }) => {
            workbench.typedUrl.value = currentTarget.value;
          }}
        />
      </label>
      <p id="url-note" class="note" hidden={!isAny}>
        Several urls, one a line, are endpoints of one service.
      </p>
      <p id="url-problem" class="problem" role="alert">
        {isWrong ? problem.message : ""}
      </p>
    </>
  );
}

function DraftForm({ workbench, session }: { workbench: Workbench; session: Session }) {
  const draft = workbench.draftOf(session);
  const { preset, values } = draft.value;
  const problem = workbench.problem(session);
  const change = (changes: Partial<Draft>) => {
    draft.value = { ...draft.value, ...changes };
  };
  const type = (path: string, typed: string) => {
    const { [path]: _, ...others } = draft.value.values;
    change({ values: typed === "" ? others : { ...others, [path]: typed } });
  };
  const given = Object.keys(values).length;
  return (
    <>
      <fieldset>
        <legend>Preset</legend>
        {presets.map((offered) => (
          <label key={offered.id} class="choice">
            <input
              type="radio"
              name={`preset-${session.name}`}
              checked={preset === offered}
              onChange={() => change({ preset: offered })}
            />
            <span>
              {offered.label} <small>{offered.description}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <details open={given > 0}>
        <summary>
          Options <small>{given === 0 ? "all as the preset has them" : `${given} of your own`}</small>
        </summary>
        {fields.map((field) => (
          <OptionField
            key={field.path}
            field={field}
            preset={preset}
            typed={values[field.path] ?? ""}
            problem={problem?.option === field.path ? problem.message : ""}
            type={(typed) => type(field.path, typed)}
          />
        ))}
        <p class="note">
          Callbacks, url functions, an AbortSignal, and messages(client) to read at your own pace are for
          code.
        </p>
      </details>
      {workbench.isChanged(session) && (
        <button type="submit" class="primary" aria-disabled={problem !== undefined}>
          Apply and connect
        </button>
      )}
    </>
  );
}
