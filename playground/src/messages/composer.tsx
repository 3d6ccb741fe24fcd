// Where the next message is written: a text, bytes in hex, or a file; and what becomes of messages just now.

import { useSignal } from "@preact/signals";
import type { Message } from "gundam";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import type { Session } from "../client/session.ts";
import { formatCount, formatSize } from "../format.ts";
import { Segments } from "../segments.tsx";
import type { Kind } from "./composition.ts";
import type { Line } from "./history.ts";
import { bytesOfHex } from "./payload.ts";

/** ms between messages of a client that keeps talking. */
const TALK_INTERVAL = 1000;
/** Bytes of a file: more is no message to try something with. */
const LARGEST_FILE = 4_000_000;

const kinds: readonly { value: Kind; label: string }[] = [
  { value: "text", label: "Text" },
  { value: "hex", label: "Hex" },
  { value: "file", label: "File" },
];

const hints: Readonly<Record<Kind, string>> = {
  text: "Enter sends, Shift+Enter breaks the line, ↑ and ↓ bring back what was sent.",
  hex: "Two digits a byte. Enter sends, ↑ and ↓ bring back what was sent.",
  file: `One binary message, of ${formatSize(LARGEST_FILE)} at most.`,
};

export function Composer({ session }: { session: Session }) {
  const { kind, text, history, isTalking } = session.composition;
  const id = useId();
  const file = useRef<HTMLInputElement>(null);
  const problem = useSignal("");
  const talkProblem = useTalk(session);
  const isFile = kind.value === "file";
  const refusal = problem.value || talkProblem;

  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      if (isFile) {
        session.send(await readFile(file.current!));
        file.current!.value = "";
      } else if (text.value !== "") {
        const line: Line = { kind: kind.value === "hex" ? "hex" : "text", text: text.value };
        session.send(messageOf(line));
        history.add(line);
        text.value = "";
      }
      problem.value = "";
    } catch (error) {
      problem.value = `Not sent: ${(error as Error).message}.`;
    }
  };
  const described = {
    "aria-describedby": `${id}-note ${id}-hint`,
    "aria-invalid": problem.value !== "" && kind.value !== "text",
  };
  return (
    <form class="composer" onSubmit={submit}>
      {isFile ? (
        <input
          type="file"
          ref={file}
          aria-label={`File for client ${session.name}`}
          {...described}
          onChange={() => {
            problem.value = "";
          }}
        />
      ) : (
        <Paper session={session} described={described} typed={() => (problem.value = "")} />
      )}
      <button type="submit">Send</button>
      <div class="ways">
        <Segments
          label="Send as"
          options={kinds}
          chosen={kind.value}
          choose={(chosen) => {
            kind.value = chosen;
            problem.value = "";
          }}
        />
        <label class="switch">
          <input
            type="checkbox"
            checked={isTalking.value}
            onChange={({ currentTarget }) => {
              isTalking.value = currentTarget.checked;
            }}
          />
          one each second
        </label>
      </div>
      <p id={`${id}-hint`} class="note hint">
        {hints[kind.value]}
      </p>
      <p
        id={`${id}-note`}
        class={refusal === "" ? "note" : "problem"}
        role="status"
        aria-label="What becomes of messages"
      >
        {refusal || queueText(session)}
      </p>
    </form>
  );
}

/** Sends while it is shown, and says what is against it. */
function useTalk(session: Session): string {
  const problem = useSignal("");
  const isTalking = session.composition.isTalking.value;
  useEffect(() => {
    problem.value = "";
    if (!isTalking) return undefined;
    const timer = setInterval(() => {
      // Nobody talks to a client that is closed.
      if (!session.isLive.peek()) return;
      try {
        session.send(session.composition.nextTick());
        problem.value = "";
      } catch (error) {
        problem.value = `Not sent: ${(error as Error).message}.`;
      }
    }, TALK_INTERVAL);
    return () => clearInterval(timer);
  }, [isTalking, session]);
  return problem.value;
}

interface PaperProps {
  readonly session: Session;
  readonly described: { readonly "aria-describedby": string; readonly "aria-invalid": boolean };
  readonly typed: () => void;
}

/** As high as what is written on it. */
function Paper({ session, described, typed }: PaperProps) {
  const { kind, text, history } = session.composition;
  const area = useRef<HTMLTextAreaElement>(null);
  const value = text.value;
  useLayoutEffect(() => {
    const { style, offsetHeight, clientHeight, scrollHeight } = shrunk(area.current!);
    style.height = `${scrollHeight + offsetHeight - clientHeight}px`;
  }, [value, kind.value]);

  const press = (event: KeyboardEvent) => {
    // What an input method composes it ends by Enter, too.
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      area.current!.form!.requestSubmit();
    } else if ((event.key === "ArrowUp" || event.key === "ArrowDown") && !hasModifier(event)) {
      const isUp = event.key === "ArrowUp";
      if (isAtEdge(area.current!, isUp) && recall(isUp)) event.preventDefault();
    }
  };
  const recall = (isUp: boolean): boolean => {
    const current: Line = { kind: kind.peek() === "hex" ? "hex" : "text", text: text.peek() };
    const line = isUp ? history.older(current) : history.newer(current);
    if (line === undefined) return false;
    kind.value = line.kind;
    text.value = line.text;
    const element = area.current!;
    element.value = line.text;
    // Where the same key goes on from.
    const end = isUp ? `${line.text}\n`.indexOf("\n") : line.text.length;
    element.setSelectionRange(end, end);
    return true;
  };
  return (
    <textarea
      ref={area}
      rows={1}
      aria-label={`Message for client ${session.name}`}
      autocomplete="off"
      spellcheck={false}
      placeholder={kind.value === "hex" ? "de ad be ef" : "Write something"}
      value={value}
      {...described}
      onKeyDown={press}
      onInput={({ currentTarget }) => {
        text.value = currentTarget.value;
        typed();
      }}
    />
  );
}

/** Else it would tell the height that it was given, and not what it needs. */
function shrunk(area: HTMLTextAreaElement): HTMLTextAreaElement {
  area.style.height = "auto";
  return area;
}

function hasModifier({ altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
  return altKey || ctrlKey || metaKey || shiftKey;
}

/** Whether the key would lead out of the text. */
function isAtEdge({ value, selectionStart, selectionEnd }: HTMLTextAreaElement, isUp: boolean): boolean {
  if (selectionStart !== selectionEnd) return false;
  return !(isUp ? value.slice(0, selectionStart) : value.slice(selectionEnd)).includes("\n");
}

function messageOf({ kind, text }: Line): Message {
  return kind === "hex" ? bytesOfHex(text) : text;
}

async function readFile({ files }: HTMLInputElement): Promise<Uint8Array<ArrayBuffer>> {
  const file = files?.[0];
  if (file === undefined) throw new Error("choose a file first");
  if (file.size > LARGEST_FILE) {
    throw new Error(
      `${file.name} has ${formatSize(file.size)}, and ${formatSize(LARGEST_FILE)} is the most from here`,
    );
  }
  return new Uint8Array(await file.arrayBuffer());
}

function queueText({ position, isLive, messages }: Session): string {
  // Looked at so that the words follow the log.
  messages.version.value;
  const { queued } = messages;
  if (queued > 0) return `${formatCount(queued, "message waits", "messages wait")} for the connection.`;
  if (!isLive.value) return "There is no connection to send on.";
  return position.value.state.name === "open" ? "" : "What you send now waits for the connection.";
}
