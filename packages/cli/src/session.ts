// The prompt: what is typed is sent, what comes is printed above it.

import readline from "node:readline";
import type { Readable } from "node:stream";
import { info, type WebSocketClient } from "gundam";
import type { Settings } from "./arguments.ts";
import { History, historyFile } from "./history.ts";
import { checkJson } from "./input.ts";
import type { Prompt, Screen, Stream } from "./screen.ts";
import { complete, runSlashCommand } from "./slash-commands.ts";

export interface SessionParts {
  readonly client: WebSocketClient;
  readonly screen: Screen;
  readonly settings: Settings;
  readonly input: Readable;
  /** Where the prompt stands. */
  readonly terminal: Stream;
  readonly env: Readonly<Record<string, string | undefined>>;
  send(message: string | Uint8Array): void;
  close(code: number, reason: string): void;
  /** Ctrl-C. */
  interrupted(): void;
}

export class Session implements Prompt {
  readonly #parts: SessionParts;
  readonly #lines: readline.Interface;
  readonly #history: History | undefined;
  /** What was typed and is over; one command after the other. */
  #work: Promise<void> = Promise.resolve();
  /** Resolves when the input has ended, or `end` was called. */
  readonly ended: Promise<void>;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { settings, input, terminal, env, screen } = parts;
    this.#history = settings.keepsHistory ? new History(historyFile(env)) : undefined;
    this.#lines = readline.createInterface({
      input,
      output: terminal,
      terminal: true,
      prompt: "> ",
      completer: complete,
      history: [...(this.#history?.lines ?? [])].reverse(),
      historySize: 1000,
      removeHistoryDuplicates: true,
    });
    this.#lines.on("line", (line) => {
      this.#work = this.#work.then(() => this.#typed(line));
    });
    this.#lines.on("SIGINT", () => parts.interrupted());
    this.ended = new Promise((resolve) => this.#lines.once("close", () => this.#work.then(resolve)));
    this.#lines.prompt();
    screen.prompt = this;
  }

  /** No more is asked. The terminal is as it was before, so that Ctrl-C is a signal again. */
  end(): void {
    const { screen } = this.#parts;
    if (screen.prompt === this) this.hide();
    screen.prompt = undefined;
    this.#lines.close();
  }

  hide(): void {
    const { terminal } = this.#parts;
    readline.moveCursor(terminal, 0, -this.#lines.getCursorPos().rows);
    readline.cursorTo(terminal, 0);
    readline.clearScreenDown(terminal);
  }

  show(): void {
    // readline goes up by as many rows before it draws: those that it thinks the cursor is below the prompt.
    const { prevRows = 0 } = this.#lines as { prevRows?: number };
    this.#parts.terminal.write("\n".repeat(prevRows));
    this.#lines.prompt(true);
  }

  async #typed(line: string): Promise<void> {
    const { screen, settings } = this.#parts;
    this.#keep(line);
    if (line.startsWith("/") && !line.startsWith("//")) {
      const send = (message: string | Uint8Array) => this.#send(message);
      const actor = { ...this.#parts, send, quit: () => this.#lines.close() };
      await runSlashCommand(line.slice(1), actor);
    } else if (line !== "") {
      const text = line.startsWith("//") ? line.slice(1) : line;
      try {
        if (settings.isJson) checkJson(text, "that");
        this.#send(settings.isBinary ? Buffer.from(text) : text);
      } catch (error) {
        screen.error((error as Error).message);
      }
    }
    if (screen.prompt === this) this.#lines.prompt(true);
  }

  #send(message: string | Uint8Array): void {
    const { client, screen, send } = this.#parts;
    send(message);
    const { messages } = info(client).queue;
    if (messages > 0) screen.status(`queued, ${messages} waiting`);
  }

  #keep(line: string): void {
    try {
      this.#history?.add(line);
    } catch (error) {
      this.#parts.screen.error(
        `the history cannot be kept: ${(error as Error).message}; --no-history keeps none`,
      );
    }
  }
}
