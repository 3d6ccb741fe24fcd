// The page's side of the dev server's echo server: its state and sights as they come, and faults to apply.

import type { StreamRecord } from "@gundam/testing/streams";
import { type ReadonlySignal, signal } from "@preact/signals";
import type { ServerLine } from "./server-line.ts";
import {
  type FaultRequest,
  type ServerState,
  type Sight,
  type StreamEvents,
  serverMeta,
} from "./server-protocol.ts";

export class EmbeddedLine implements ServerLine {
  readonly #state = signal<ServerState | undefined>(undefined);
  readonly #source: EventSource;
  #paths: StreamEvents["hello"] | undefined;

  /** Undefined while the line is down. */
  get state(): ReadonlySignal<ServerState | undefined> {
    return this.#state;
  }

  /** Opens the line to the dev server that served this page; undefined when no such server did. */
  static open(onSight: (sight: Sight) => void): EmbeddedLine | undefined {
    const path = pathOfServer();
    if (path === undefined) return undefined;
    const isShared = new URLSearchParams(location.search).has("shared");
    return new EmbeddedLine(isShared ? `${path}?shared` : path, onSight);
  }

  /** The same to a server of its own that sends each client a numbered stream. */
  static openNumbered(): EmbeddedLine | undefined {
    const path = pathOfServer();
    return path === undefined ? undefined : new EmbeddedLine(`${path}?numbered`, () => {});
  }

  private constructor(path: string, onSight: (sight: Sight) => void) {
    const source = new EventSource(path);
    this.#source = source;
    const on = <Type extends keyof StreamEvents>(type: Type, take: (event: StreamEvents[Type]) => void) =>
      source.addEventListener(type, ({ data }) => take(JSON.parse(data)));
    on("hello", (paths) => {
      this.#paths = paths;
    });
    on("state", (state) => {
      this.#state.value = state;
    });
    on("sight", onSight);
    // The browser tries again by itself.
    source.onerror = () => {
      this.#state.value = undefined;
    };
  }

  /** Resolves when the fault has taken effect; rejects with what is wrong with it. */
  async apply(fault: FaultRequest): Promise<void> {
    await this.#ask("faultsPath", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(fault),
    });
  }

  /** What the server has counted of each client. */
  async streams(): Promise<Readonly<Record<string, StreamRecord>>> {
    return (await this.#ask("streamsPath")).json();
  }

  /** The server sends no more numbers. */
  async finishStreams(): Promise<void> {
    await this.#ask("streamsPath", { method: "POST" });
  }

  /** Where the server is this page's own, it ends. */
  close(): void {
    this.#source.close();
    this.#state.value = undefined;
  }

  async #ask(path: keyof StreamEvents["hello"], request?: RequestInit): Promise<Response> {
    if (this.#paths === undefined) throw new Error("the playground's dev server does not answer");
    const response = await fetch(this.#paths[path], request);
    if (!response.ok) throw new Error(((await response.json()) as { error: string }).error);
    return response;
  }
}

/** Undefined where no dev server of ours has served this page. */
export function pathOfServer(): string | undefined {
  return document.querySelector<HTMLMetaElement>(`meta[name=${serverMeta}]`)?.content;
}
