// Small things by themselves: how values are read, JSON laid out, lines kept.

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { closeInWords } from "../src/close-codes.ts";
import { forTerminal, painter, prettyJson } from "../src/display.ts";
import { History, historyFile } from "../src/history.ts";
import { inTime } from "../src/narrator.ts";
import { readDelimiter, readDuration, readHeartbeat, readSize } from "../src/values.ts";

const plain = painter(false);

describe("prettyJson", () => {
  test.each([
    "12345678901234567890",
    '"a \\"quoted\\" {text}: [1, 2]"',
    '{"a":{"b":[{"c":[]},{}]},"a":1e400}',
    " [ 1 ,\n true , null, -0.10 ]",
  ])("lays out %s, and changes nothing else", (json) => {
    const pretty = prettyJson(json, plain);
    const bare = (text: string) => text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, "$1");
    expect(bare(pretty)).toBe(bare(json));
  });

  test("as JSON.stringify would, where that changes nothing", () => {
    const value = { a: [1, "two", { three: null }], b: {}, c: [], d: { e: true } };
    expect(prettyJson(JSON.stringify(value), plain)).toBe(JSON.stringify(value, null, 2));
  });

  test("shows what JSON leaves in a string, such as U+0085", () => {
    expect(prettyJson('"\u0085"', plain)).toBe('"\\x85"');
  });
});

test("a long message is cut on a terminal, which says by how much", () => {
  const show = forTerminal({ isJson: false } as never, plain);
  expect(show("x".repeat(20_003))).toMatch(
    /^x{20000} … and 3 characters more, which a pipe or a file would get$/,
  );
});

test.each([
  [1012, "", "1012 service restart"],
  [1012, "Service restart", "1012 service restart"],
  [4001, "see\x1b you", '4001 "see\\\\x1b you"'],
  [1006, "", "1006 no Close frame"],
])("close code %d, %j", (code, reason, words) => {
  expect(closeInWords(code, reason)).toBe(words);
});

test.each([
  [0.2, "1 ms"],
  [32.4, "32 ms"],
  [612, "0.61 s"],
  [9_450, "9.4 s"],
  [32_000, "32 s"],
  [150_000, "3 min"],
])("%d ms is %s", (ms, words) => {
  expect(inTime(ms)).toBe(words);
});

test.each([
  [() => readDelimiter("\\r\\n\\x00\\\\;"), "\r\n\0\\;"],
  [() => readDuration("--x")("0.5"), 500],
  [() => readDuration("--wait", "forever")("0"), 0],
  [() => readDuration("--wait", "forever")("forever"), Infinity],
  [() => readSize("--x")("64K"), 65_536],
  [() => readSize("--x")("1g"), 2 ** 30],
  [() => readHeartbeat("a,b,20"), { message: "a,b", interval: 20_000 }],
])("values are read: %s", (read, expected) => {
  expect(read()).toEqual(expected);
});

describe("the history", () => {
  function file(): string {
    const folder = mkdtempSync(path.join(tmpdir(), "gundam-cli-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return path.join(folder, "gundam", "history");
  }

  test("has the last thousand lines, also of other runs at the same time", () => {
    const where = file();
    const [one, other] = [new History(where), new History(where)];
    one.add("first");
    writeFileSync(where, Array.from({ length: 999 }, (_, i) => `${i}\n`).join(""));
    one.add("one");
    other.add("other");
    const lines = readFileSync(where, "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(1000);
    expect([lines[0], ...lines.slice(-2)]).toEqual(["1", "one", "other"]);
    expect(new History(where).lines).toEqual(lines);
  });

  test("is for the user's eyes alone, whatever it was before", () => {
    const where = file();
    new History(where).add("one");
    rmSync(where);
    writeFileSync(where, "zero\n", { mode: 0o644 });
    new History(where).add("one");
    expect(readFileSync(where, "utf8")).toBe("zero\none\n");
    expect(statSync(where).mode & 0o777).toBe(0o600);
  });

  test.each([
    [{ XDG_STATE_HOME: "/state" }, "linux", "/state/gundam/history"],
    [{ HOME: "/home/me" }, "linux", "/home/me/.local/state/gundam/history"],
    [{ HOME: "/home/me", XDG_STATE_HOME: "relative" }, "darwin", "/home/me/.local/state/gundam/history"],
    [{ LOCALAPPDATA: "/Local" }, "win32", "/Local/gundam/history"],
  ] as const)("of %j on %s is %s", (env, platform, expected) => {
    expect(historyFile(env, platform)).toBe(expected);
  });
});
