// Several addresses of one service on Node, where certificates and HTTP responses are seen.

import { endpoints } from "@gundam/core";
import { describe, expect, test } from "vitest";
import { explain, resilient } from "../src/index.ts";
import { all, answeringServer, head, next, start } from "./connecting.ts";
import { echoServer, identity, pem } from "./dialling.ts";
import { connectProxy } from "./proxies.ts";

const ca = pem("authority");

const nextOf = (client: ReturnType<typeof start>) =>
  explain(client).attempts.map(({ endpoint, error }) => [endpoint, error?.code]);

describe("what is found out of an endpoint strikes it out, and the next is tried at once:", () => {
  test.each([
    ["a certificate that is rejected", "wrong-host"],
    ["one that has run out", "expired"],
  ] as const)("%s", async (_, name) => {
    const [bad, good] = [
      await echoServer({ tls: identity(name) }),
      await echoServer({ tls: identity("server") }),
    ];
    const url = endpoints([bad.url, good.url]);
    const client = start(resilient({ url, tlsOpts: { ca }, retryTimeout: 60_000 }));
    const retries = all(client, "retry");
    await next(client, "connect");
    expect(client.state.uri).toBe(good.url);
    expect(retries).toMatchObject([{ delay: 0 }]);
    expect(explain(client).attempts[0]).toMatchObject({
      endpoint: "endpoints[0]",
      error: { code: "ERR_TLS" },
      verdict: { isStruckOut: true, next: "endpoints[1]" },
    });
  });

  test("404, and all that are refused end the client", async () => {
    const servers = [await answeringServer(() => head(404)), await answeringServer(() => head(410))];
    const client = start({ url: endpoints(servers.map(({ url }) => url)), retry: Infinity });
    const { code, error } = await next(client, "close");
    expect(code).toBe(410);
    expect(error.message).toContain("is it a WebSocket server, and the url its own?");
    expect(servers.map(({ requests }) => requests.length)).toEqual([1, 1]);
    expect(nextOf(client)).toEqual([
      ["endpoints[0]", "ERR_REFUSED"],
      ["endpoints[1]", "ERR_REFUSED"],
    ]);
  });

  test("a `transport` that contradicts it, if a function gave it; one that is given is refused", async () => {
    const server = await echoServer();
    const url = endpoints([() => "wss://localhost/", server.url]);
    const client = start({ url, transport: "tcp" });
    const { provider } = await next(client, "error");
    expect(provider).toBe("url");
    await next(client, "connect");
    expect(() => start({ url: endpoints([server.url, "wss://localhost/"]), transport: "tcp" })).toThrow(
      'transport must not be "tcp"',
    );
  });
});

test("401 with a headers function is forgiven once, and then strikes out", async () => {
  const strict = [await answeringServer(() => head(401)), await answeringServer(() => head(401))];
  let token = 0;
  const headers = () => ({ Authorization: `Bearer ${++token}` });
  const client = start({ url: endpoints(strict.map(({ url }) => url)), headers, retry: Infinity });
  expect(await next(client, "close")).toMatchObject({ code: 401 });
  expect(strict.map(({ requests }) => requests.length)).toEqual([2, 1]);
});

test("a proxy that asks who we are strikes out nothing that it leads to, if a function gives another the next time", async () => {
  const server = await echoServer();
  const [strict, proxy] = [await connectProxy({ status: 407 }), await connectProxy()];
  const proxies = [strict, proxy].map(({ port }) => `http://127.0.0.1:${port}`);
  const client = start({
    url: endpoints([server.url, server.url]),
    tcpOpts: { proxy: () => proxies.shift() },
  });
  await next(client, "connect");
  expect([strict.destinations.length, proxy.destinations.length]).toEqual([1, 1]);
});

test("each is shown the cookies of its own", async () => {
  const servers = [
    await answeringServer(() => head(503, "Set-Cookie: of=the-first")),
    await answeringServer(),
  ];
  const kept: string[] = [];
  const cookieStore = {
    getCookieString: (url: string) => (kept.includes(url) ? "of=the-first" : ""),
    setCookie: (_: string, url: string) => kept.push(url),
  };
  const client = start({ url: endpoints(servers.map(({ url }) => url)), cookieStore });
  await next(client, "connect");
  expect(servers.map(({ values }) => values("cookie"))).toEqual([[undefined], [undefined]]);
});
