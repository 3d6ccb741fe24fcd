// What stands in the form, as the library judges it: every option that the form offers, wrong and right.

import { describe, expect, it } from "vitest";
import { type Field, fields } from "../../src/settings/fields.ts";
import { dialed, presets, problemsOf, type Settings } from "../../src/settings/settings.ts";

const url = "ws://127.0.0.1:5301/";

function settings(changes: Partial<Settings>): Settings {
  return { url, preset: presets[0], values: {}, ...changes };
}

/** A value of no option but `wsOpts.userOpts`, which takes anything. */
const nonsense = "a b c, {[";

function isAnything({ path }: Field): boolean {
  return path === "wsOpts.userOpts";
}

describe("a value that is wrong", () => {
  it("is told of each option by itself, however many are", () => {
    const wrong = fields.filter((field) => !isAnything(field));
    const values = Object.fromEntries(wrong.map(({ path }) => [path, nonsense]));
    const problems = problemsOf(settings({ url: "ftp://example.org", values }));
    expect(problems.map(({ option }) => option)).toEqual(["url", ...wrong.map(({ path }) => path)]);
    for (const { option, message } of problems) {
      const name = option === "wsOpts.heartbeat" ? "heartbeat" : option;
      expect(message).toMatch(new RegExp(`^${name.replaceAll(".", "\\.")} must be `));
      expect(message).not.toContain(nonsense);
    }
  });

  it("is told of what a value is made of", () => {
    const values = { "wsOpts.heartbeat": '{ "message": "ping", "interval": -1 }' };
    expect(problemsOf(settings({ values }))).toEqual([
      {
        option: "wsOpts.heartbeat",
        message: "heartbeat.interval must be a number of ms, more than 0, not -1",
      },
    ]);
  });

  it("that is to be JSON is told to be none", () => {
    expect(problemsOf(settings({ values: { state: "{ room: 7 }" } }))).toEqual([
      {
        option: "state",
        message: expect.stringMatching(/^state must be an object .*, not this string: it is no JSON$/),
      },
    ]);
    expect(problemsOf(settings({ values: { state: '"7"' } }))[0]!.message).toMatch(/not this string$/);
  });

  it("does not hide behind another preset", () => {
    for (const preset of presets) {
      expect(problemsOf(settings({ preset, values: { retry: "-1" } }))).toMatchObject([{ option: "retry" }]);
    }
  });
});

describe("a value that has parts", () => {
  const structured = fields.flatMap(({ path, control }) =>
    "example" in control ? [[path, control.example] as const] : [],
  );

  it("is offered with an example where it can be typed", () => {
    expect(structured.map(([path]) => path)).toEqual([
      "wsOpts.protocols",
      "wsOpts.heartbeat",
      "wsOpts.userOpts",
      "state",
    ]);
  });

  it.each(structured)("%s takes its example", (path, example) => {
    expect(problemsOf(settings({ values: { [path]: example } }))).toEqual([]);
  });
});

describe("a url", () => {
  it.each(["", " ", "\n\n"])("that is missing is asked for: %j", (missing) => {
    expect(problemsOf(settings({ url: missing }))).toEqual([{ option: "url", message: "Type a url" }]);
  });

  it("is refused with what is wrong with it", () => {
    expect(problemsOf(settings({ url: "ws://example.org/#top" }))).toMatchObject([
      { option: "url", message: expect.stringContaining("it has a fragment") },
    ]);
    expect(problemsOf(settings({ url: `${url}\nftp://example.org` }))).toMatchObject([
      { option: "url", message: expect.stringMatching(/^endpoints\[1\] must be .*it has another scheme$/) },
    ]);
  });

  it.each([
    ["https://example.org/feed?a=1", "wss://example.org/feed?a=1"],
    ["http://example.org", "ws://example.org/"],
    ["wss://user:password@example.org/", "wss://example.org/"],
  ])("%s is dialled as %s", (typed, expected) => {
    expect(problemsOf(settings({ url: typed }))).toEqual([]);
    expect(dialed(typed)).toBe(expected);
  });
});
