// What a function answers and cannot be used is one failed attempt: the next one asks again. No text repeats an answer,
// which may be a secret.

import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { inspect } from "node:util";
import { OptionError, ProviderError } from "@gundam/core";
import { describe, expect, test } from "vitest";
import { answeringServer, next, start } from "./connecting.ts";
import { identity, pem } from "./dialling.ts";
import { connectProxy } from "./proxies.ts";

/** A function that gives this first, and that from then on. */
function firstly<T>(first: unknown, then: T): () => T {
  let asked = 0;
  return () => (asked++ === 0 ? first : then) as T;
}

const changing = {
  get authorization() {
    throw new Error("no token yet");
  },
};

describe("a headers function", () => {
  test.each([
    [
      "a value with a line break",
      { "X-Key": "hunter2\n" },
      '"X-Key" contains characters that no header field may',
    ],
    ["a value that is no string", { "X-Key": 5 }, '"X-Key" must be a string or an array of strings'],
    ["a list with such a value", { "X-Key": ["1", null] }, '"X-Key" must be a string or an array of strings'],
    ["a name that is none", { "X Key": "hunter2" }, "the name of field 1 is no name"],
    ["a field of the handshake", { Upgrade: "h2c" }, '"Upgrade" belongs to the opening handshake'],
    [
      "what would follow a body",
      { Trailer: "X-Digest" },
      '"Trailer" belongs to the opening handshake; leave it',
    ],
    ["fields that cannot be read", changing, "headers cannot be read: no token yet"],
  ])("that answers with %s", async (_, answer, text) => {
    const server = await answeringServer();
    const headers = firstly(answer, { "X-Key": "right" });
    const client = start({ url: server.url, headers });
    const error = await next(client, "error");
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ provider: "headers", cause: expect.any(OptionError) });
    expect(error.message).toContain("the headers function gave what cannot be used: headers cannot be ");
    expect(error.message).toContain(text);
    expect(inspect(error)).not.toContain("hunter2");
    await next(client, "connect");
    expect(server.values("x-key")).toEqual(["right"]);
  });

  test("that changes its answer later has sent what was checked", async () => {
    const server = await answeringServer();
    const fields = { "X-Key": "right", "X-Many": ["one"] };
    const client = start({ url: server.url, headers: () => fields });
    client.on("phase", ({ phase }) => {
      if (phase !== "tcp") return;
      fields["X-Key"] = "wrong\n";
      fields["X-Many"].push("two\n");
    });
    await next(client, "connect");
    expect([server.values("x-key"), server.values("x-many")]).toEqual([["right"], ["one"]]);
  });
});

test("a url function that answers with a url that goes with no `transport`", async () => {
  const server = await answeringServer();
  const url = firstly("wss://me:hunter2@localhost/?hunter2", server.url);
  const client = start({ url, transport: "tcp" });
  const error = await next(client, "error");
  expect(error).toBeInstanceOf(ProviderError);
  expect(error).toMatchObject({ provider: "url", cause: expect.any(OptionError) });
  expect(error.message).toContain('the url function gave what cannot be used: transport must not be "tcp"');
  expect(inspect(error)).not.toContain("hunter2");
  await next(client, "connect");
});

describe("a tlsOpts function", () => {
  test.each<[string, unknown, string]>([
    ["nothing", undefined, "failed: tlsOpts must be an object, not this undefined"],
    ["a text", "hunter2", "failed: tlsOpts must be an object, not this string"],
    ["a function", () => ({}), "failed: tlsOpts must be an object, not this function"],
    ["a key that is none", { key: "hunter2" }, "gave what cannot be used: tlsOpts cannot be used: "],
    [
      "what cannot be read",
      {
        get key() {
          throw new Error("no key yet");
        },
      },
      "cannot be used: no key yet",
    ],
  ])("that answers with %s", async (_, answer, text) => {
    const server = await answeringServer(undefined, identity("server"));
    const tlsOpts = firstly<ConnectionOptions>(answer, { ca: pem("authority") });
    const client = start({ url: server.url, tlsOpts });
    const error = await next(client, "error");
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ provider: "tlsOpts" });
    expect(error.message).toContain("the tlsOpts function ");
    expect(error.message).toContain(text);
    expect(inspect(error)).not.toContain("hunter2");
    await next(client, "connect");
  });

  test("whose authority an https: proxy cannot be verified by", async () => {
    const server = await answeringServer();
    const proxy = await connectProxy({ tls: true });
    const tlsOpts = firstly<ConnectionOptions>({ ca: { hunter2: 1 } }, { ca: pem("authority") });
    const client = start({ url: server.url, tlsOpts, tcpOpts: { proxy: `https://localhost:${proxy.port}` } });
    const error = await next(client, "error");
    expect(error).toMatchObject({ code: "ERR_PROVIDER", provider: "tlsOpts" });
    expect(inspect(error)).not.toContain("hunter2");
    await next(client, "connect");
  });
});

describe("a proxy function", () => {
  test.each<[string, unknown, string]>([
    [
      "null",
      null,
      "failed: tcpOpts.proxy must be a url, as a string or a URL, or undefined, not this object",
    ],
    ["a number", 3128, "failed: tcpOpts.proxy must be a url, as a string or a URL, or undefined, not 3128"],
    ["a function", () => "http://me:hunter2@host:1", "failed: tcpOpts.proxy must be a url"],
    [
      "an object",
      { href: "http://me:hunter2@host:1" },
      "gave what cannot be used: tcpOpts.proxy must be a url",
    ],
    [
      "a path",
      "http://me:hunter2@host:1/path",
      "gave what cannot be used: tcpOpts.proxy must end after the port",
    ],
  ])("that answers with %s", async (_, answer, text) => {
    const server = await answeringServer();
    const client = start({ url: server.url, tcpOpts: { proxy: firstly<undefined>(answer, undefined) } });
    const error = await next(client, "error");
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ provider: "tcpOpts.proxy", cause: expect.any(OptionError) });
    expect(error.message).toContain(`the tcpOpts.proxy function ${text}`);
    expect(inspect(error)).not.toContain("hunter2");
    await next(client, "connect");
  });
});

test("a cookie store that answers with a line break says why", async () => {
  const server = await answeringServer();
  const cookieStore = { getCookieString: firstly("a=hunter2\n", "a=right"), setCookie() {} };
  const client = start({ url: server.url, cookieStore });
  const error = await next(client, "error");
  expect(error).toMatchObject({ provider: "cookieStore.getCookieString", cause: expect.any(OptionError) });
  expect(inspect(error)).not.toContain("hunter2");
  await next(client, "connect");
  expect(server.values("cookie")).toEqual(["a=right"]);
});

describe.each<[string, (answer: () => void) => void]>([
  ["at once", (answer) => answer()],
  ["later", setImmediate],
])("an own lookup, %s,", (_, when) => {
  test.each([
    ["nothing", undefined],
    ["a name", "elsewhere.invalid"],
    ["a number", 5],
    ["no address", []],
    ["a list with nothing", [null]],
    ["a list with a name", [{ address: "elsewhere.invalid", family: 4 }]],
    ["a list in a list", [{ address: ["127.0.0.1"], family: 4 }]],
  ])("that answers with %s", async (_, answer) => {
    const server = await answeringServer();
    const right = [{ address: "127.0.0.1", family: 4 }];
    const url = server.url.replace("127.0.0.1", "here.invalid");
    for (const autoSelectFamily of [true, false]) {
      const answers = firstly(answer, right);
      const lookup: LookupFunction = (_hostname, _options, callback) => when(() => callback(null, answers()));
      const client = start({ url, tcpOpts: { lookup, autoSelectFamily } });
      const error = await next(client, "error");
      expect(error).toMatchObject({ code: "ERR_CONNECT", phase: "lookup" });
      expect(error.message).toContain(
        "could not look up here.invalid (tcpOpts.lookup gave no IP address): check",
      );
      await next(client, "connect");
    }
  });

  test.each([
    ["no Error", Object.create(null), "with an object that is no Error"],
    ["a text", "not today", "not today"],
    ["a number as code", Object.assign(new Error("not today"), { code: 5 }), "not today"],
  ])("that fails with %s", async (_, cause, text) => {
    const lookup: LookupFunction = (_hostname, _options, callback) => when(() => callback(cause, ""));
    const client = start({ url: "ws://here.invalid/", retry: 0, tcpOpts: { lookup } });
    const error = await next(client, "error");
    expect(error).toMatchObject({ code: "ERR_CONNECT", phase: "lookup" });
    expect(error.cause).toBe(cause);
    expect(error.message).toContain(`could not look up here.invalid (tcpOpts.lookup failed: ${text}): check`);
  });

  test("may leave out the family", async () => {
    const server = await answeringServer();
    const lookup: LookupFunction = (_hostname, _options, callback) =>
      when(() => callback(null, [{ address: "127.0.0.1" } as LookupAddress]));
    await next(
      start({ url: server.url.replace("127.0.0.1", "here.invalid"), tcpOpts: { lookup } }),
      "connect",
    );
  });
});
