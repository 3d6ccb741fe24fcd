// What was sent and received, and what became of it; the line to write the next message in below it.

import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Session } from "../client/session.ts";
import { moment, wallOf } from "../clock.ts";
import { formatSize, formatTime } from "../format.ts";
import { messageListId } from "../row-ids.ts";
import { Segments } from "../segments.tsx";
import { Composer } from "./composer.tsx";
import { MessageDetail } from "./message-detail.tsx";
import { type Direction, type MessageEntry, MOST_MESSAGES } from "./messages.ts";
import { messagesAt } from "./messages-at.ts";
import { outcomeWords } from "./outcome-words.ts";
import { digitsOf, previewOf, textOf } from "./payload.ts";
import { VirtualList } from "./virtual-list.tsx";

const ROW_HEIGHT = 28;

/** Which messages are shown. */
interface Filter {
  readonly direction: Direction | "all";
  readonly text: string;
}

export function MessagePanel({ session }: { session: Session }) {
  const { messages, chosenMessage } = session;
  const filter = useSignal<Filter>({ direction: "all", text: "" });
  const paused = useSignal<readonly MessageEntry[] | undefined>(undefined);
  const version = messages.version.value;
  const past = moment.value;
  const kept = useMemo(
    () => (past === undefined ? messages.entries() : messagesAt(messages.entries(), wallOf(past))),
    [messages, version, past],
  );
  const shown = useMemo(
    () => filtered(paused.value ?? kept, filter.value),
    [kept, paused.value, filter.value],
  );
  const chosen = shown.find(({ id }) => id === chosenMessage.value);
  return (
    <section class="panel messages" aria-label={`Messages of client ${session.name}`}>
      <header>
        <h2>Messages</h2>
        <span class="count">{countText(kept.length, shown.length)}</span>
        <div class="tools">
          <button
            type="button"
            class="quiet"
            aria-pressed={paused.value !== undefined}
            onClick={() => {
              paused.value = paused.value === undefined ? kept : undefined;
            }}
          >
            {paused.value === undefined ? "Pause" : `Resume (${arrivedSince(paused.value, kept)} new)`}
          </button>
          <button type="button" class="quiet" onClick={() => exportLines(session.name, shown)}>
            Export
          </button>
          <button
            type="button"
            class="quiet"
            onClick={() => {
              messages.clear();
              if (paused.value !== undefined) paused.value = [];
            }}
          >
            Clear
          </button>
        </div>
      </header>
      <div class="filters">
        <Segments
          label="Direction"
          options={[
            { value: "all", label: "All" },
            { value: "in", label: "In" },
            { value: "out", label: "Out" },
          ]}
          chosen={filter.value.direction}
          choose={(direction) => {
            filter.value = { ...filter.value, direction };
          }}
        />
        <input
          type="search"
          aria-label="Filter the messages"
          placeholder="Filter"
          value={filter.value.text}
          onInput={({ currentTarget }) => {
            filter.value = { ...filter.value, text: currentTarget.value };
          }}
        />
      </div>
      <VirtualList
        key={`${filter.value.direction} ${filter.value.text}`}
        label={`Message log of client ${session.name}`}
        entries={shown}
        rowHeight={ROW_HEIGHT}
        empty={kept.length === 0 ? "No messages yet. Write one below." : "None that the filter lets through."}
        id={messageListId(session.name)}
        chosenId={chosenMessage.value}
        choose={(id) => {
          chosenMessage.value = id;
        }}
        row={drawEntry}
      />
      {chosen && <MessageDetail entry={chosen} />}
      <Composer session={session} />
    </section>
  );
}

function drawEntry({ at, direction, outcome, payload, bytes }: MessageEntry) {
  return (
    <div class="message" data-direction={direction} data-outcome={outcome}>
      <span class="direction">
        <span aria-hidden="true">{direction === "in" ? "↓" : "↑"}</span> {direction}
      </span>
      <time>{formatTime(at)}</time>
      <span class="body">
        {typeof payload !== "string" && <small>hex </small>}
        <span>{previewOf(payload)}</span>
      </span>
      <span class="size">{formatSize(bytes)}</span>
      <span class="outcome">{outcome && outcomeWords[outcome].word}</span>
    </div>
  );
}

function filtered(entries: readonly MessageEntry[], filter: Filter): readonly MessageEntry[] {
  const isOpen = filter.direction === "all" && filter.text === "";
  return isOpen ? entries : entries.filter((entry) => isShown(entry, filter));
}

function isShown({ direction, payload }: MessageEntry, filter: Filter): boolean {
  if (filter.direction !== "all" && direction !== filter.direction) return false;
  return filter.text === "" || textOf(payload).toLowerCase().includes(filter.text.toLowerCase());
}

function countText(kept: number, shown: number): string {
  const most = kept === MOST_MESSAGES ? ", the newest" : "";
  return shown === kept
    ? `${kept.toLocaleString("en")}${most}`
    : `${shown.toLocaleString("en")} of ${kept.toLocaleString("en")}`;
}

function arrivedSince(paused: readonly MessageEntry[], kept: readonly MessageEntry[]): string {
  return ((kept.at(-1)?.id ?? 0) - (paused.at(-1)?.id ?? 0)).toLocaleString("en");
}

/** ms that an export may take to be read. */
const EXPORT_TIME = 10_000;

/** One JSON object a line. */
function exportLines(name: string, entries: readonly MessageEntry[]): void {
  const lines = entries.map(({ at, direction, outcome, payload, bytes }) =>
    JSON.stringify({
      at: new Date(at).toISOString(),
      direction,
      outcome,
      bytes,
      ...(typeof payload === "string" ? { text: payload } : { hex: digitsOf(payload) }),
    }),
  );
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "application/jsonl" }));
  link.download = `messages-${name}.jsonl`;
  link.click();
  // Firefox reads it only after this has run.
  setTimeout(() => URL.revokeObjectURL(link.href), EXPORT_TIME);
}
