// The command line of the benchmarks.

import { expect, test } from "vitest";
import { commandOf, isWanted, readArguments } from "../arguments.mjs";

test("by default all is measured, in nine rounds", () => {
  const { words, contenders, rounds, isQuick, write } = readArguments([]);
  expect({ words, contenders, rounds, isQuick, write }).toEqual({
    words: [],
    contenders: undefined,
    rounds: 9,
    isQuick: false,
    write: false,
  });
});

test("words select rows, and names contenders", () => {
  const { words, contenders } = readArguments(["Echo", "--contenders", "gundam, undici", "16 KiB"]);
  expect(words).toEqual(["echo", "16 kib"]);
  expect(contenders).toEqual(["gundam", "undici"]);
});

test("a quick run has few rounds, unless it is told how many", () => {
  expect(readArguments(["--quick"]).rounds).toBe(3);
  expect(readArguments(["--quick", "--rounds", "5"]).rounds).toBe(5);
});

test.each(["0", "some", "1.5"])("%s is no number of rounds", (rounds) => {
  expect(() => readArguments(["--rounds", rounds])).toThrow("--rounds must be a whole number");
});

test("the folder of runtimes may be in the environment, and the command line is stronger", () => {
  const env = { GUNDAM_BENCH_RUNTIMES: "/there" };
  expect(readArguments([], env).runtimes).toBe("/there");
  expect(readArguments(["--runtimes", "/here"], env).runtimes).toBe("/here");
});

test("a name is wanted when it has one of the words, or when there are none", () => {
  expect(isWanted("Receiving: text, 16 B", [])).toBe(true);
  expect(isWanted("Receiving: text, 16 B", ["echo", "text"])).toBe(true);
  expect(isWanted("Receiving: text, 16 B", ["echo"])).toBe(false);
});

test.each([
  [[], ""],
  [["--runtimes", "/a/folder/here", "--json", "out.json"], " --runtimes <folder>"],
  [["echo", "16 KiB", "--contenders", "gundam,tcp"], ' echo "16 kib" --contenders gundam,tcp'],
  [["--quick", "--rounds", "5"], " --quick --rounds 5"],
])("%j is repeated anywhere by what the page says", (args, rest) => {
  expect(commandOf(readArguments(args))).toBe(`node packages/bench/bench.mjs --write${rest}`);
});
