// The stories of one client, the newest first. They follow from what `explain()`, the event log and the message log tell;
// the newest is told anew until it is known what became of its messages.

import { effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { EventEntry } from "../client/events.ts";
import type { Session } from "../client/session.ts";
import { type AffectedMessages, affectedMessages } from "./affected-messages.ts";
import { type Ending, lastOutage, type Outage } from "./outage.ts";
import { type Answer, type Circumstances, isWorthTelling, type Sentence, tellStory } from "./tell-story.ts";

export interface Story {
  readonly key: string;
  readonly ending: Ending;
  /** When it ended, by the wall clock. */
  readonly at: number;
  readonly sentences: readonly Sentence[];
  /** It will not be told otherwise any more. */
  readonly isSettled: boolean;
}

/** Stories kept; what is older is forgotten. */
const MOST_STORIES = 20;
/** ms after the end of an outage in which echoes, and the server's word, are awaited. */
const SETTLING_TIME = 2000;
/** ms by which the clocks of records and of the event log may differ. */
const TOLERANCE = 100;

export class StoryLog {
  readonly session: Session;
  readonly #isShared: ReadonlySignal<boolean>;
  readonly #stories = signal<readonly Story[]>([]);
  /** Changes when the time has come to settle. */
  readonly #due = signal(0);

  /** `isShared`: other clients meet the same server. */
  constructor(session: Session, isShared: ReadonlySignal<boolean>) {
    this.session = session;
    this.#isShared = isShared;
    effect(() => {
      const outage = lastOutage(session.attempts.value);
      if (outage !== undefined) this.#tell(outage);
    });
  }

  get stories(): ReadonlySignal<readonly Story[]> {
    return this.#stories;
  }

  #tell(outage: Outage): void {
    const { ending, last, failed, lost, to } = outage;
    const key = `${ending} ${(ending === "back" || ending === "handed over" ? last : (failed.at(-1) ?? lost))?.key}`;
    const stories = untracked(() => this.#stories.value);
    const isKnown = stories[0]?.key === key;
    if (isKnown && stories[0]!.isSettled) return;
    const isDue = this.#due.value >= to;
    if (!isDue && !isKnown) setTimeout(() => this.#settle(to), SETTLING_TIME);
    // Read through signals: what they tell later is heard of until the story has settled.
    this.session.messages.version.value;
    const messages = affectedMessages(this.session.messages.entries(), outage);
    const circumstances = this.#circumstances(this.session.events.log.entries.value, outage, messages);
    if (!isWorthTelling(outage, messages)) return;
    const sentences = tellStory(outage, circumstances);
    const story: Story = {
      key,
      ending,
      at: to,
      sentences,
      isSettled: isDue && messages.waiting.length === 0,
    };
    this.#stories.value = [story, ...stories.slice(isKnown ? 1 : 0)].slice(0, MOST_STORIES);
  }

  #settle(to: number): void {
    this.#due.value = Math.max(this.#due.peek(), to);
  }

  #circumstances(
    events: readonly EventEntry[],
    { from, to }: Outage,
    messages: AffectedMessages,
  ): Circumstances {
    const during = events.filter(({ at }) => at >= from - TOLERANCE && at <= to + SETTLING_TIME);
    const disconnect = during.find(({ source, name }) => source === "client" && name === "disconnect");
    const answers = during.flatMap(({ id, sight }): readonly Answer[] => {
      if (sight?.type !== "spoiled") return [];
      const { name, status } = sight.fault;
      return [{ event: id, status: name === "refuse" ? Number(status) : undefined }];
    });
    return { messages, answers, isShared: this.#isShared.peek(), disconnect: disconnect?.id };
  }
}
