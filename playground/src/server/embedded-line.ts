// The page's side of the dev server's echo server: its state and sights as they come, and faults to apply.

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
  #faultsPath: string | undefined;

  /** Undefined while the line is down. */
  get state(): ReadonlySignal<ServerState | undefined> {
    return this.#state;
  }

  /** Opens the line to the dev server that served this page; undefined when no such server did. */
  static open(onSight: (sight: Sight) => void): EmbeddedLine | undefined {
    const path = document.querySelector<HTMLMetaElement>(`meta[name=${serverMeta}]`)?.content;
    if (path === undefined) return undefined;
    const isShared = new URLSearchParams(location.search).has("shared");
    return new EmbeddedLine(isShared ? `${path}?shared` : path, onSight);
  }

  private constructor(path: string, onSight: (sight: Sight) => void) {
    const source = new EventSource(path);
    const on = <Type extends keyof StreamEvents>(type: Type, take: (event: StreamEvents[Type]) => void) =>
      source.addEventListener(type, ({ data }) => take(JSON.parse(data)));
    on("hello", ({ faultsPath }) => {
      this.#faultsPath = faultsPath;
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
    if (this.#faultsPath === undefined) throw new Error("the playground's dev server does not answer");
    const response = await fetch(this.#faultsPath, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(fault),
    });
    if (!response.ok) throw new Error(((await response.json()) as { error: string }).error);
  }
}
