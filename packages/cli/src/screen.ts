// Where lines go: messages to stdout, all else to stderr, and neither into the middle of a prompt.

import type { Writable } from "node:stream";
import { type Paint, painter } from "./display.ts";

/** Stdout or stderr, a terminal or not. */
export interface Stream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
  hasColors?(colors: number, env: object): boolean;
}

/** What stands at the bottom of the terminal, and makes way. */
export interface Prompt {
  hide(): void;
  show(): void;
}

export class Screen {
  readonly #stderr: Stream;
  readonly #isQuiet: boolean;
  readonly #paint: Paint;
  prompt: Prompt | undefined;

  constructor(stderr: Stream, { isQuiet, isColored }: { isQuiet: boolean; isColored: boolean }) {
    this.#stderr = stderr;
    this.#isQuiet = isQuiet;
    this.#paint = painter(isColored);
  }

  /** What happens, for who wants to know. */
  status(text: string): void {
    if (!this.#isQuiet) this.line(this.#paint("dim", text));
  }

  /** What went wrong, and what can be done. */
  error(text: string, advice?: string): void {
    this.line(`${this.#paint("red", `gundam: ${text}`)}${advice === undefined ? "" : `\n${advice}`}`);
  }

  /** What was asked for. */
  line(text: string): void {
    this.above(() => this.#stderr.write(`${text}\n`));
  }

  /** Has something printed above the prompt. */
  above<T>(print: () => T): T {
    this.prompt?.hide();
    const printed = print();
    this.prompt?.show();
    return printed;
  }
}

export function hasColors(stream: Stream, isWanted: boolean, env: object): boolean {
  return isWanted && stream.isTTY === true && stream.hasColors?.(16, env) === true;
}
