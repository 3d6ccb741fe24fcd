// The line to write the next message in, and what becomes of messages just now.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Session } from "../client/session.ts";
import { formatCount } from "../format.ts";

/** ms between messages of a client that keeps talking. */
const TALK_INTERVAL = 1000;

export function Composer({ session }: { session: Session }) {
  const text = useSignal("");
  const problem = useSignal("");
  const isTalking = useSignal(false);
  const send = (message: string): boolean => {
    try {
      session.send(message);
      problem.value = "";
      return true;
    } catch (error) {
      problem.value = `Not sent. ${(error as Error).message}`;
      return false;
    }
  };
  const talking = isTalking.value;
  useEffect(() => {
    if (!talking) return undefined;
    let count = 0;
    const timer = setInterval(() => {
      count += 1;
      send(JSON.stringify({ tick: count, at: new Date().toISOString() }));
    }, TALK_INTERVAL);
    return () => clearInterval(timer);
  }, [talking]);
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.value !== "" && send(text.value)) text.value = "";
      }}
    >
      <input
        type="text"
        aria-label={`Message for client ${session.name}`}
        autocomplete="off"
        placeholder="Write something, Enter sends it"
        value={text}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value;
        }}
      />
      <button type="submit">Send</button>
      <label class="switch">
        <input
          type="checkbox"
          checked={talking}
          onChange={({ currentTarget }) => {
            isTalking.value = currentTarget.checked;
          }}
        />
        one each second
      </label>
      <p class="note" role="status" aria-label="What becomes of messages">
        {problem.value || queueText(session)}
      </p>
    </form>
  );
}

function queueText({ position, isLive, messages }: Session): string {
  // Looked at so that the words follow the log.
  messages.version.value;
  const { queued } = messages;
  if (queued > 0) return `${formatCount(queued, "message waits", "messages wait")} for the connection.`;
  if (!isLive.value) return "There is no connection to send on.";
  return position.value.state.name === "open" ? "" : "What you send now waits for the connection.";
}
