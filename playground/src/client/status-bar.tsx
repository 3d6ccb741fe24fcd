// What is happening now, in one sentence, and what you can do about it. It stays in sight.

import { now } from "../clock.ts";
import type { UserAct } from "../incident/incident.ts";
import { whyNotId } from "../settings/why-not.tsx";
import type { Workbench } from "../workbench.ts";
import { aloud, leftText, type Sentence, sentenceOf, spaceBefore } from "./sentence.ts";
import type { Session } from "./session.ts";
import { wordsOf } from "./states.ts";

export interface StatusBarProps {
  readonly session: Session;
  readonly workbench: Workbench;
}

export function StatusBar({ session, workbench }: StatusBarProps) {
  const position = session.shownPosition.value;
  const { state, since } = position;
  const [problem] = state.name === "idle" ? workbench.problems(session) : [];
  const sentence: Sentence =
    problem === undefined || problem.option === "server"
      ? sentenceOf(position, session.hearing)
      : { before: `Not connected: ${problem.message}`, after: "." };
  const isComparing = workbench.isComparing.value;
  return (
    <section
      class="status"
      data-tone={wordsOf(position).tone}
      data-state={state.name}
      aria-label={isComparing ? `Client ${session.name}: now` : "Now"}
    >
      {isComparing && <span class="client-name">{session.name}</span>}
      <strong class="state-name">{state.name}</strong>
      <p class="aloud" role="status">
        {aloud(sentence)}
      </p>
      <p class="sentence" aria-hidden="true">
        {sentence.before}
        <Moment {...sentence} />
        {sentence.after}
      </p>
      <Actions session={session} workbench={workbench} />
      {sentence.until !== undefined && <Bar since={sentence.since ?? since} until={sentence.until} />}
    </section>
  );
}

export function Moment({ until, since, after }: Sentence) {
  if (until === undefined && since === undefined) return null;
  const text = until === undefined ? leftText(now.value, since!) : leftText(until, now.value);
  return (
    <>
      {" "}
      <b>{text}</b>
      {spaceBefore(after)}
    </>
  );
}

function Bar({ since, until }: { since: number; until: number }) {
  const share = Math.min(1, Math.max(0, (until - now.value) / Math.max(1, until - since)));
  return (
    <div class="bar" aria-hidden="true">
      <div style={{ transform: `scaleX(${share})` }} />
    </div>
  );
}

function Actions({ session, workbench }: StatusBarProps) {
  const isLive = session.isLive.value;
  const notLive = isLive ? undefined : "Nothing is connected.";
  const isChanged = workbench.isChanged(session);
  const isStart = !isLive || isChanged;
  const act = (type: UserAct, perform: () => void) => () => {
    workbench.noteUser(type, session);
    perform();
  };
  const start = act("reconnect", () => (isStart ? workbench.start(session) : session.reconnect()));
  return (
    <div class="actions">
      <button
        type="button"
        class="primary"
        aria-describedby={isStart ? whyNotId(session) : undefined}
        onClick={start}
      >
        {!isLive ? "Connect" : isChanged ? "Connect with changes" : "Reconnect"}
      </button>
      <Action
        label="Hand over"
        problem={session.noHandover}
        act={act("handover", () => session.handOver())}
      />
      <Action label="Close" problem={notLive} act={act("close", () => session.close())} />
      <Action label="Terminate" problem={notLive} act={act("terminate", () => session.terminate())} />
    </div>
  );
}

interface ActionProps {
  readonly label: string;
  /** Why it cannot be done now; undefined when it can. */
  readonly problem: string | undefined;
  readonly act: () => void;
}

/** Not `disabled` when impossible: that would take the focus away from who has just pressed it. */
function Action({ label, problem, act }: ActionProps) {
  const isPossible = problem === undefined;
  return (
    <button type="button" aria-disabled={!isPossible} title={problem} onClick={() => isPossible && act()}>
      {label}
    </button>
  );
}
