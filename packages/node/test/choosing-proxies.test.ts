// `tcpOpts.proxy` as a function: another way to each place, another proxy after one has failed, and none where none is
// needed; and the environment's word, `proxyFromEnv()`.

import { type Failure, ProviderError } from "@gundam/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type NodeOptions, type ProxyHeadersContext, proxyFromEnv } from "../src/index.ts";
import { all, next, start } from "./connecting.ts";
import { echoServer, freePort, identity, trusting } from "./dialling.ts";
import { connectProxy, decidingProxy, socksProxy } from "./proxies.ts";

type Choose = Extract<
  NonNullable<NonNullable<NodeOptions["tcpOpts"]>["proxy"]>,
  (...context: never) => unknown
>;

async function echoes(client: ReturnType<typeof start>): Promise<void> {
  const echo = next(client, "message");
  client.send("hello");
  expect(await echo).toBe("hello");
}

test("another way to each place, as a PAC file says", async () => {
  const [one, other] = [await connectProxy(), await socksProxy()];
  const server = await echoServer({ host: "127.0.0.1" });
  const choose: Choose = async ({ url }) => {
    const { pathname } = new URL(url);
    if (pathname === "/one") return new URL(`http://127.0.0.1:${one.port}`);
    return pathname === "/other" ? `socks5h://127.0.0.1:${other.port}` : undefined;
  };
  for (const path of ["one", "other", "direct"]) {
    const client = start({ url: new URL(path, server.url).href, tcpOpts: { proxy: choose } });
    await next(client, "connect");
    await echoes(client);
  }
  expect([one.destinations.length, other.destinations.length]).toEqual([1, 1]);
});

test.each(["ws", "wss"] as const)(
  "from one that fails to the next, and directly at last, to %s:",
  async (scheme) => {
    const [full, down, asking] = [
      await connectProxy({ status: 503 }),
      await freePort(),
      await decidingProxy(() => ({})),
    ];
    const server = await echoServer(scheme === "wss" ? { tls: identity("server") } : {});
    const failures: (Failure | undefined)[] = [];
    const ways = [
      `http://127.0.0.1:${full.port}`,
      `http://127.0.0.1:${down}`,
      `http://127.0.0.1:${asking.port}`,
    ];
    const choose: Choose = ({ attempt, lastFailure }) => {
      failures.push(lastFailure);
      return ways[attempt - 1];
    };
    const client = start({ url: server.url, ...trusting, tcpOpts: { proxy: choose } });
    await next(client, "connect");
    await echoes(client);
    expect(failures.map((failure) => failure && [failure.kind, failure.phase, failure.status])).toEqual([
      undefined,
      ["proxy", "proxy", 503],
      ["network", "tcp", undefined],
      ["proxy", "proxy", 407],
    ]);
  },
);

test("back to the first on the reconnect, and through it to wss:", async () => {
  const proxies = [await connectProxy(), await connectProxy({ tls: true })];
  const server = await echoServer({ tls: identity("server") });
  const ways = proxies.map(({ port }, i) => `${i === 0 ? "http" : "https"}://localhost:${port}`);
  let asked = 0;
  const client = start({ url: server.url, ...trusting, tcpOpts: { proxy: () => ways[asked++ % 2] } });
  for (let i = 0; i < 4; i++) {
    await next(client, "connect");
    await echoes(client);
    server.drop();
  }
  expect(proxies.map(({ destinations }) => destinations.length)).toEqual([2, 2]);
});

test("each proxy is told what is for it, and nothing that is for another", async () => {
  const proxies = [
    await decidingProxy(() => ({ fields: ["Connection: close"], how: "ends" })),
    await connectProxy(),
  ];
  const server = await echoServer();
  const ways = proxies.map(({ port }) => `http://127.0.0.1:${port}`);
  const proxyHeaders = ({ proxy, response }: ProxyHeadersContext) => ({
    "Proxy-Authorization": `Bearer ${ways.indexOf(proxy)}${response ? " again" : ""}`,
  });
  const client = start({
    url: server.url,
    tcpOpts: { proxy: ({ attempt }) => ways[attempt - 1], proxyHeaders },
  });
  await next(client, "connect");
  expect(proxies.map(({ headers }) => headers.map((each) => each["proxy-authorization"]))).toEqual([
    ["Bearer 0", "Bearer 0 again"],
    ["Bearer 1"],
  ]);
});

test("proxyHeaders are not for the SOCKS proxy that it chooses", async () => {
  const proxy = await socksProxy();
  const server = await echoServer();
  const proxyHeaders = vi.fn();
  const choose = () => `socks5://127.0.0.1:${proxy.port}`;
  await next(start({ url: server.url, tcpOpts: { proxy: choose, proxyHeaders } }), "connect");
  await next(start({ url: server.url, tcpOpts: { proxy: choose, proxyHeaders: { "X-A": "1" } } }), "connect");
  expect(proxy.destinations).toHaveLength(2);
  expect(proxyHeaders).not.toHaveBeenCalled();
});

test("a 407 is retried once, for the function may choose another", async () => {
  const proxy = await decidingProxy(() => ({}));
  const client = start({
    url: "ws://target.example/",
    tcpOpts: { proxy: () => `http://127.0.0.1:${proxy.port}` },
  });
  const errors = all(client, "error");
  await next(client, "close");
  expect([proxy.destinations.length, errors.length]).toEqual([2, 2]);
});

describe("the environment", () => {
  beforeEach(() => {
    for (const name of ["ws", "wss", "http", "https", "all", "no"].flatMap((scheme) => [
      `${scheme}_proxy`,
      `${scheme}_PROXY`.toUpperCase(),
    ])) {
      vi.stubEnv(name, undefined);
    }
  });
  afterEach(() => vi.unstubAllEnvs());

  test.each(["ws", "wss"] as const)(
    "names the proxy to %s: servers, and is read for each attempt",
    async (scheme) => {
      const proxy = await connectProxy({ only: { user: "me", password: "p@ss" } });
      const server = await echoServer(scheme === "wss" ? { tls: identity("server") } : {});
      vi.stubEnv(scheme === "wss" ? "HTTPS_PROXY" : "http_proxy", `me:p%40ss@127.0.0.1:${proxy.port}`);
      const client = start({ url: server.url, ...trusting, tcpOpts: { proxy: proxyFromEnv() } });
      await next(client, "connect");
      await echoes(client);
      expect(proxy.destinations).toHaveLength(1);
      vi.stubEnv("NO_PROXY", new URL(server.url).hostname);
      server.drop();
      await next(client, "connect");
      await echoes(client);
      expect(proxy.destinations).toHaveLength(1);
    },
  );

  test("names what is none: the attempt fails, and the next one looks again", async () => {
    const server = await echoServer();
    vi.stubEnv("ALL_PROXY", "socks://me:secret@host");
    const client = start({ url: server.url, tcpOpts: { proxy: proxyFromEnv() } });
    const error = await next(client, "error");
    vi.stubEnv("ALL_PROXY", "");
    await next(client, "connect");
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ provider: "tcpOpts.proxy" });
    expect(error.message).toBe(
      "the tcpOpts.proxy function failed: ALL_PROXY must begin with http://, https://, socks5:// or socks5h://, such as http://user:password@proxy.example:3128",
    );
  });

  test("is not read by who does not ask for it", async () => {
    const proxy = await connectProxy();
    vi.stubEnv("ALL_PROXY", `http://127.0.0.1:${proxy.port}`);
    const server = await echoServer();
    await next(start({ url: server.url }), "connect");
    expect(proxy.destinations).toEqual([]);
  });
});
