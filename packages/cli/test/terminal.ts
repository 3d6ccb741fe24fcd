// A terminal of the test's: keys are typed into it, and it shows what a person would see. No pseudo terminal is needed: to
// readline a terminal is a stream that says so.

import { PassThrough } from "node:stream";
import headless from "@xterm/headless";
import { onTestFinished, vi } from "vitest";
import type { Stream } from "../src/screen.ts";

export interface TerminalOptions {
  readonly columns?: number;
  readonly isColored?: boolean;
}

export class Terminal {
  readonly stdin: PassThrough & { isTTY: true };
  readonly stdout: Stream;
  readonly #emulator: InstanceType<typeof headless.Terminal>;

  constructor({ columns = 80, isColored = false }: TerminalOptions = {}) {
    this.#emulator = new headless.Terminal({ cols: columns, rows: 24, allowProposedApi: true });
    const stdout = new PassThrough();
    // The line discipline of a terminal makes a carriage return and a line feed of a line feed.
    stdout.on("data", (chunk) => this.#emulator.write(String(chunk).replace(/\r?\n/g, "\r\n")));
    const isTerminal = { isTTY: true as const, columns, hasColors: () => isColored };
    this.stdout = Object.assign(stdout, isTerminal);
    this.stdin = Object.assign(new PassThrough(), { isTTY: true as const });
    onTestFinished(() => {
      this.stdin.destroy();
      this.#emulator.dispose();
    });
  }

  type(keys: string): void {
    this.stdin.write(keys);
  }

  /** What stands on it, without the empty rest, and with a `█` where the cursor is. */
  async shows(): Promise<string> {
    await new Promise<void>((resolve) => this.#emulator.write("", resolve));
    const { active } = this.#emulator.buffer;
    const rows = Array.from({ length: active.length }, (_, y) => active.getLine(y)!.translateToString(true));
    const y = active.baseY + active.cursorY;
    rows[y] = `${rows[y]!.slice(0, active.cursorX).padEnd(active.cursorX)}█${rows[y]!.slice(active.cursorX)}`;
    return rows.join("\n").trimEnd();
  }

  /** Waits until it shows such a text. */
  async showing(text: string | RegExp): Promise<string> {
    return vi.waitFor(
      async () => {
        const shown = await this.shows();
        if (!(typeof text === "string" ? shown.includes(text) : text.test(shown))) {
          throw new Error(`it shows:\n${shown}`);
        }
        return shown;
      },
      { timeout: 4000, interval: 5 },
    );
  }
}
