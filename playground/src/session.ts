// One client on the page: the signals that the panels draw, kept true by the client's own events. Several may live side
// by side.

import { batch, type ReadonlySignal, signal } from "@preact/signals";
import {
  type ClientEvents,
  connect,
  type EventType,
  type LifecyclePhase,
  type WebSocketClient,
} from "gundam";
import { Messages } from "./messages.ts";
import { isLive } from "./phases.ts";
import type { Settings } from "./settings.ts";
import { closeText, errorText, Timeline } from "./timeline.ts";

/** The wait before the next attempt; `until` on `performance.now()`'s clock. */
export interface Wait {
  readonly delay: number;
  readonly until: number;
  readonly retriesLeft: number;
}

/** The timeline tells these as they are. */
const toldEvents = [
  "attempt",
  "connect",
  "disconnect",
  "error",
  "retry",
  "drop",
  "close",
] as const satisfies readonly EventType[];

export class Session {
  readonly timeline: Timeline = new Timeline();
  readonly messages: Messages = new Messages();
  readonly #phase = signal<LifecyclePhase>("idle");
  readonly #wait = signal<Wait | undefined>(undefined);
  readonly #cause = signal("");
  readonly #settings = signal<Settings | undefined>(undefined);
  #client: WebSocketClient | undefined;

  get phase(): ReadonlySignal<LifecyclePhase> {
    return this.#phase;
  }

  get wait(): ReadonlySignal<Wait | undefined> {
    return this.#wait;
  }

  /** How the last connection, attempt or life ended; empty while none has. */
  get cause(): ReadonlySignal<string> {
    return this.#cause;
  }

  /** What the client of now was started with. */
  get settings(): ReadonlySignal<Settings | undefined> {
    return this.#settings;
  }

  /** Starts a client, in place of the one there was. Throws its `OptionError` for what cannot work. */
  start(settings: Settings): void {
    const { url, preset } = settings;
    const before = this.#client;
    const client = connect({ ...preset.options, url });
    // The old one tells its end before the new one, which is silent until this has run, tells its beginning.
    before?.terminate();
    this.timeline.tellYou("connect", `to ${url}, ${preset.label.toLowerCase()}`);
    this.#client = client;
    batch(() => {
      this.#settings.value = settings;
      this.#phase.value = client.phase;
      this.#wait.value = undefined;
      this.#cause.value = "";
    });
    this.#listen(client);
  }

  reconnect(): void {
    this.timeline.tellYou("reconnect");
    this.#client?.reconnect();
  }

  close(): void {
    this.timeline.tellYou("close", "with code 1000");
    void this.#client?.close(1000);
  }

  terminate(): void {
    this.timeline.tellYou("terminate");
    this.#client?.terminate();
  }

  /** Sends, or queues while there is no connection. Throws when it can do neither. */
  send(text: string): void {
    if (this.#client === undefined || !isLive(this.#phase.value)) throw new Error("Connect first.");
    this.#client.send(text);
    this.messages.add(text, this.#client.phase === "open" ? "sent" : "queued");
  }

  #listen(client: WebSocketClient): void {
    for (const type of toldEvents) this.#tell(client, type);
    client.on("phase", (event) => this.timeline.tellPhase(event));
    client.on("change", ({ to }) => {
      this.#phase.value = to;
      if (to !== "waiting") this.#wait.value = undefined;
    });
    client.on("retry", ({ delay, retriesLeft }) => {
      this.#wait.value = { delay, until: performance.now() + delay, retriesLeft };
    });
    client.on("error", (error) => {
      this.#cause.value = errorText(error);
    });
    client.on("disconnect", ({ close }) => {
      this.#cause.value = capitalized(closeText(close));
    });
    client.on("close", ({ code, reason }) => {
      this.#cause.value = `Code ${code}${reason && ` “${reason}”`}`;
    });
    client.on("connect", () => {
      this.#cause.value = "";
      this.messages.markSent();
    });
    client.on("drop", ({ message }) => this.messages.markDropped(message));
    client.on("message", (message) => this.messages.add(message, "received"));
  }

  #tell<Type extends (typeof toldEvents)[number]>(client: WebSocketClient, type: Type): void {
    client.on(type, (event: ClientEvents[Type]) => this.timeline.tellClient(type, event));
  }
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
