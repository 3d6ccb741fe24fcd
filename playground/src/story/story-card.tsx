// What happened, as a person would tell it: the newest story of a client, and those before it. Its room is always there, so
// that nothing moves when a story comes.

import { useSignal } from "@preact/signals";
import { Fragment } from "preact";
import type { Session } from "../client/session.ts";
import type { Tone } from "../client/states.ts";
import { CopyButton } from "../copy-button.tsx";
import { formatTime } from "../format.ts";
import type { Ending } from "./outage.ts";
import { isThere, reveal } from "./reveal.ts";
import type { StoryLog } from "./story-log.ts";
import { type Part, type Sentence, textOf } from "./tell-story.ts";

const tones: Readonly<Record<Ending, Tone>> = {
  back: "good",
  "handed over": "good",
  kept: "wait",
  "gave up": "bad",
};

export interface StoryCardProps {
  readonly log: StoryLog;
  /** Whose story it is has to be said. */
  readonly isNamed: boolean;
}

export function StoryCard({ log, isNamed }: StoryCardProps) {
  const { session } = log;
  const stories = log.stories.value;
  // Who reads an earlier one goes on reading it.
  const chosenKey = useSignal<string | undefined>(undefined);
  const index = Math.max(
    0,
    stories.findIndex(({ key }) => key === chosenKey.value),
  );
  const story = stories[index];
  const title = isNamed ? `Story of client ${session.name}` : "Story";
  const choose = (target: number) => {
    chosenKey.value = target === 0 ? undefined : stories[target]?.key;
  };
  return (
    <article class="story" data-tone={story === undefined ? "rest" : tones[story.ending]} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {story !== undefined && <time>{formatTime(story.at)}</time>}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls by the arrow keys. */}
      <section class="told" tabIndex={0} aria-label={`${title} in words`}>
        {story === undefined ? (
          <p class="untold">
            No outage yet. Break something: how it went is told here, and each part leads to its row.
          </p>
        ) : (
          <p>
            {story.sentences.map((sentence) => (
              <SentenceView key={sentence[0]!.text} sentence={sentence} session={session} />
            ))}
          </p>
        )}
      </section>
      {story !== undefined && (
        <div class="tools">
          <Pager index={index} count={stories.length} choose={choose} />
          <CopyButton label="Copy" text={() => `${formatTime(story.at)} ${textOf(story.sentences)}`} />
        </div>
      )}
      <Announcement log={log} isNamed={isNamed} />
    </article>
  );
}

function SentenceView({ sentence, session }: { sentence: Sentence; session: Session }) {
  return (
    <>
      {sentence.map((part, index) => (
        <Fragment key={part.text}>
          <PartView part={part} mark={index < sentence.length - 1 ? "," : "."} session={session} />{" "}
        </Fragment>
      ))}
    </>
  );
}

interface PartViewProps {
  readonly part: Part;
  /** What follows it, and is not to begin a line. */
  readonly mark: string;
  readonly session: Session;
}

/** Leads to the row that it tells of, while that is there. */
function PartView({ part: { text, target }, mark, session }: PartViewProps) {
  if (target === undefined || !isThere(session, target)) return <>{text + mark}</>;
  return (
    <button type="button" class="lead" onClick={() => reveal(session, target)}>
      <span>{text}</span>
      {mark}
    </button>
  );
}

interface PagerProps {
  readonly index: number;
  readonly count: number;
  readonly choose: (index: number) => void;
}

/** The newest is the first. */
function Pager({ index, count, choose }: PagerProps) {
  if (count === 1) return null;
  const step = (label: string, sign: string, target: number) => (
    <button
      type="button"
      class="quiet"
      aria-label={label}
      aria-disabled={target < 0 || target >= count}
      onClick={() => target >= 0 && target < count && choose(target)}
    >
      {sign}
    </button>
  );
  return (
    <div class="pager">
      {step("Earlier story", "‹", index + 1)}
      <span>
        {count - index} of {count}
      </span>
      {step("Later story", "›", index - 1)}
    </div>
  );
}

/** Read aloud once, when there is no more to come. */
function Announcement({ log, isNamed }: StoryCardProps) {
  const settled = log.stories.value.find(({ isSettled }) => isSettled);
  const whose = isNamed ? `Client ${log.session.name}: ` : "";
  return (
    <p class="aloud" role="status">
      {settled && whose + textOf(settled.sentences)}
    </p>
  );
}
