// A command of a page of the docs, run in a folder as a user would: what it prints can be waited for.

import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";

/** How long may be waited for a line, in ms, and for the end of a command that ends. */
const LINE_TIMEOUT = 90_000;
const COMMAND_TIMEOUT = 300_000;

/** What a program has printed is told in an error up to so many characters. */
const TOLD_LENGTH = 3000;

export class Program {
  /** What it has printed so far, on stdout and stderr. */
  output = "";
  #code;
  #onChange = new Set();
  #child;
  #command;

  constructor(command, { cwd, env }) {
    this.#command = command;
    const [name, ...args] = command.split(" ");
    // A group of its own, which a Ctrl-C in a terminal reaches as a whole.
    this.#child = spawn(name, args, { cwd, env: { ...process.env, ...env }, detached: true });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        this.output += stripVTControlCharacters(text);
        this.#change();
      });
    }
    this.#child.once("error", (error) => {
      this.output += error.message;
    });
    this.#child.once("close", (code, signal) => {
      this.#code = code ?? signal;
      this.#change();
    });
  }

  type(line) {
    this.#child.stdin.write(`${line}\n`);
  }

  interrupt(signal = "SIGINT") {
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // It has ended already.
    }
  }

  /** Kills what is left of it. */
  async kill() {
    this.interrupt("SIGKILL");
    await this.#until(() => this.#code !== undefined, LINE_TIMEOUT);
  }

  /** Waits until it has printed that, so many times, and gives the last match. */
  async prints(pattern, times = 1) {
    const matches = () => [...this.output.matchAll(new RegExp(pattern, "gm"))];
    const enough = () => matches().length >= times;
    await this.#until(() => enough() || this.#code !== undefined, LINE_TIMEOUT);
    if (!enough()) throw this.#error(`has not printed ${pattern}${times > 1 ? ` ${times} times` : ""}`);
    return matches().at(-1);
  }

  /** Waits for its end, which is to be with that code, or by that signal. */
  async ends(expected = 0) {
    await this.#until(() => this.#code !== undefined, COMMAND_TIMEOUT);
    if (this.#code === undefined) throw this.#error("has not ended");
    if (this.#code !== expected) throw this.#error(`ended with ${this.#code}`);
  }

  #error(what) {
    return new Error(`\`${this.#command}\` ${what}:\n${this.output.slice(-TOLD_LENGTH)}`);
  }

  #change() {
    for (const look of [...this.#onChange]) look();
  }

  #until(isSo, timeout) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#onChange.delete(look);
        resolve();
      };
      const look = () => isSo() && done();
      const timer = setTimeout(done, timeout);
      this.#onChange.add(look);
      look();
    });
  }
}
