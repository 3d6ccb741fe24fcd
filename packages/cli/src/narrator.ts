// Tells in words what becomes of the connection, a line each time something changes.

import { type Close, explain, type GundamError, info, type WebSocketClient } from "gundam";
import { adviceOn, inWords } from "./advice.ts";
import { closeInWords } from "./close-codes.ts";
import { count } from "./display.ts";
import { isCleanEnd } from "./exit-codes.ts";
import type { Screen } from "./screen.ts";

/** What listens to a client. It is told last why the client ended, by `ended`. */
export class Narrator {
  readonly #client: WebSocketClient;
  readonly #screen: Screen;
  readonly #hasSeveralUrls: boolean;
  readonly #isInteractive: boolean;
  #connections = 0;
  /** What is told with the decision on it. */
  #lost: Close | undefined;
  #failed: GundamError | undefined;
  #toldLast = "";

  constructor(
    client: WebSocketClient,
    screen: Screen,
    { hasSeveralUrls, isInteractive }: { hasSeveralUrls: boolean; isInteractive: boolean },
  ) {
    this.#client = client;
    this.#screen = screen;
    this.#hasSeveralUrls = hasSeveralUrls;
    this.#isInteractive = isInteractive;
    client.on("connect", () => this.#connected());
    client.on("disconnect", ({ close }) => {
      this.#lost = close;
    });
    client.on("error", (error) => {
      this.#tellFailed();
      this.#failed = error;
    });
    client.on("retry", ({ delay }) => this.#retries(delay));
  }

  get hasConnected(): boolean {
    return this.#connections > 0;
  }

  #connected(): void {
    this.#tellFailed();
    this.#toldLast = "";
    const { url, protocol, extensions, queue } = info(this.#client);
    const isFirst = this.#connections++ === 0;
    // What a pipe gives before the first connection is nobody's news.
    const waited = isFirst && !this.#isInteractive ? 0 : queue.messages;
    const where = isFirst || this.#hasSeveralUrls ? ` to ${url.replace(/[?#]\*{3}$/, "")}` : "";
    const parts = [
      `connected${isFirst ? "" : " again"}${where} in ${inTime(this.#openingTime())}`,
      ...(protocol === "" ? [] : [`subprotocol ${protocol}`]),
      ...(isFirst && extensions.includes("permessage-deflate") ? ["compressed"] : []),
      ...(waited === 0
        ? []
        : [`${count(waited, "message")} that waited ${waited === 1 ? "is" : "are"} sent now`]),
    ];
    this.#screen.status(parts.join(", "));
  }

  #openingTime(): number {
    const { phases = [] } = explain(this.#client).attempts.at(-1) ?? {};
    return phases.reduce((sum, { duration }) => sum + duration, 0);
  }

  #retries(delay: number): void {
    const next = this.#hasSeveralUrls ? (info(this.#client).endpoint ?? "") : "";
    const when = `trying ${next || "again"} ${delay < 50 ? "at once" : `in ${inTime(delay)}`}`;
    const lost = this.#lost;
    const failed = this.#failed;
    this.#lost = this.#failed = undefined;
    if (lost !== undefined) return this.#screen.status(`lost (${lossInWords(lost)}), ${when}`);
    if (failed === undefined) return this.#screen.status(when);
    const text = inWords(failed);
    const isTold = text === this.#toldLast;
    this.#toldLast = text;
    this.#screen.status(isTold ? `the same again, ${when}` : `${text}; ${when}`);
  }

  /** An error that nothing follows from: a message or a setting is in trouble, and the connection goes on. */
  #tellFailed(): void {
    const failed = this.#failed;
    this.#failed = undefined;
    if (failed !== undefined) this.#screen.error(inWords(failed));
  }

  /** The client is over: by `error`; or because we closed it, with this code, or gave up waiting for a connection. */
  ended(error: GundamError | undefined, code: number, reason: string, hadConnection: boolean): void {
    if (this.#failed === error || !hadConnection) this.#failed = undefined;
    this.#tellFailed();
    if (error === undefined) {
      const how = hadConnection
        ? `closed (${closeInWords(code, reason)})`
        : "ended while there was no connection";
      return this.#screen.status(how);
    }
    if (error.code === "ERR_CLOSED") {
      const { closeCode, reason } = error as GundamError & { closeCode: number; reason: string };
      const text = `closed by the server (${closeInWords(closeCode, reason)})`;
      if (isCleanEnd(error)) this.#screen.status(text);
      else this.#screen.error(text);
      return;
    }
    this.#screen.error(inWords(error), adviceOn(error));
  }
}

function lossInWords({ code, reason, wasClean, cause }: Close): string {
  return wasClean || cause === undefined ? closeInWords(code, reason) : inWords(cause);
}

/** `32 ms`, `0.6 s`, `2 min`. */
export function inTime(ms: number): string {
  if (ms < 500) return `${Math.max(1, Math.round(ms))} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toPrecision(2))} s`;
  return `${Math.round(ms / 60_000)} min`;
}
