// The event log: what you did, what the client told and what the server saw, in one order and in words.

import type { ClientEvents, Close, EventType } from "gundam";
import { BoundedLog } from "../bounded-log.ts";
import { faultWords } from "../break/faults.ts";
import { formatCount, formatDuration } from "../format.ts";
import type { Sight } from "../server/server-protocol.ts";

export type Source = "you" | "page" | "client" | "server";
/** What an entry means for the connection; it chooses the colour. */
export type Tone = "plain" | "busy" | "good" | "wait" | "bad";

export interface Words {
  /** The event, in a word or two. */
  readonly name: string;
  readonly text: string;
  readonly tone: Tone;
}

export interface EventEntry extends Words {
  readonly id: number;
  readonly at: number;
  readonly source: Source;
  /** What the server has seen, if that is what is told. */
  readonly sight?: Sight;
}

export class EventLog {
  readonly log: BoundedLog<EventEntry> = new BoundedLog();
  #runningPhase: number | undefined;

  tellYou(name: string, text = ""): void {
    this.#add("you", { name, text, tone: "plain" });
  }

  tellClient<Type extends EventType>(type: Type, event: ClientEvents[Type]): void {
    const words = clientWords[type]?.(event);
    if (words !== undefined) this.#add("client", words);
  }

  /** One entry a phase: it is there when the phase begins, and says how long it took when it ends. */
  tellPhase(event: ClientEvents["phase"]): void {
    if (event.type === "start") {
      this.#runningPhase = this.#add("client", phaseWords(event));
    } else {
      const ended = this.#runningPhase;
      this.log.change((entry) => (entry.id === ended ? { ...entry, ...phaseWords(event) } : entry));
    }
  }

  /** `error`: why it came to nothing. */
  tellHandover(error: Error | undefined): void {
    const words = (text: string, tone: Tone): Words => ({ name: "handover", text, tone });
    if (error === undefined) this.#add("client", words("to a new connection, without a gap", "good"));
    else this.#add("client", words(`came to nothing: ${errorText(error)}`, "bad"));
  }

  /** What the page was made to go through. */
  tellPage(name: string, text: string): void {
    this.#add("page", { name, text, tone: "wait" });
  }

  tellServer(sight: Sight): void {
    this.log.add({ at: Date.now(), source: "server", sight, ...serverWords(sight) });
  }

  #add(source: Source, words: Words): number {
    return this.log.add({ at: Date.now(), source, ...words });
  }
}

type ClientWords = { readonly [Type in EventType]?: (event: ClientEvents[Type]) => Words };

const clientWords: ClientWords = {
  attempt: ({ attempt, retriesLeft }) => ({
    name: "attempt",
    text: `number ${attempt}, ${retriesText(retriesLeft)} left`,
    tone: "busy",
  }),
  connect: ({ protocol }) => ({
    name: "connect",
    text: protocol === "" ? "the opening handshake succeeded" : `with the subprotocol ${protocol}`,
    tone: "good",
  }),
  disconnect: ({ close, willRetry }) => ({
    name: "disconnect",
    text: `${closeText(close)}; ${willRetry ? "will try again" : "will not try again"}`,
    tone: "bad",
  }),
  error: (error) => ({ name: "error", text: errorText(error), tone: "bad" }),
  retry: ({ delay, retriesLeft }) => ({
    name: "retry",
    text: `${delay === 0 ? "at once" : `in ${formatDuration(delay)}`}, ${retriesText(retriesLeft)} left after it`,
    tone: "wait",
  }),
  drop: ({ cause, outcome }) => ({
    name: "drop",
    text: `a message is ${outcome}: ${cause.message}`,
    tone: "bad",
  }),
  close: ({ code, reason }) => ({
    name: "close",
    text: `over, with code ${code}${reason && ` “${reason}”`}`,
    tone: "plain",
  }),
};

function phaseWords(event: ClientEvents["phase"]): Words {
  const { phase } = event;
  if (event.type === "start") return { name: "phase", text: `${phase} begins`, tone: "busy" };
  const duration = formatDuration(event.duration);
  return event.error === undefined
    ? { name: "phase", text: `${phase} took ${duration}`, tone: "busy" }
    : { name: "phase", text: `${phase} failed after ${duration}`, tone: "bad" };
}

function serverWords(sight: Sight): Words {
  switch (sight.type) {
    case "fault":
      return { name: "told to", text: faultWords(sight.fault), tone: "wait" };
    case "spoiled":
      return {
        name: "answers",
        text: `${answerText(sight.fault.name, sight.fault.status)} to the upgrade request of connection #${sight.connection}`,
        tone: "bad",
      };
    case "opened":
      return { name: "opened", text: `connection #${sight.connection}`, tone: "good" };
    case "closeReceived":
      return {
        name: "Close read",
        text: `code ${sight.code}${sight.reason && ` “${sight.reason}”`} on connection #${sight.connection}`,
        tone: "plain",
      };
    case "disconnected":
      return { name: "TCP ended", text: `connection #${sight.connection}`, tone: "plain" };
    case "wentAway":
      return { name: "away", text: "connecting is refused from here on", tone: "bad" };
    case "cameBack":
      return { name: "back", text: "listening again on the same port", tone: "good" };
  }
}

function answerText(fault: string, status: string | number | undefined): string {
  if (fault === "refuse") return `HTTP status ${status}`;
  if (fault === "stall-at-upgrade") return "nothing";
  return fault.startsWith("drop") ? "the end of TCP" : "garbage";
}

function closeText(close: Close | undefined): string {
  if (close === undefined) return "replaced by a new connection";
  if (!close.wasClean) return `lost without a Close frame (${close.code})`;
  return `closed by the server with code ${close.code}${close.reason && ` “${close.reason}”`}`;
}

function errorText(error: Error): string {
  return `${error.name}: ${error.message}`;
}

function retriesText(retries: number): string {
  return retries === Infinity ? "endless retries" : formatCount(retries, "retry", "retries");
}
