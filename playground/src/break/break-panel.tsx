// What can be broken: the server by its faults, the page by what browsers go through, and both by a script.

import { signal, useSignal } from "@preact/signals";
import { formatCount } from "../format.ts";
import { incidents } from "../incident/incidents.ts";
import type { ServerLine } from "../server/server-line.ts";
import type { FaultRequest, ServerState } from "../server/server-protocol.ts";
import type { Workbench } from "../workbench.ts";
import { afterwords, behave, type FaultButton, faultGroups, faultWords, requestOf } from "./faults.ts";

export function BreakPanel({ workbench }: { workbench: Workbench }) {
  const note = useSignal(
    "Each of these makes the server, or this page, misbehave. Watch what the client does.",
  );
  const line = workbench.line.value;
  const apply = async (line: ServerLine, button: FaultButton, typed = "") => {
    const connections = line.state.value?.connections ?? 0;
    const at = performance.now();
    try {
      const fault = requestOf(button, typed);
      await line.apply(fault);
      workbench.incidents.note({ type: "fault", fault }, at);
      note.value = afterwords(button, fault, connections);
    } catch (error) {
      note.value = `Not done: ${(error as Error).message}.`;
    }
  };
  return (
    <section class="panel break" aria-labelledby="break-title">
      <header>
        <h2 id="break-title">Break it</h2>
        {line !== undefined && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              workbench.incidents.player.stop();
              void apply(line, behave);
            }}
          >
            {behave.label}
          </button>
        )}
      </header>
      <div class="server-card">
        {line === undefined ? <NotOurs workbench={workbench} /> : <ServerStateLine line={line} />}
        <p class="note" role="status" aria-label="What the fault did">
          {note}
        </p>
        <StandingFaults faults={line?.state.value?.standing ?? []} />
      </div>
      {line !== undefined && (
        <Faults
          title="Begin with one of these"
          buttons={faultGroups.flatMap(({ buttons }) => buttons.filter(({ isFirst }) => isFirst))}
          apply={(button, typed) => apply(line, button, typed)}
        />
      )}
      {line !== undefined && <Incidents workbench={workbench} />}
      <PageControls workbench={workbench} />
      {line !== undefined && (
        <details
          class="more"
          open={isMoreOpen}
          onToggle={({ currentTarget }) => {
            isMoreOpen.value = currentTarget.open;
          }}
        >
          <summary>More ways to break it</summary>
          {faultGroups.map((group) => (
            <Faults
              key={group.title}
              title={group.title}
              buttons={group.buttons.filter(({ isFirst }) => !isFirst)}
              apply={(button, typed) => apply(line, button, typed)}
            />
          ))}
        </details>
      )}
    </section>
  );
}

/** For as long as the page lives. */
const isMoreOpen = signal(false);

function NotOurs({ workbench }: { workbench: Workbench }) {
  return (
    <div class="not-ours">
      <p>This server is not ours to break.</p>
      <button
        type="button"
        onClick={() => {
          workbench.server.value = workbench.embedded === undefined ? "in-page" : "embedded";
        }}
      >
        Use one that is
      </button>
    </div>
  );
}

function ServerStateLine({ line }: { line: ServerLine }) {
  const state = line.state.value;
  if (state === undefined) return <p class="server-state">The playground’s dev server does not answer.</p>;
  return (
    <p class="server-state" data-listening={state.isListening}>
      <span class="dot" aria-hidden="true" />
      {presenceOf(state)}
    </p>
  );
}

function StandingFaults({ faults }: { faults: readonly FaultRequest[] }) {
  return (
    <p class="standing-faults">
      {faults.map((fault) => (
        <span key={fault.name} class="standing" title={faultWords(fault)}>
          {faultWords(fault)}
        </span>
      ))}
    </p>
  );
}

function presenceOf({ isListening, connections }: ServerState): string {
  return isListening
    ? `Server: listening, ${formatCount(connections, "connection", "connections")}`
    : "Server: away";
}

interface FaultsProps {
  readonly title: string;
  readonly buttons: readonly FaultButton[];
  readonly apply: (button: FaultButton, typed: string) => void;
}

function Faults({ title, buttons, apply }: FaultsProps) {
  return (
    <fieldset class="fault-group">
      <legend>{title}</legend>
      {buttons.map((button) => (
        <FaultControl key={button.label} button={button} apply={(typed) => apply(button, typed)} />
      ))}
    </fieldset>
  );
}

function FaultControl({ button, apply }: { button: FaultButton; apply: (typed: string) => void }) {
  const { label, number } = button;
  const typed = useSignal(String(number?.value ?? ""));
  return (
    <div class={number === undefined ? "fault" : "fault numbered"}>
      <button type="button" onClick={() => apply(typed.value)}>
        {label}
      </button>
      {number && (
        <input
          type="text"
          inputMode="numeric"
          maxLength={6}
          aria-label={number.label}
          value={typed}
          onInput={({ currentTarget }) => {
            typed.value = currentTarget.value;
          }}
        />
      )}
      {number?.unit && <span class="unit">{number.unit}</span>}
    </div>
  );
}

function Incidents({ workbench: { incidents: desk } }: { workbench: Workbench }) {
  const playing = desk.player.playing.value?.incident;
  return (
    <fieldset class="fault-group">
      <legend>Play an incident</legend>
      {incidents.map((incident) => (
        <button
          key={incident.id}
          type="button"
          title={incident.story}
          aria-pressed={playing === incident}
          onClick={() => (playing === incident ? desk.player.stop() : desk.play(incident))}
        >
          {incident.label}
        </button>
      ))}
    </fieldset>
  );
}

/** What browsers go through, pretended: the library hears of it as of the real thing. */
function PageControls({ workbench: { conditions, shown, incidents } }: { workbench: Workbench }) {
  const isOffline = conditions.isOffline.value;
  const isHidden = conditions.isHidden.value;
  const tell = (name: string, text: string) => {
    for (const { events } of shown.peek()) events.tellPage(name, text);
  };
  const toggleOffline = () => {
    tell(isOffline ? "online" : "offline", isOffline ? "the network is back" : "nothing gets through");
    if (isOffline) conditions.goOnline();
    else conditions.goOffline();
    incidents.note({ type: isOffline ? "online" : "offline" });
  };
  const toggleHidden = () => {
    tell(
      isHidden ? "visible" : "hidden",
      isHidden ? "somebody looks" : "nobody looks: retries 30 s apart, for free",
    );
    if (isHidden) conditions.show();
    else conditions.hide();
    incidents.note({ type: isHidden ? "show" : "hide" });
  };
  return (
    <fieldset class="fault-group">
      <legend>This page</legend>
      <button type="button" aria-pressed={isOffline} onClick={toggleOffline}>
        Offline
      </button>
      <button type="button" aria-pressed={isHidden} onClick={toggleHidden}>
        Hidden tab
      </button>
    </fieldset>
  );
}
