// How the values of options are read. What cannot be is a `UsageError` that names the option, the value and what is allowed.

import { UsageError } from "./exit-codes.ts";

function wrong(option: string, allowed: string, given: string): UsageError {
  return new UsageError(`${option} must be ${allowed}, not ${JSON.stringify(given)}`);
}

/** A whole number up to `most`; `unlimited`: the word for `Infinity`, where there is one. */
export function readWhole(option: string, most: number, unlimited?: string): (given: string) => number {
  const range = most === Infinity ? "a whole number" : `a whole number from 0 to ${most}`;
  const allowed = unlimited === undefined ? range : `${range}, or ${unlimited}`;
  return (given) => {
    if (given === unlimited) return Infinity;
    if (!/^\d{1,9}$/.test(given) || Number(given) > most) throw wrong(option, allowed, given);
    return Number(given);
  };
}

/** Node's timers take no more, in ms. */
const LONGEST = 2 ** 31 - 1;

/** Seconds, as ms; `word`: one more that is allowed. `forever` is `Infinity`. */
export function readDuration(option: string, word?: "0" | "forever"): (given: string) => number {
  const number = "a number of seconds, such as 0.5 or 30";
  const allowed = word === undefined ? number : `${number}, or ${word}`;
  return (given) => {
    if (given === word) return word === "forever" ? Infinity : 0;
    const ms = Math.round(Number(given) * 1000);
    if (!/^\d+(\.\d+)?$/.test(given) || ms > LONGEST || (ms === 0 && word !== "forever")) {
      throw wrong(option, allowed, given);
    }
    return ms;
  };
}

/** Bytes. */
export function readSize(option: string): (given: string) => number {
  return (given) => {
    const [, digits, unit = ""] = /^(\d{1,12})([kmg]?)$/i.exec(given) ?? [];
    const size = Number(digits) * 1024 ** ["", "k", "m", "g"].indexOf(unit.toLowerCase());
    if (!(size >= 1)) throw wrong(option, "a number of bytes, or one with K, M or G, such as 64K", given);
    return size;
  };
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "0": "\0", "\\": "\\" };

export function readDelimiter(given: string): string {
  if (given === "") throw wrong("--delimiter", "a text that is not empty", given);
  return given.replace(/\\(?:x([\da-f]{2})|(.?))/gi, (_, hex: string | undefined, letter: string) => {
    const character = hex === undefined ? escapes[letter] : String.fromCharCode(Number.parseInt(hex, 16));
    if (character !== undefined) return character;
    throw wrong(
      "--delimiter",
      "a text in which \\n, \\r, \\t, \\0, \\xHH and \\\\ stand for characters",
      given,
    );
  });
}

/** `text,seconds`; the text may have commas, too. */
export function readHeartbeat(given: string): { readonly message: string; readonly interval: number } {
  const comma = given.lastIndexOf(",");
  if (comma < 1)
    throw wrong("--heartbeat", "a text, a comma, and a number of seconds, such as ping,20", given);
  const interval = readDuration("the seconds of --heartbeat")(given.slice(comma + 1));
  return { message: given.slice(0, comma), interval };
}
