// One message, looked into.

import { sizeOf } from "@gundam/core";
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { formatSize } from "../format.ts";
import { Segments } from "../segments.tsx";
import type { MessageEntry } from "./messages.ts";
import { outcomeWords } from "./outcome-words.ts";
import { hexOf, jsonOf, textOf, type View } from "./payload.ts";

export function MessageDetail({ entry }: { entry: MessageEntry }) {
  const json = useMemo(() => jsonOf(entry.payload), [entry]);
  const asked = useSignal<View | undefined>(undefined);
  const byDefault: View = typeof entry.payload !== "string" ? "hex" : json === undefined ? "text" : "json";
  const view = asked.value === "json" && json === undefined ? byDefault : (asked.value ?? byDefault);
  const views: { value: View; label: string }[] = [
    { value: "text", label: "Text" },
    ...(json === undefined ? [] : [{ value: "json", label: "JSON" } as const]),
    { value: "hex", label: "Hex" },
  ];
  const kept = sizeOf(entry.payload);
  const text = view === "hex" ? hexOf(entry.payload) : view === "json" ? json : textOf(entry.payload);
  return (
    <div class="detail">
      <header>
        <span>
          {entry.direction === "in" ? "From the server" : "To the server"}, {formatSize(entry.bytes)}
          {kept < entry.bytes && `, of which ${formatSize(kept)} are kept`}
          {entry.outcome && `. ${outcomeWords[entry.outcome].meaning}`}
          {entry.cause && ` Why: ${entry.cause}.`}
        </span>
        <Segments
          label="View as"
          options={views}
          chosen={view}
          choose={(value) => {
            asked.value = value;
          }}
        />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls by the arrow keys. */}
      <section class="code" tabIndex={0} aria-label="Message">
        <pre data-view={view}>{text}</pre>
      </section>
    </div>
  );
}
