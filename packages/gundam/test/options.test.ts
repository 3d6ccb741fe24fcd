// Bad input, for every option there is: a wrong type, an impossible value and an unknown neighbour each give an
// `OptionError` at construction, on both platforms.

import { WebSocketClient as BrowserClient, browserPlatform } from "@gundam/browser";
import {
  type Declaration,
  type DeclarationTable,
  type HeartbeatOptions,
  heartbeat,
  info,
  OptionError,
} from "@gundam/core";
import { WebSocketClient as NodeClient, nodePlatform } from "@gundam/node";
import { describe, expect, onTestFinished, test, vi } from "vitest";

const url = "ws://127.0.0.1:9/";

const platforms = [
  {
    name: "node",
    platform: nodePlatform,
    construct: (options: object) => new NodeClient({ url, ...options }),
  },
  {
    name: "browser",
    platform: browserPlatform,
    construct: (options: object) => new BrowserClient({ url, ...options }),
  },
];

/** Values of the right type that cannot work, by what the option allows. */
const impossible: Readonly<Record<string, readonly unknown[]>> = {
  "a number of ms, 0 or more": [-1, Number.NaN],
  "a number of ms, more than 0": [0, -1, Number.NaN],
  "a whole number, 0 or more, or Infinity": [-1, 1.5, Number.NaN],
  "a whole number, 1 or more, or Infinity": [0, -1, 1.5, Number.NaN],
  "a whole number of ms, 1 to 2147483647": [0, 1.5, 2 ** 31],
  "a port number, 0 to 65535": [-1, 65_536, 1.5],
  "a whole number, 0 to 20": [-1, 1.5, 21, Number.POSITIVE_INFINITY],
  "0, 4 or 6": [5],
  "an object with the functions encode and decode": [{}, { encode() {} }],
  "an object with the functions getCookieString and setCookie": [{}, { setCookie() {} }],
  "true, false or an object of permessage-deflate parameters": [[], "deflate"],
  "true, false or { code, reason }: a code of 1000 or from 3000 to 4999, and a reason of at most 123 bytes": [
    1,
    "4000",
    null,
    [],
    { code: 1001 },
    { code: "4000" },
    { reason: "x".repeat(124) },
    { reason: 1 },
    { cod: 4000 },
  ],
  "a heartbeat({ message, interval })": [{}, { message: "x", interval: 1, timeout: 1 }],
  "a path that is not empty": [""],
  "an IP address": ["", "here", "127.0.0.256"],
  "a url, as a string or a URL": ["", "proxy.example:3128", "ftp://proxy.example/"],
  "an array of different subprotocol names (RFC 9110 tokens)": [["a", "a"], ["not a token"], [""], [1]],
  "an object without the keys uri, headers, wsOpts and openOpts": [{ uri: "ws://elsewhere.test/" }],
  '"tcp" or "tls"': ["udp"],
  '"reject" or "drop-oldest" or "drop-newest"': ["drop"],
};

/** Kinds whose values are of the right type or of none: any function is a callback. */
const unconditional = [
  "anything",
  "true, false or a function",

  "true or false",
  "a function",
  "an object",
  "an AbortSignal",
  "true, false or a Supervisor",
];

interface Option {
  readonly path: string;
  readonly declaration: Declaration;
}

function optionsOf(table: DeclarationTable, path = ""): Option[] {
  return Object.entries(table).flatMap(([key, declared]) =>
    Array.isArray(declared)
      ? [{ path: path + key, declaration: declared as unknown as Declaration }]
      : optionsOf(declared as DeclarationTable, `${path}${key}.`),
  );
}

/** `{ a: { b: value } }` for `a.b`. */
function given(path: string, value: unknown): object {
  return path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
}

function problemOf(construct: () => unknown): OptionError {
  try {
    construct();
  } catch (error) {
    if (error instanceof OptionError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("a heartbeat that cannot work is refused by name:", () => {
  test.each<[string, object, string, string]>([
    ["no message", { interval: 1, timeout: 1 }, "heartbeat.message", "is missing"],
    ["no interval", { message: "x", timeout: 1 }, "heartbeat.interval", "is missing"],
    ["a number for a message", { message: 5, interval: 1, timeout: 1 }, "heartbeat.message", "not 5"],
    ["another when", { message: "x", interval: 1, when: "seldom" }, "heartbeat.when", "always"],
    [
      "an interval of no time",
      { message: "x", interval: 0, timeout: 1 },
      "heartbeat.interval",
      "more than 0",
    ],
    [
      "a timeout of NaN",
      { message: "x", interval: 1, timeout: Number.NaN },
      "heartbeat.timeout",
      "more than 0",
    ],
    [
      "true for isReply",
      { message: "x", interval: 1, timeout: 1, isReply: true },
      "heartbeat.isReply",
      "a function",
    ],
    [
      "an unknown name",
      { message: "x", interval: 1, timeout: 1, every: 1 },
      "heartbeat.every",
      "is not an option",
    ],
    ["no object", "x" as never, "heartbeat", "an object"],
  ])("%s", (_, options, name, text) => {
    const problem = problemOf(() => heartbeat(options as HeartbeatOptions));
    expect(problem.option).toBe(name);
    expect(problem.message).toContain(text);
  });
});

describe.each(platforms)("on $name", ({ platform, construct }) => {
  const { declarations, ignored } = platform;
  const options = optionsOf(declarations).filter(({ path }) => !ignored.includes(path));

  test.each(options)("$path of a wrong type is refused by name", ({ path, declaration: [kind] }) => {
    const [allowed] = kind;
    const wrong = Symbol("wrong");
    if (allowed === "anything") return expect(() => construct(given(path, wrong))).not.toThrow();
    const problem = problemOf(() => construct(given(path, wrong)));
    expect(problem.option).toBe(path);
    expect(problem.value).toBeUndefined();
    expect(problem.message).toBe(`${path} must be ${allowed}, not this symbol`);
  });

  test.each(options)("$path with an impossible value is refused by name", ({ path, declaration: [kind] }) => {
    const allowed = kind[0].replace(/, or a function$/, "");
    const isChecked = ["url", "headers", "tcpOpts.proxyHeaders"].includes(path);
    if (isChecked) return expect(unconditional).not.toContain(allowed);
    const values = impossible[allowed];
    if (values === undefined) return expect(unconditional).toContain(allowed);
    for (const value of values) expect(problemOf(() => construct(given(path, value))).option).toBe(path);
  });

  test.each(options)("an unknown neighbour of $path is refused, and $path is suggested", ({ path }) => {
    const problem = problemOf(() => construct(given(`${path}s`, undefined)));
    expect(problem.option).toBe(`${path}s`);
    expect(problem.message).toContain(`did you mean ${path}?`);
  });

  test.each(options)("$path that is undefined is absent", ({ path, declaration: [, fallback] }) => {
    const given_ = given(path, undefined);
    if (path === "url") expect(problemOf(() => construct(given_)).message).toContain("it is missing");
    else expect(() => construct(given_)).not.toThrow();
    expect(fallback).toBe(fallback);
  });

  test("the right option is suggested across groups", () => {
    expect(problemOf(() => construct({ closingTimeout: 5 })).message).toBe(
      "closingTimeout is not an option; did you mean wsOpts.closingTimeout?",
    );
  });

  test("a group that is no object is refused", () => {
    for (const value of [null, 5, "x", [], () => {}]) {
      expect(problemOf(() => construct({ wsOpts: value })).option).toBe("wsOpts");
    }
  });

  test.each([
    ["missing", undefined, "it is missing"],
    ["empty", "", "it cannot be parsed"],
    ["no url", "http://", "it cannot be parsed"],
    ["of another scheme", "ftp://example.test/", "it has another scheme"],
    ["with a fragment", "ws://example.test/#top", "it has a fragment"],
    ["with an empty fragment", "ws://example.test/#", "it has a fragment"],
    ["a number", 5, "not 5"],
    ["null", null, "not this object"],
  ])("a url that is %s is refused", (_, value, text) => {
    const problem = problemOf(() => construct({ url: value }));
    expect(problem.option).toBe("url");
    expect(problem.message).toContain(text);
  });

  test.each([
    ["http://example.test/a", "ws://example.test/a"],
    ["https://example.test", "wss://example.test/"],
    [new URL("wss://example.test/?x=1"), "wss://example.test/?x=1"],
  ])("the url %s is taken as %s", (value, taken) => {
    expect(construct({ url: value }).state.uri).toBe(taken);
  });
});

describe("what a browser cannot do", () => {
  const { ignored } = browserPlatform;

  test.each(ignored.map((path) => ({ path })))("$path is ignored, and said to be", ({ path }) => {
    // It may warn.
    vi.spyOn(console, "warn").mockImplementation(() => {});
    onTestFinished(() => void vi.restoreAllMocks());
    const client = new BrowserClient({ url, ...given(path, Symbol("whatever")) });
    expect(info(client).ignoredOptions).toEqual([path]);
  });

  test("is all declared on Node, or an unknown key there yet", () => {
    const onNode = optionsOf(nodePlatform.declarations).map(({ path }) => path);
    const groups = Object.keys(nodePlatform.declarations);
    const unknown = ignored.filter((path) => !onNode.includes(path) && !groups.includes(path));
    for (const path of unknown) {
      expect(() => new NodeClient({ url, ...given(path, 1) })).toThrow(OptionError);
    }
  });
});
