// Where to connect and with what settings: a form made from the library's options, checked by the library as you type, and
// the code that does the same beside it.

import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Session } from "../client/session.ts";
import { Segments } from "../segments.tsx";
import type { ServerChoice } from "../server/server-choice.ts";
import type { Workbench } from "../workbench.ts";
import { fields } from "./fields.ts";
import { OptionField } from "./option-field.tsx";
import { type Draft, dialed, type Problem, presets, urlsOf } from "./settings.ts";
import { snippetOf } from "./snippet.ts";
import { SnippetView } from "./snippet-view.tsx";
import { WhyNot, whyNotId } from "./why-not.tsx";

export function SettingsPanel({ workbench }: { workbench: Workbench }) {
  const panel = useRef<HTMLElement>(null);
  const chosen = useSignal(0);
  const sessions = workbench.shown.value;
  const session = sessions[chosen.value] ?? sessions[0]!;
  const problems = workbench.problems(session);
  const refused = workbench.refused.value;
  useLayoutEffect(() => {
    if (refused === undefined) return;
    // First its form has to be shown.
    if (refused !== session) chosen.value = sessions.indexOf(refused);
    else {
      workbench.refused.value = undefined;
      turnToWrong(panel.current!);
    }
  }, [refused, session]);
  const submit = (event: Event) => {
    event.preventDefault();
    workbench.start(session);
  };
  return (
    <section class="panel settings" aria-labelledby="settings-title" ref={panel}>
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
      <ServerFields workbench={workbench} problem={messageOf(problems, "url")} />
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
        <DraftForm workbench={workbench} session={session} problems={problems} />
      </form>
      <SnippetView code={snippetOf(workbench.settingsOf(session), workbench.server.value)} />
    </section>
  );
}

function messageOf(problems: readonly Problem[], option: string): string {
  return problems.find((problem) => problem.option === option)?.message ?? "";
}

/** Gives the focus to the first field that is wrong. */
function turnToWrong(panel: HTMLElement): void {
  const field = panel.querySelector<HTMLElement>('[aria-invalid="true"]');
  field?.closest("details")?.setAttribute("open", "");
  field?.focus();
}

function ServerFields({ workbench, problem }: { workbench: Workbench; problem: string }) {
  const server = workbench.server.value;
  const choices: { value: ServerChoice; label: string }[] = [
    ...(workbench.embedded === undefined ? [] : [{ value: "embedded", label: "Embedded" } as const]),
    { value: "in-page", label: "In this page" },
    { value: "any", label: "Any url" },
  ];
  const isAny = server === "any";
  const url = workbench.url.value;
  const dials = isAny && problem === "" ? urlsOf(url).map(dialed) : [];
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
          aria-invalid={problem !== ""}
          aria-describedby="url-problem url-note"
          onInput={({ currentTarget }) => {
            workbench.typedUrl.value = currentTarget.value;
          }}
        />
      </label>
      <p id="url-problem" class="problem" role="alert">
        {problem}
      </p>
      <p id="url-note" class="note" hidden={!isAny}>
        {dials.some((each) => !isAsTyped(each, url)) && (
          <>
            Dials <code>{dials.join(" ")}</code>.{" "}
          </>
        )}
        Several urls, one a line, are endpoints of one service.
      </p>
    </>
  );
}

/** But for the slash that every url has. */
function isAsTyped(dialed: string, typed: string): boolean {
  return urlsOf(typed).some((url) => url === dialed || `${url}/` === dialed);
}

interface DraftFormProps {
  readonly workbench: Workbench;
  readonly session: Session;
  readonly problems: readonly Problem[];
}

function DraftForm({ workbench, session, problems }: DraftFormProps) {
  const draft = workbench.draftOf(session);
  const { preset, values } = draft.value;
  const change = (changes: Partial<Draft>) => {
    draft.value = { ...draft.value, ...changes };
  };
  const type = (path: string, typed: string) => {
    const { [path]: _, ...others } = draft.value.values;
    change({ values: typed === "" ? others : { ...others, [path]: typed } });
  };
  const given = Object.keys(values).length;
  const isOpen = useSignal(given > 0);
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
      <details
        open={isOpen.value}
        onToggle={({ currentTarget }) => {
          isOpen.value = currentTarget.open;
        }}
      >
        <summary>
          Options <small>{given === 0 ? "all as the preset has them" : `${given} of your own`}</small>
        </summary>
        {fields.map((field) => (
          <OptionField
            key={field.path}
            field={field}
            preset={preset}
            typed={values[field.path] ?? ""}
            problem={messageOf(problems, field.path)}
            type={(typed) => type(field.path, typed)}
          />
        ))}
        <p class="note">
          Callbacks, url functions, an AbortSignal, and messages(client) to read at your own pace are for
          code.
        </p>
      </details>
      {workbench.isChanged(session) && (
        <button type="submit" class="primary" aria-describedby={whyNotId(session)}>
          Apply and connect
        </button>
      )}
      <WhyNot session={session} problems={problems} />
    </>
  );
}
