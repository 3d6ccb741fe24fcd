// Where to connect and with what settings, and what you can do with the connection.

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import type { EchoServerLine } from "../echo-server.ts";
import { isLive } from "../phases.ts";
import type { Session } from "../session.ts";
import { isSame, presets } from "../settings.ts";

export interface ConnectionPanelProps {
  readonly session: Session;
  readonly line: EchoServerLine | undefined;
}

export function ConnectionPanel({ session, line }: ConnectionPanelProps) {
  const url = useSignal("");
  const preset = useSignal(presets[0]);
  const problem = useSignal("");
  const isUntouched = useSignal(true);
  const form = useComputed(() => ({ url: url.value, preset: preset.value }));

  const start = () => {
    try {
      session.start(form.value);
      problem.value = "";
    } catch (error) {
      problem.value = (error as Error).message;
    }
  };

  // The page connects to its own server as soon as it knows the address.
  useSignalEffect(() => {
    const offered = line?.state.value?.url;
    if (offered === undefined || !isUntouched.peek() || offered === url.peek()) return;
    url.value = offered;
    start();
  });

  const live = isLive(session.phase.value);
  const running = session.settings.value;
  const isAsRunning = running !== undefined && isSame(running, form.value);
  const submit = (event: Event) => {
    event.preventDefault();
    if (live && isAsRunning) session.reconnect();
    else start();
  };

  return (
    <section class="panel connection" aria-labelledby="connection-title">
      <h2 id="connection-title">Connection</h2>
      <form onSubmit={submit} noValidate>
        <label class="field">
          Server url
          <input
            type="text"
            inputMode="url"
            autocomplete="off"
            spellcheck={false}
            placeholder="wss://echo.example.org/"
            value={url}
            aria-invalid={problem.value !== ""}
            aria-describedby="url-problem"
            onInput={({ currentTarget }) => {
              url.value = currentTarget.value;
              isUntouched.value = false;
            }}
          />
        </label>
        <p id="url-problem" class="problem" role="alert">
          {problem}
        </p>
        <fieldset>
          <legend>Settings</legend>
          {presets.map((offered) => (
            <label key={offered.id} class="choice">
              <input
                type="radio"
                name="preset"
                checked={preset.value === offered}
                onChange={() => {
                  preset.value = offered;
                }}
              />
              <span>
                {offered.label} <small>{offered.description}</small>
              </span>
            </label>
          ))}
        </fieldset>
        <div class="actions">
          <button type="submit" class="primary">
            {!live ? "Connect" : isAsRunning ? "Reconnect" : "Connect with changes"}
          </button>
          <ActionButton label="Close" isPossible={live} act={() => session.close()} />
          <ActionButton label="Terminate" isPossible={live} act={() => session.terminate()} />
        </div>
      </form>
    </section>
  );
}

interface ActionButtonProps {
  readonly label: string;
  readonly isPossible: boolean;
  readonly act: () => void;
}

/** Not `disabled` when impossible: that would take the focus away from who has just pressed it. */
function ActionButton({ label, isPossible, act }: ActionButtonProps) {
  return (
    <button type="button" aria-disabled={!isPossible} onClick={() => isPossible && act()}>
      {label}
    </button>
  );
}
