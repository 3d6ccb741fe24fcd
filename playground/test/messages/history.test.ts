import { expect, it } from "vitest";
import { History, type Line } from "../../src/messages/history.ts";

const text = (words: string): Line => ({ kind: "text", text: words });

function sent(...words: readonly string[]): History {
  const history = new History();
  for (const word of words) history.add(text(word));
  return history;
}

it("leads through what was sent, and back to what is written", () => {
  const history = sent("first", "second");
  expect(history.older(text("draft"))).toEqual(text("second"));
  expect(history.older(text("second"))).toEqual(text("first"));
  expect(history.older(text("first"))).toBeUndefined();
  expect(history.newer(text("first"))).toEqual(text("second"));
  expect(history.newer(text("second"))).toEqual(text("draft"));
  expect(history.newer(text("draft"))).toBeUndefined();
});

it("leads nowhere before anything was sent", () => {
  const history = new History();
  expect(history.older(text("draft"))).toBeUndefined();
  expect(history.newer(text("draft"))).toBeUndefined();
});

it("keeps what was changed on the way until the next message is sent", () => {
  const history = sent("first", "second");
  history.older(text(""));
  history.older(text("second, changed"));
  expect(history.newer(text("first"))).toEqual(text("second, changed"));
  history.add(text("third"));
  expect(history.older(text(""))).toEqual(text("third"));
  expect(history.older(text("third"))).toEqual(text("second"));
});

it("keeps one of what was sent twice in a row, unless it was meant otherwise", () => {
  const history = sent("ab", "ab");
  history.add({ kind: "hex", text: "ab" });
  expect(history.older(text(""))).toEqual({ kind: "hex", text: "ab" });
  expect(history.older({ kind: "hex", text: "ab" })).toEqual(text("ab"));
  expect(history.older(text("ab"))).toBeUndefined();
});

it("forgets what is long, and what is older than a hundred lines", () => {
  const history = sent("x".repeat(20_000), ...Array.from({ length: 110 }, (_, index) => `${index + 1}`));
  let line: Line = text("");
  let count = 0;
  for (let next = history.older(line); next !== undefined; next = history.older(line)) {
    line = next;
    count += 1;
  }
  expect([count, line.text]).toEqual([100, "11"]);
});
