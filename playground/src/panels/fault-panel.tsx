// What the embedded server can be told to do wrong, and what it is doing now.

import { useSignal } from "@preact/signals";
import type { EchoServerLine } from "../echo-server.ts";
import { type FaultButton, type FaultGroup, faultGroups, faultWords } from "../faults.ts";
import { formatCount } from "../format.ts";
import type { FaultRequest, ServerState } from "../server-protocol.ts";

export function FaultPanel({ line }: { line: EchoServerLine | undefined }) {
  const note = useSignal("");

  const apply = async (group: FaultGroup, button: FaultButton, fault: FaultRequest) => {
    if (line === undefined) {
      note.value = noServerText;
      return;
    }
    const connections = line.state.value?.connections ?? 0;
    try {
      await line.apply(fault);
      note.value = afterwords(group, button, connections);
    } catch (error) {
      note.value = `Not done: ${(error as Error).message}.`;
    }
  };

  return (
    <section class="panel faults" aria-labelledby="faults-title">
      <h2 id="faults-title">Break the server</h2>
      {line === undefined ? (
        <p class="server-state">{noServerText}</p>
      ) : (
        <ServerStateLine state={line.state.value} />
      )}
      {faultGroups.map((group) => (
        <fieldset key={group.title} class="fault-group">
          <legend>{group.title}</legend>
          {group.buttons.map((button) => (
            <FaultControl key={button.label} button={button} apply={(fault) => apply(group, button, fault)} />
          ))}
        </fieldset>
      ))}
      <p class="note" role="status" aria-label="What the fault did">
        {note}
      </p>
    </section>
  );
}

const noServerText =
  "This page has no embedded server, so there is nothing to break here. “npm start” in the repository serves one.";

function afterwords({ scope }: FaultGroup, { afterwards = "" }: FaultButton, connections: number): string {
  if (scope === "live" && connections === 0) return "Nobody is connected, so nothing happened.";
  if (scope === "next" && connections > 0) return "From the next attempt on: drop the connection to see it.";
  return afterwards;
}

function ServerStateLine({ state }: { state: ServerState | undefined }) {
  if (state === undefined) return <p class="server-state">The playground's dev server does not answer.</p>;
  const { isListening, connections, standing } = state;
  return (
    <p class="server-state" data-listening={isListening}>
      <span class="dot" aria-hidden="true" />
      {isListening ? `Listening, ${formatCount(connections, "connection", "connections")}` : "Away"}
      {standing.map((fault) => (
        <span key={fault.name} class="standing">
          {faultWords(fault)}
        </span>
      ))}
    </p>
  );
}

interface FaultControlProps {
  readonly button: FaultButton;
  readonly apply: (fault: FaultRequest) => void;
}

function FaultControl({ button: { label, fault, number }, apply }: FaultControlProps) {
  const value = useSignal(String(number?.value ?? ""));
  return (
    <div class="fault">
      <button
        type="button"
        onClick={() => apply(number === undefined ? fault : { ...fault, [number.name]: value.value })}
      >
        {label}
      </button>
      {number && (
        <input
          type="text"
          inputMode="numeric"
          maxLength={5}
          aria-label={number.label}
          value={value}
          onInput={({ currentTarget }) => {
            value.value = currentTarget.value;
          }}
        />
      )}
    </div>
  );
}
