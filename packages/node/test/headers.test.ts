// The header fields of the opening handshake: every source of them, spelt as asked, on each connection.

import { ProviderError } from "@gundam/core";
import { describe, expect, test, vi } from "vitest";
import type { ClientOptions } from "../src/index.ts";
import { all, answeringServer, next, start } from "./connecting.ts";
import { switchingProtocols } from "./dialling.ts";

describe("headers", () => {
  const token = ["Authorization: Bearer 1", "Authorization: Bearer 1"];
  const fresh = ["Authorization: Bearer 1", "Authorization: Bearer 2"];

  test.each([
    ["an object", () => ({ Authorization: "Bearer 1" }), token],
    [
      "a Headers",
      () => new Headers({ Authorization: "Bearer 1" }),
      token.map((field) => field.replace("A", "a")),
    ],
    [
      "a function",
      () => {
        let called = 0;
        return () => ({ Authorization: `Bearer ${++called}` });
      },
      fresh,
    ],
    [
      "an async function that gives a Headers",
      () => {
        let called = 0;
        return async () => new Headers({ Authorization: `Bearer ${++called}` });
      },
      fresh.map((field) => field.replace("A", "a")),
    ],
  ])("of %s are sent on the connection and on the reconnect", async (_, source, sent) => {
    const server = await answeringServer();
    const client = start({ url: server.url, headers: source() });
    await next(client, "connect");
    server.drop();
    await next(client, "connect");
    const fields = server.requests.map(({ fields }) => fields.find((field) => /^authorization/i.test(field)));
    expect(fields).toEqual(sent);
  });

  test("of several values are as many fields, in order", async () => {
    const server = await answeringServer();
    await next(start({ url: server.url, headers: { "X-Many": ["one", "two"], "X-None": [] } }), "connect");
    const many = server.requests[0]!.fields.filter((field) => field.startsWith("X-"));
    expect(many).toEqual(["X-Many: one", "X-Many: two"]);
  });

  test("of several Cookie values are one field (RFC 6265 §5.4)", async () => {
    const server = await answeringServer();
    await next(start({ url: server.url, headers: { cookie: ["a=1", "b=2"] } }), "connect");
    expect(server.requests[0]!.fields.filter((field) => /^cookie/i.test(field))).toEqual([
      "cookie: a=1; b=2",
    ]);
  });
});

describe.each([
  ["the first attempt", 0],
  ["the reconnect", 1],
])("a headers function, asked for %s,", (_, before) => {
  /** A client whose headers function answers so, once. */
  async function begin(answer: (signal: AbortSignal) => unknown, options: Partial<ClientOptions> = {}) {
    const server = await answeringServer();
    const signals: AbortSignal[] = [];
    const headers = ({ signal }: { signal: unknown }) => {
      signals.push(signal as AbortSignal);
      return (signals.length === before + 1 ? answer(signal as AbortSignal) : { "X-Token": "7" }) as object;
    };
    const client = start({ url: server.url, headers, ...options } as ClientOptions);
    const errors = all(client, "error");
    if (before > 0) {
      await next(client, "connect");
      server.drop();
    }
    const asked = (times: number) => vi.waitFor(() => expect(signals).toHaveLength(before + times));
    return { server, client, signals, errors, asked };
  }

  test.each<[string, () => unknown, string]>([
    ["throws", () => JSON.parse("{"), "the headers function failed: "],
    ["rejects", () => Promise.reject(new Error("no token")), "the headers function failed: no token"],
    ["answers no headers", () => 5, "must be an object of header fields or a Headers"],
  ])("%s: the attempt fails, and the next one asks again", async (_, answer, text) => {
    const { server, client, errors, asked } = await begin(answer);
    await asked(2);
    await client.ready();
    expect(errors.at(-1)).toBeInstanceOf(ProviderError);
    expect(errors.at(-1).message).toContain(text);
    expect(server.values("x-token").at(-1)).toBe("7");
  });

  test("hangs: openTimeout ends the attempt, and aborts its signal", async () => {
    const { client, signals, errors, asked } = await begin(() => new Promise(() => {}), { openTimeout: 200 });
    await asked(2);
    await client.ready();
    expect(errors.at(-1)).toMatchObject({ code: "ERR_TIMEOUT", phase: "prepare" });
    expect(signals.slice(before).map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  test("hangs: close() ends it, and aborts its signal", async () => {
    const { server, client, signals, asked } = await begin(() => new Promise(() => {}));
    await asked(1);
    await client.close();
    expect(signals.at(-1)!.aborted).toBe(true);
    expect(server.requests).toHaveLength(before);
  });
});

describe("userinfo in the url", () => {
  const basic = (userinfo: string) => `Basic ${Buffer.from(userinfo).toString("base64")}`;

  test.each([
    ["me:secret", "me:secret"],
    ["me", "me:"],
    [":secret", ":secret"],
    ["m%C3%A9:p%40ss%3A%2F", "mé:p@ss:/"],
    ["me:100%", "me:100%"],
  ])("%s becomes Basic authorization, on the reconnect too", async (userinfo, decoded) => {
    const server = await answeringServer();
    const client = start({ url: `${server.url.replace("://", `://${userinfo}@`)}feed?a=1` });
    await next(client, "connect");
    server.drop();
    await next(client, "connect");
    expect(server.values("authorization")).toEqual([basic(decoded), basic(decoded)]);
    expect(server.values("host")[0]).toBe(new URL(server.url).host);
    expect(server.requests[0]!.url).toBe("/feed?a=1");
  });

  test("gives way to an authorization field", async () => {
    const server = await answeringServer();
    const url = server.url.replace("://", "://me:secret@");
    await next(start({ url, headers: { authorization: "Bearer 1" } }), "connect");
    expect(server.requests[0]!.fields.filter((field) => /^authorization/i.test(field))).toEqual([
      "authorization: Bearer 1",
    ]);
  });

  test("may come from a url function, another each time", async () => {
    const server = await answeringServer();
    let called = 0;
    const client = start({ url: () => server.url.replace("://", `://me:${++called}@`) });
    await next(client, "connect");
    server.drop();
    await next(client, "connect");
    expect(server.values("authorization")).toEqual([basic("me:1"), basic("me:2")]);
  });
});

describe("httpOpts.transformHeaderName", () => {
  test("spells every name, the handshake's own too, on each connection", async () => {
    const server = await answeringServer();
    const given: string[] = [];
    const transformHeaderName = (name: string) => {
      given.push(name);
      return name.toUpperCase();
    };
    const client = start({
      url: server.url.replace("://", "://me:secret@"),
      headers: { "X-Many": ["one", "two"] },
      httpOpts: { transformHeaderName },
      wsOpts: { protocols: ["chat"] },
    });
    await next(client, "error");
    await next(client, "error");
    for (const { fields } of server.requests.slice(0, 2)) {
      expect(fields.map((field) => field.slice(0, field.indexOf(":")))).toEqual([
        "X-MANY",
        "X-MANY",
        "AUTHORIZATION",
        "SEC-WEBSOCKET-VERSION",
        "SEC-WEBSOCKET-KEY",
        "CONNECTION",
        "UPGRADE",
        "SEC-WEBSOCKET-PROTOCOL",
        "HOST",
      ]);
      expect(fields).toContain("CONNECTION: Upgrade");
      expect(fields.slice(0, 2)).toEqual(["X-MANY: one", "X-MANY: two"]);
    }
    expect(given.slice(0, 3)).toEqual(["X-Many", "Authorization", "Sec-WebSocket-Version"]);
  });

  test.each<[string, (name: string) => unknown, string]>([
    ["throws", () => JSON.parse("{"), "the httpOpts.transformHeaderName function failed: "],
    [
      "answers another name",
      () => "X-Other",
      'must answer with the same name in any letter case, which it did not for "',
    ],
    ["answers what breaks out", (name) => `${name}: a\r\nX-Injected`, "must answer with the same name"],
    ["answers no string", () => undefined, "must answer with the same name"],
  ])("that %s fails the attempt, before anything is sent", async (_, transformHeaderName, text) => {
    const server = await answeringServer();
    const client = start({
      url: server.url,
      retry: 1,
      httpOpts: { transformHeaderName: transformHeaderName as () => string },
    });
    const errors = all(client, "error");
    const retries = all(client, "retry");
    await next(client, "close");
    expect(errors).toHaveLength(2);
    expect(errors[1]).toBeInstanceOf(ProviderError);
    expect(errors[1].message).toContain(text);
    expect(retries).toHaveLength(1);
    expect(server.requests).toEqual([]);
  });
});

describe("httpOpts.maxHeaderBlockSize", () => {
  test("bounds what is read of the answer, on the reconnect too", async () => {
    let size = 10;
    const server = await answeringServer(({ request }) => {
      const key = request.headers["sec-websocket-key"]!;
      return switchingProtocols(key, `X-Large: ${"x".repeat(size)}`);
    });
    const client = start({ url: server.url, retry: 1, httpOpts: { maxHeaderBlockSize: 1000 } });
    await next(client, "connect");
    size = 2000;
    server.drop();
    const errors = all(client, "error");
    await next(client, "close");
    expect(errors.at(-1).message).toContain("httpOpts.maxHeaderBlockSize");
  });
});
