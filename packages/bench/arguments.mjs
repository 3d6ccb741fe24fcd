// What the command line of bench.mjs says.

import { parseArgs } from "node:util";

const options = {
  contenders: { type: "string" },
  rounds: { type: "string" },
  quick: { type: "boolean", default: false },
  json: { type: "string" },
  write: { type: "boolean", default: false },
  runtimes: { type: "string" },
};

const ROUNDS = { full: 9, quick: 3 };

/**
 * Words select the rows that have one of them in their names; `contenders` is undefined for all of them.
 * @param {string[]} args
 * @param {Record<string, string | undefined>} env
 */
export function readArguments(args, env = {}) {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const rounds = Number(values.rounds ?? (values.quick ? ROUNDS.quick : ROUNDS.full));
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`--rounds must be a whole number, 1 or more, not ${values.rounds}`);
  }
  return {
    words: positionals.map((word) => word.toLowerCase()),
    contenders: values.contenders?.split(",").map((name) => name.trim()),
    rounds,
    isQuick: values.quick,
    json: values.json,
    write: values.write,
    runtimes: values.runtimes ?? env.GUNDAM_BENCH_RUNTIMES,
  };
}

/** The command line that does the same on another machine. */
export function commandOf({ words, contenders, rounds, isQuick, runtimes }) {
  return [
    "node packages/bench/bench.mjs --write",
    ...words.map((word) => (/^[\w:/-]+$/.test(word) ? word : `"${word}"`)),
    ...(contenders === undefined ? [] : [`--contenders ${contenders.join(",")}`]),
    ...(isQuick ? ["--quick"] : []),
    ...(rounds === (isQuick ? ROUNDS.quick : ROUNDS.full) ? [] : [`--rounds ${rounds}`]),
    ...(runtimes === undefined ? [] : ["--runtimes <folder>"]),
  ].join(" ");
}

/** Whether a row or a figure is wanted: nothing is said, or one of the words is in its name. */
export function isWanted(name, words) {
  return words.length === 0 || words.some((word) => name.toLowerCase().includes(word));
}
