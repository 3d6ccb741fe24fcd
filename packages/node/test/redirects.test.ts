// httpOpts.maxRedirects: which redirects are followed, with what, and which rule refuses the others.

import type { LookupFunction } from "node:net";
import { RefusedError } from "@gundam/core";
import { describe, expect, test, vi } from "vitest";
import { all, answeringServer, found, head, next, start } from "./connecting.ts";
import { dial, echoServer, identity, pem } from "./dialling.ts";

/** Every name is this machine. */
const lookup: LookupFunction = (_hostname, _options, callback) =>
  callback(null, [{ address: "127.0.0.1", family: 4 }]);
const tlsOpts = { ca: pem("authority") };

/** A server that redirects by path, and opens at every other. */
const redirecting = (locations: Readonly<Record<string, string>>, tls?: object) =>
  answeringServer(({ url }) => (url in locations ? found(locations[url]!) : undefined), tls);

/** How the first attempt failed. */
async function failureOf(url: string, options: object): Promise<{ error: RefusedError; status: number }> {
  const failures: { error: RefusedError; status: number; kind: string }[] = [];
  const shouldRetry = (failure: (typeof failures)[0]) => failures.push(failure) < 0;
  await next(start({ url, shouldRetry: shouldRetry as never, ...options }), "close");
  expect(failures[0]).toMatchObject({ kind: "response", phase: "upgrade", byUs: false });
  expect(failures[0]!.error).toBeInstanceOf(RefusedError);
  return failures[0]!;
}

describe("a redirect", () => {
  test.each([301, 302, 303, 307, 308])("%i is followed, on the reconnect too", async (status) => {
    const server = await answeringServer(({ url }) =>
      url === "/" ? head(status, "Location: /feed?a=1") : undefined,
    );
    const client = start({ url: server.url, httpOpts: { maxRedirects: 1 } });
    await next(client, "connect");
    server.drop();
    await next(client, "connect");
    expect(server.requests.map(({ url }) => url)).toEqual(["/", "/feed?a=1", "/", "/feed?a=1"]);
    expect(client.state.uri).toBe(server.url);
  });

  test.each([300, 304, 305])("%i is a refusal", async (status) => {
    const server = await answeringServer(() => head(status, "Location: /feed"));
    const { error } = await failureOf(server.url, { httpOpts: { maxRedirects: 5 } });
    expect(error.message).toBe(`the server refused the opening handshake with HTTP status ${status}`);
    expect(server.requests).toHaveLength(1);
  });

  test("is a refusal unless maxRedirects says otherwise", async () => {
    const server = await redirecting({ "/": "/feed" });
    const { error, status } = await failureOf(server.url, {});
    expect([status, error.status]).toEqual([302, 302]);
    expect(error.message).toContain(
      "status 302: give the url that it leads to, or allow httpOpts.maxRedirects",
    );
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ["/feed", "/feed"],
    ["feed?a=b", "/old/feed?a=b"],
    ["../feed", "/feed"],
    ["?page=2", "/old/path?page=2"],
    ["/feed#part", "/feed"],
    ["//HOST/feed", "/feed"],
    ["http://HOST/feed", "/feed"],
    ["ws://HOST/feed", "/feed"],
    ["ws://you:theirs@HOST/feed", "/feed"],
  ])("to %s leads to %s", async (location, path) => {
    const server = await answeringServer(({ url, request }) =>
      url === "/old/path?x" ? found(location.replace("HOST", request.headers.host!)) : undefined,
    );
    await next(start({ url: `${server.url}old/path?x`, httpOpts: { maxRedirects: 1 } }), "connect");
    expect(server.requests[1]!.url).toBe(path);
    expect(server.values("authorization")).toEqual([undefined, undefined]);
  });

  test("goes through the phases anew, within the same attempt", async () => {
    const server = await redirecting({ "/": "/feed" });
    const url = server.url.replace("127.0.0.1", "here.test");
    const { listener } = dial(url, { httpOpts: { maxRedirects: 1 }, tcpOpts: { lookup } });
    await listener.next("opened");
    expect(listener.all("phase").map(({ phase }) => phase)).toEqual([
      "lookup",
      "tcp",
      "upgrade",
      "lookup",
      "tcp",
      "upgrade",
    ]);
    const client = start({ url, httpOpts: { maxRedirects: 1 }, tcpOpts: { lookup } });
    const attempts = all(client, "attempt");
    await next(client, "connect");
    expect(attempts).toHaveLength(1);
  });

  test("closes the connection that it came on", async () => {
    const server = await echoServer();
    server.refuse(302, { headers: { Location: "/feed" }, body: "x".repeat(100_000), times: 1 });
    await next(start({ url: server.url, httpOpts: { maxRedirects: 1 } }), "connect");
    await server.until(({ counts }) => counts.disconnects === 1 && counts.opens === 1);
  });

  test("may lead from ws: to wss:", async () => {
    const secure = await redirecting({}, identity("server"));
    const server = await redirecting({ "/": secure.url });
    const { listener } = dial(server.url, { httpOpts: { maxRedirects: 1 } });
    expect(await listener.next("lost")).toMatchObject({ kind: "certificate" });
    expect(listener.all("phase").map(({ phase }) => phase)).toContain("tls");
  });
});

describe("what was given for the first url", () => {
  const options = {
    headers: {
      Authorization: "Bearer secret",
      cookie: "sid=secret",
      "X-Key": "secret",
      Host: "virtual.test",
    },
    httpOpts: { maxRedirects: 3 },
  };

  test("is sent to the same origin again", async () => {
    const server = await redirecting({ "/": "/feed" });
    await next(start({ url: server.url, ...options }), "connect");
    for (const name of ["authorization", "cookie", "x-key", "host"]) {
      const [first, second] = server.values(name);
      expect(second).toBe(first);
    }
  });

  test("userinfo too", async () => {
    const server = await redirecting({ "/": "/feed" });
    const url = server.url.replace("://", "://me:secret@");
    await next(start({ url, httpOpts: { maxRedirects: 1 } }), "connect");
    expect(server.values("authorization")).toEqual(["Basic bWU6c2VjcmV0", "Basic bWU6c2VjcmV0"]);
  });

  test.each([
    ["another port", "ws://127.0.0.1:PORT/"],
    ["another host at the same port", "ws://localhost:PORT/"],
  ])("is never sent to %s, nor back from there", async (_, there) => {
    let home = "";
    const other = await answeringServer(() => found(`${home}welcome`));
    const server = await redirecting({ "/": there.replace("PORT", String(new URL(other.url).port)) });
    home = server.url;
    await next(start({ url: server.url.replace("://", "://me:secret@"), ...options }), "connect");
    const leaks = [...other.requests, server.requests[1]!].filter(({ fields }) =>
      /secret/.test(fields.join()),
    );
    expect(other.requests).toHaveLength(1);
    expect(leaks).toEqual([]);
    expect(other.values("host")).not.toContain("virtual.test");
    expect(server.values("authorization")).toEqual(["Bearer secret", undefined]);
  });

  test("subprotocols are offered everywhere", async () => {
    const server = await redirecting({ "/": "/feed" });
    await next(
      start({ url: server.url, httpOpts: { maxRedirects: 1 }, wsOpts: { protocols: ["chat"] } }),
      "error",
    );
    expect(server.values("sec-websocket-protocol").slice(0, 2)).toEqual(["chat", "chat"]);
  });
});

describe("a redirect is not followed", () => {
  const refusal = (why: string) =>
    `the server refused the opening handshake with HTTP status 302: the redirect was not followed: ${why}`;

  test("after so many", async () => {
    const server = await answeringServer(({ url }) => found(`${url}x`));
    const { error, status } = await failureOf(server.url, { httpOpts: { maxRedirects: 3 } });
    expect(error.message).toBe(refusal("httpOpts.maxRedirects (3) were followed already"));
    expect(status).toBe(302);
    expect(server.requests.map(({ url }) => url)).toEqual(["/", "/x", "/xx", "/xxx"]);
  });

  test.each([
    ["to itself", { "/": "/" }, 1],
    ["in a circle", { "/": "/a", "/a": "/b", "/b": "/a#again" }, 3],
  ])("%s", async (_, locations, requests) => {
    const server = await redirecting(locations);
    const { error } = await failureOf(server.url, { httpOpts: { maxRedirects: 20 } });
    expect(error.message).toBe(refusal("it leads in a circle"));
    expect(server.requests).toHaveLength(requests);
  });

  test.each([
    ["without a Location", head(302), "it has no Location"],
    ["with a Location that is no url", found("http://[/"), "its Location is no url"],
    ["to another scheme", found("ftp://127.0.0.1/"), "its Location has another scheme"],
    ["to a program", found("javascript:alert(1)"), "its Location has another scheme"],
  ])("%s", async (_, answer, why) => {
    const server = await answeringServer(() => answer);
    const { error } = await failureOf(server.url, { httpOpts: { maxRedirects: 5 } });
    expect(error.message).toBe(refusal(why));
    expect(server.requests).toHaveLength(1);
  });

  test.each(["ws", "http"])("from wss: to %s:", async (scheme) => {
    const plain = await redirecting({});
    const secure = await redirecting({ "/": plain.url.replace("ws:", `${scheme}:`) }, identity("server"));
    const { error } = await failureOf(secure.url, { httpOpts: { maxRedirects: 5 }, tlsOpts });
    expect(error.message).toBe(refusal("it leads from wss: to ws:"));
    expect(plain.requests).toEqual([]);
  });

  test("nor from what transport has made TLS", async () => {
    const plain = await redirecting({});
    const secure = await redirecting({ "/": plain.url }, identity("server"));
    const url = secure.url.replace("wss:", "ws:");
    const { error } = await failureOf(url, { transport: "tls", httpOpts: { maxRedirects: 5 }, tlsOpts });
    expect(error.message).toBe(refusal("it leads from wss: to ws:"));
    expect(plain.requests).toEqual([]);
  });

  test('to wss: where transport is "tcp"', async () => {
    const secure = await redirecting({}, identity("server"));
    const server = await redirecting({ "/": secure.url });
    const { error } = await failureOf(server.url, { transport: "tcp", httpOpts: { maxRedirects: 5 } });
    expect(error.message).toContain('it leads to wss:, and transport must not be "tcp"');
    expect(secure.requests).toEqual([]);
  });
});

test("openTimeout covers all redirects of an attempt", async () => {
  const hung = await echoServer();
  hung.stallAtUpgrade();
  const server = await redirecting({ "/": hung.url });
  const client = start({ url: server.url, retry: 0, openTimeout: 300, httpOpts: { maxRedirects: 1 } });
  const error = await next(client, "error");
  expect(error).toMatchObject({ code: "ERR_TIMEOUT", phase: "upgrade", timeout: 300 });
  await hung.until(({ counts }) => counts.disconnects === 1);
});

test("close() while a redirect is being followed ends there", async () => {
  const hung = await echoServer();
  hung.stallAtUpgrade();
  const server = await redirecting({ "/": hung.url });
  const onError = vi.fn();
  const client = start({ url: server.url, httpOpts: { maxRedirects: 1 }, onError });
  await hung.until(({ counts }) => counts.upgrades === 1);
  await client.close(4000, "enough");
  await hung.until(({ counts }) => counts.disconnects === 1);
  expect(onError).not.toHaveBeenCalled();
});
