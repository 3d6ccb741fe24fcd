// What others say is shown in one line, and obeyed by nobody.

import { describe, expect, test } from "vitest";
import { CallbackError, CloseError, messageOf } from "../src/errors.ts";
import { printable, withoutControls } from "../src/printable.ts";

/** All that ends a line, begins a terminal's sequence or turns the direction of writing. */
export const controls = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  ...[0x061c, 0x200e, 0x200f, 0x2028, 0x2029],
  ...range(0x202a, 0x202e),
  ...range(0x2066, 0x2069),
].map((code) => String.fromCharCode(code));

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

describe("of a text a line shows", () => {
  test.each(controls.map((control) => [encodeURIComponent(control), control]))(
    "%s in place of it",
    (shown, control) => {
      expect(printable(`a${control}b${control}`)).toBe(`a${shown}b${shown}`);
    },
  );

  test("everything else as it is", () => {
    const text = "Grüße, 世界! 👩‍💻 שלום — 100 %\ud800";
    expect(printable(text)).toBe(text);
  });

  test("500 characters, and that there is more", () => {
    expect(printable("x".repeat(500))).toBe("x".repeat(500));
    expect(printable("x".repeat(100_000))).toBe(`${"x".repeat(500)}…`);
  });
});

test("JSON without controls means what it meant, for those that it spells itself", () => {
  const value = { reason: "\u001b[2J\n", bytes: 3 };
  expect(JSON.parse(withoutControls(JSON.stringify(value)))).toEqual(value);
  expect(withoutControls(JSON.stringify("\u009b31m\u202e"))).toBe('"%C2%9B31m%E2%80%AE"');
});

describe("an error's message", () => {
  const hostile = "bye\u001b[2J\n= open\u009b31m\u2028\u202e";
  const shown = "bye%1B[2J%0A= open%C2%9B31m%E2%80%A8%E2%80%AE";

  test("shows a close reason, which a program has as it came", () => {
    const error = new CloseError(4001, hostile);
    expect(error.message).toBe(`the server sent Close with code 4001 "${shown}"`);
    expect(error.reason).toBe(hostile);
  });

  test.each([
    ["an error", new Error(hostile), shown],
    ["a text", hostile, shown],
    [
      "a parser's error, which quotes what it was given",
      new SyntaxError(`${hostile} is not valid JSON`),
      "SyntaxError",
    ],
    ["what Deno throws over a url", new TypeError("Invalid URL: 'ws://S3cretPin'"), "TypeError"],
    ["what others throw over one", new TypeError("Invalid URL"), "Invalid URL"],
    ["what the engine throws over JSON", caught(() => JSON.parse("S3cretPin")), "SyntaxError"],
    ["no error", {}, "with an object that is no Error"],
    ["nothing", null, "null"],
    ["a symbol", Symbol("why"), "Symbol(why)"],
    [
      "what cannot be asked",
      new Proxy(
        {},
        {
          get: () => {
            throw new Error("no");
          },
        },
      ),
      "with an object that is no Error",
    ],
  ])("shows %s that was thrown, which is its cause as it came", (_, cause, text) => {
    expect(messageOf(cause)).toBe(text);
    expect(new CallbackError("onMessage", `failed: ${messageOf(cause)}`, { cause }).cause).toBe(cause);
  });
});

function caught(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
