// What was sent and received, and the line to write the next message in.

import { useSignal } from "@preact/signals";
import { formatCount, formatSize, formatTime } from "../format.ts";
import type { MessageEntry, Outcome } from "../messages.ts";
import { isLive } from "../phases.ts";
import type { Session } from "../session.ts";
import { Log } from "./log.tsx";

export function MessagePanel({ session }: { session: Session }) {
  const { log } = session.messages;
  return (
    <section class="panel messages" aria-labelledby="messages-title">
      <header>
        <h2 id="messages-title">Messages</h2>
        <button type="button" class="quiet" aria-label="Clear the messages" onClick={() => log.clear()}>
          Clear
        </button>
      </header>
      <Log label="Message log" entries={log.entries} empty="No messages yet." row={drawEntry} />
      <Composer session={session} />
    </section>
  );
}

const outcomeWords: Readonly<Record<Outcome, string>> = {
  received: "in",
  sent: "out",
  queued: "queued",
  dropped: "not sent",
};

function drawEntry({ id, at, outcome, text, isBinary, bytes }: MessageEntry) {
  return (
    <li key={id} class="message" data-outcome={outcome}>
      <span class="outcome">{outcomeWords[outcome]}</span>
      <span class={isBinary ? "body binary" : "body"}>{text}</span>
      <span class="meta">
        <span class="size">{formatSize(bytes)}</span> <time>{formatTime(at)}</time>
      </span>
    </li>
  );
}

function Composer({ session }: { session: Session }) {
  const text = useSignal("");
  const problem = useSignal("");
  const send = (event: Event) => {
    event.preventDefault();
    if (text.value === "") return;
    try {
      session.send(text.value);
      text.value = "";
      problem.value = "";
    } catch (error) {
      problem.value = `Not sent. ${(error as Error).message}`;
    }
  };
  return (
    <form class="composer" onSubmit={send}>
      <p class="note" role="status" aria-label="What becomes of messages">
        {problem.value || queueText(session)}
      </p>
      <label class="field">
        <span>Message</span>
        <input
          type="text"
          autocomplete="off"
          placeholder="Write something, Enter sends it"
          value={text}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value;
          }}
        />
      </label>
      <button type="submit" class="primary">
        Send
      </button>
    </form>
  );
}

function queueText({ phase, messages }: Session): string {
  const queued = messages.queued.value;
  if (queued > 0) return `${formatCount(queued, "message waits", "messages wait")} for the connection.`;
  if (!isLive(phase.value)) return "There is no connection to send on.";
  return phase.value === "open" ? "" : "What you send now waits for the connection.";
}
