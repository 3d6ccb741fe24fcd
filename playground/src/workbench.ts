// What the page works on: one client or two, a server to connect them to, and what the page is made to go through.

import type { Platform } from "@gundam/core";
import { computed, effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import { browserPlatform } from "gundam";
import { readAddress, writeAddress } from "./address.ts";
import { PageConditions } from "./client/page-conditions.ts";
import { Session } from "./client/session.ts";
import type { UserAct } from "./incident/incident.ts";
import { IncidentDesk } from "./incident/incident-desk.ts";
import { seldom } from "./seldom.ts";
import { EmbeddedLine } from "./server/embedded-line.ts";
import { InPageLine } from "./server/in-page-line.ts";
import type { ServerChoice } from "./server/server-choice.ts";
import type { ServerLine } from "./server/server-line.ts";
import type { Sight } from "./server/server-protocol.ts";
import { type Draft, isSame, type Problem, problemsOf, type Settings } from "./settings/settings.ts";
import { StoryLog } from "./story/story-log.ts";

/** ms between two changes of the address by what is clicked, for Safari takes a hundred in half a minute, and then throws. */
const ADDRESS_INTERVAL = 400;

const noServer: Problem = { option: "server", message: "the playground's server does not answer" };

export class Workbench {
  readonly conditions: PageConditions = new PageConditions();
  readonly sessions: readonly [Session, Session] = [
    new Session("A", this.conditions),
    new Session("B", this.conditions),
  ];
  readonly drafts: readonly [Signal<Draft>, Signal<Draft>];
  readonly isComparing: Signal<boolean>;
  readonly server: Signal<ServerChoice>;
  /** Was to be started with what cannot work, until the form has turned to that. */
  readonly refused: Signal<Session | undefined> = signal(undefined);
  /** The url that was typed, for any server. */
  readonly typedUrl: Signal<string>;
  readonly incidents: IncidentDesk;
  /** Undefined on a page that no dev server of ours serves. */
  readonly embedded: EmbeddedLine | undefined;
  readonly #inPage: InPageLine;

  /** The incident's text, as the address has it. */
  readonly #incidentText: ReadonlySignal<string>;

  /** The sessions that are shown. */
  readonly shown: ReadonlySignal<readonly Session[]> = computed(() =>
    this.isComparing.value ? this.sessions : this.sessions.slice(0, 1),
  );
  /** One each of the sessions. */
  readonly stories: readonly StoryLog[];
  /** The server, if it can be broken from here. */
  readonly line: ReadonlySignal<ServerLine | undefined> = computed(() => {
    if (this.server.value === "any") return undefined;
    return this.server.value === "embedded" ? this.embedded : this.#inPage;
  });
  /** Where to connect; empty while that is unknown. */
  readonly url: ReadonlySignal<string> = computed(() => {
    if (this.server.value === "any") return this.typedUrl.value;
    return this.line.value?.state.value?.url ?? "";
  });

  constructor() {
    const saw = (sight: Sight) => {
      for (const session of this.sessions) session.sawServer(sight);
    };
    this.embedded = EmbeddedLine.open(saw);
    this.#inPage = new InPageLine(saw);
    const asked = readAddress(location.search);
    this.drafts = [signal(asked.drafts[0]), signal(asked.drafts[1])];
    this.isComparing = signal(asked.isComparing);
    this.stories = this.sessions.map((session) => new StoryLog(session, this.isComparing));
    for (const { composition } of this.sessions) composition.isTalking.value = !asked.isQuiet;
    this.typedUrl = signal(asked.url);
    const byDefault: ServerChoice = this.embedded === undefined ? "in-page" : "embedded";
    this.server = signal(asked.server === "embedded" ? byDefault : (asked.server ?? byDefault));
    this.incidents = new IncidentDesk(this, asked.incident);
    this.#incidentText = seldom(this.incidents.text, ADDRESS_INTERVAL);
    effect(() => {
      const server = this.server.value === byDefault ? undefined : this.server.value;
      const drafts = [this.drafts[0].value, this.drafts[1].value] as const;
      const incident = this.#incidentText.value;
      writeAddress({
        server,
        url: this.typedUrl.value,
        isComparing: this.isComparing.value,
        drafts,
        incident,
      });
    });
  }

  /** Connects as soon as there is somewhere to connect to, and anew when the page's server has another address. */
  begin(): void {
    effect(() => {
      const url = this.url.value;
      const sessions = this.shown.value;
      if (url === "" || this.server.value === "any") return;
      untracked(() => {
        for (const session of sessions) if (session.settings.value?.url !== url) this.#tryStart(session);
      });
    });
  }

  settingsOf(session: Session): Settings {
    const { preset, values } = this.draftOf(session).value;
    return { url: this.url.value, preset, values };
  }

  draftOf(session: Session): Signal<Draft> {
    return this.drafts[this.sessions.indexOf(session)]!;
  }

  /** What the library says against what stands in the form, of each option by itself. */
  problems(session: Session): readonly Problem[] {
    const isUrlUnknown = this.server.value !== "any" && this.url.value === "";
    return isUrlUnknown ? [noServer] : problemsOf(this.settingsOf(session));
  }

  /** Whether the client was started with other settings than stand in the form. */
  isChanged(session: Session): boolean {
    const running = session.settings.value;
    return running !== undefined && !isSame(running, this.settingsOf(session));
  }

  /** Starts the client anew with what stands in the form; of what cannot work the form tells, and is turned to. */
  start(session: Session): void {
    if (!this.#tryStart(session)) this.refused.value = session;
  }

  #tryStart(session: Session): boolean {
    if (this.problems(session).length > 0) return false;
    session.start(this.settingsOf(session), this.#platform());
    return true;
  }

  /** Takes a note, for the incident, of what is about to be done to a client. */
  noteUser(type: UserAct, { name }: Session): void {
    this.incidents.note(this.isComparing.peek() ? { type, client: name } : { type });
  }

  /** Shows the second client, and connects it, or takes leave of it. */
  compare(isComparing: boolean): void {
    const [, second] = this.sessions;
    this.isComparing.value = isComparing;
    if (!isComparing) second.terminate();
    else if (!second.isLive.peek() && this.url.peek() !== "") this.#tryStart(second);
  }

  #platform(): Platform {
    const platform =
      this.server.peek() === "in-page" ? { ...browserPlatform, dial: this.#inPage.dial } : browserPlatform;
    return this.conditions.lay(platform);
  }
}
