// What was typed, kept from one run to the next in the user's state folder (XDG Base Directory Specification).

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { Environment } from "./arguments.ts";

const MOST_LINES = 1000;
/** Longer ones are not kept. */
const LONGEST_LINE = 10_000;

export class History {
  readonly #file: string;
  /** The oldest first. */
  lines: readonly string[];

  constructor(file: string) {
    this.#file = file;
    this.lines = readLines(file);
  }

  /**
   * Keeps a line, if it is another than the last one, and does not begin with a space. Throws when the file cannot be
   * written.
   */
  add(line: string): void {
    if (line.trim() === "" || line.startsWith(" ") || line.length > LONGEST_LINE) return;
    // Another run may have added lines meanwhile.
    const before = readLines(this.#file);
    if (before.at(-1) === line) return;
    this.lines = [...before, line].slice(-MOST_LINES);
    mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    // A new file has the mode that is asked for, and nobody ever reads half of it.
    const written = `${this.#file}.${process.pid}`;
    rmSync(written, { force: true });
    writeFileSync(written, this.lines.map((line) => `${line}\n`).join(""), { mode: 0o600, flag: "wx" });
    renameSync(written, this.#file);
  }
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .slice(-MOST_LINES);
  } catch {
    // There is none yet, or none that may be read: who types is not to be bothered.
    return [];
  }
}

export function historyFile(env: Environment, platform: NodeJS.Platform = process.platform): string {
  const ofPlatform =
    platform === "win32" ? env.LOCALAPPDATA : path.join(env.HOME ?? homedir(), ".local", "state");
  // "All paths must be absolute. If an implementation encounters a relative path it should ignore it."
  const { XDG_STATE_HOME: given = "" } = env;
  return path.join(path.isAbsolute(given) ? given : (ofPlatform ?? homedir()), "gundam", "history");
}
