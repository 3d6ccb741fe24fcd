// `tcpOpts.proxyHeaders`: what an HTTP proxy is told beside where to lead, and how a 407 is answered.

import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { inspect } from "node:util";
import type { Failure, OptionError, ProviderError } from "@gundam/core";
import { describe, expect, test, vi } from "vitest";
import type { ProxyHeadersContext, ProxyHeadersSource } from "../src/index.ts";
import { all, answeringServer, found, next, start } from "./connecting.ts";
import { destroyed, dial, echoServer, open, pem, tcpServer } from "./dialling.ts";
import { connectProxy, decidingProxy, type Refusal, socksProxy } from "./proxies.ts";

const trust = { tlsOpts: { ca: pem("authority") } };
const target = "ws://target.example/";

const through = (proxy: { readonly port: number }, proxyHeaders: ProxyHeadersSource, scheme = "http") => ({
  ...trust,
  tcpOpts: { proxy: `${scheme}://localhost:${proxy.port}`, proxyHeaders },
});

async function failure(options: object): Promise<Failure> {
  const { listener } = dial(target, options);
  const lost = await listener.next("lost");
  expect(inspect(lost, { depth: 10 })).not.toMatch(/secret/);
  return lost;
}

/** A function that gives these, one after the other, and writes down what it was told. */
function giving(...given: unknown[]) {
  const contexts: ProxyHeadersContext[] = [];
  const give = (context: ProxyHeadersContext) => {
    contexts.push(context);
    return given[contexts.length - 1] as undefined;
  };
  return { give, contexts };
}

const token = (value: string) => ({ "Proxy-Authorization": `Bearer ${value}` });

/** Lets nobody in but who has the token. */
const guard =
  (value: string, refusal: Refusal = {}) =>
  (headers: IncomingHttpHeaders) =>
    headers["proxy-authorization"] === `Bearer ${value}`
      ? undefined
      : { fields: ["Proxy-Authenticate: Bearer"], ...refusal };

describe("an object", () => {
  test.each(["http", "https"])("is for the proxy alone, over %s", async (scheme) => {
    const proxy = await connectProxy({ tls: scheme === "https" });
    const server = await echoServer();
    for (const fields of [
      { "X-Tenant": "seven", Via: ["one", "two"] },
      new Headers({ "X-Tenant": "seven", Via: "one, two" }),
    ]) {
      await open(server.url, through(proxy, fields as never, scheme));
      expect(proxy.headers.at(-1)).toMatchObject({ "x-tenant": "seven", via: "one, two" });
    }
    expect(JSON.stringify(server.record.upgrades.map(({ headers }) => headers))).not.toContain("seven");
  });

  test("goes before the user and the password of the url", async () => {
    const proxy = await connectProxy();
    const server = await echoServer();
    const url = `http://me:secret@localhost:${proxy.port}`;
    for (const proxyHeaders of [{ "proxy-authorization": "Bearer 1" }, { "X-Other": "1" }]) {
      await open(server.url, { tcpOpts: { proxy: url, proxyHeaders } });
    }
    const [own, basic] = proxy.headers.map((headers) => headers["proxy-authorization"]);
    expect(own).toBe("Bearer 1");
    expect(basic).toBe(`Basic ${Buffer.from("me:secret").toString("base64")}`);
  });

  const refusal = (tcpOpts: object): OptionError => {
    try {
      start({ url: target, tcpOpts: { proxy: "http://proxy.example", ...tcpOpts } });
    } catch (error) {
      return error as OptionError;
    }
    throw new Error("it was accepted");
  };

  test.each([
    "Host",
    "connection",
    "Upgrade",
    "Content-Length",
    "Transfer-Encoding",
    "Trailer",
    "TE",
    "Expect",
  ])("cannot have the field %s, which is the request's own", (name) => {
    const error = refusal({ proxyHeaders: { [name]: "secret" } });
    expect(error).toMatchObject({ code: "ERR_OPTION", option: "tcpOpts.proxyHeaders", value: undefined });
    expect(error.message).toBe(
      `tcpOpts.proxyHeaders cannot be sent: "${name}" belongs to the CONNECT request; leave it out`,
    );
  });

  test.each([
    [{ "X-A": "secret\r\nX-B: 1" }, "characters that no header field may hold"],
    [{ "X-A: secret": "" }, "the name of field 1 is no name"],
    [{ "X-A": 5 }, "must be a string or an array of strings"],
    ["X-A: secret", "an object of header fields, a Headers or a function returning one"],
    [["X-A: secret"], "an object of header fields, a Headers or a function returning one"],
  ])("cannot be %j", (proxyHeaders, text) => {
    const error = refusal({ proxyHeaders });
    expect(error).toMatchObject({ code: "ERR_OPTION", option: "tcpOpts.proxyHeaders", value: undefined });
    expect(error.message).toContain(text);
    expect(error.message).not.toContain("secret");
  });

  test.each<[string, ProxyHeadersSource]>([
    ["fields", { "X-A": "1" }],
    ["a function", () => undefined],
  ])("that a SOCKS proxy never sees is refused: %s", (_, proxyHeaders) => {
    const error = refusal({ proxy: "socks5://me:secret@proxy.example", proxyHeaders });
    expect(error.message).toContain(
      "SOCKS has no header fields, but a user and a password in the url of tcpOpts.proxy",
    );
    expect(refusal.bind(undefined, { proxy: "socks5://proxy.example", proxyHeaders: {} })).toThrow(
      "it was accepted",
    );
  });

  test("is of no consequence without a proxy", async () => {
    const server = await echoServer();
    await open(server.url, { tcpOpts: { proxyHeaders: { "X-Tenant": "seven" } } });
    expect(JSON.stringify(server.record.upgrades[0]!.headers)).not.toContain("seven");
  });
});

describe("a function", () => {
  test("is asked before the first CONNECT, and told what for", async () => {
    const proxy = await connectProxy();
    const server = await echoServer();
    const { give, contexts } = giving(token("1"));
    await open(server.url, {
      tcpOpts: { proxy: `http://me:secret@127.0.0.1:${proxy.port}`, proxyHeaders: give },
    });
    expect(contexts).toEqual([
      {
        attempt: 1,
        lastFailure: undefined,
        signal: expect.any(AbortSignal),
        proxy: `http://127.0.0.1:${proxy.port}`,
        authority: `127.0.0.1:${server.port}`,
        response: undefined,
      },
    ]);
    expect(contexts[0]!.signal.aborted).toBe(false);
    expect(proxy.headers[0]).toMatchObject({ "proxy-authorization": "Bearer 1" });
  });

  test("may have nothing to say: the url's user and password go", async () => {
    const only = { user: "me", password: "secret" };
    const proxy = await connectProxy({ only });
    const server = await echoServer();
    const tcpOpts = {
      proxy: `http://me:secret@127.0.0.1:${proxy.port}`,
      proxyHeaders: async () => undefined,
    };
    await open(server.url, { tcpOpts });
  });

  const contents: [string, Refusal][] = [
    ["no content", {}],
    ["content", { content: "<h1>Who?</h1>" }],
    ["content that comes later", { content: "<h1>Who?</h1>", how: "later" }],
  ];
  describe.each(["http", "https"])("is asked once more after a 407, over %s", (scheme) => {
    test.each(contents)("with %s: and the proxy on the same connection", async (_, refusal) => {
      const proxy = await decidingProxy(guard("2", refusal), { tls: scheme === "https" });
      const server = await echoServer();
      for (const answer of [token("2"), Promise.resolve(token("2"))]) {
        const { give, contexts } = giving({ "X-First": "1" }, answer);
        const { transport, listener } = await open(server.url, through(proxy, give, scheme));
        transport.send("hello");
        expect(await listener.next("message")).toBe("hello");
        expect(contexts.map(({ response }) => response?.status)).toEqual([undefined, 407]);
        expect(contexts[1]!.response!.headers.get("proxy-authenticate")).toBe("Bearer");
      }
      expect(proxy.headers.map((headers) => headers["x-first"])).toEqual(["1", undefined, "1", undefined]);
      expect(proxy.connections).toBe(2);
    });

    test.each<[string, Refusal]>([
      ["says that it closes", { fields: ["Connection: close"] }],
      ["says so as to a proxy", { fields: ["Proxy-Connection: Close"] }],
      ["closes without a word", { how: "ends" }],
      ["speaks HTTP/1.0", { version: "1.0" }],
      ["does not measure its content", { fields: ["Transfer-Encoding: chunked"], content: "0\r\n\r\n" }],
      ["breaks its content off", { fields: ["Content-Length: 100"], content: "Who", how: "ends" }],
      ["has much to say", { fields: ["Content-Length: 1000000"], content: "Who" }],
      ["says more than it should", { fields: ["Content-Length: 1"], content: "HTTP/1.1 200 OK\r\n\r\n" }],
    ])("by a proxy that %s: and the proxy on another", async (_, refusal) => {
      const proxy = await decidingProxy(guard("2", refusal), { tls: scheme === "https" });
      const server = await echoServer();
      for (const answer of [token("2"), Promise.resolve(token("2"))]) {
        const { give, contexts } = giving(undefined, answer);
        const { transport, listener } = await open(server.url, through(proxy, give, scheme));
        transport.send("hello");
        expect(await listener.next("message")).toBe("hello");
        expect(contexts).toHaveLength(2);
      }
      expect(proxy.connections).toBe(4);
    });
  });

  test("takes longer than the proxy waits after a 407: the proxy is told on another connection", async () => {
    const proxy = await decidingProxy(guard("2", { how: "ends" }));
    const server = await echoServer();
    const give = async ({ response }: ProxyHeadersContext) => {
      if (response === undefined) return undefined;
      await vi.waitFor(() => expect(proxy.open).toBe(0));
      return token("2");
    };
    await open(server.url, through(proxy, give));
    expect([proxy.connections, proxy.destinations.length]).toEqual([2, 2]);
  });

  test("is not asked a third time", async () => {
    const proxy = await decidingProxy(guard("3"));
    const { give, contexts } = giving(token("secret 1"), token("secret 2"), token("3"));
    const lost = await failure(through(proxy, give));
    expect(lost).toMatchObject({ kind: "proxy", phase: "proxy", status: 407, byUs: false });
    expect(lost.error.message).toBe(
      `the proxy localhost:${proxy.port} refused to connect us to target.example:80 (407 Proxy Authentication Required): it asks for Bearer; it did not accept what tcpOpts.proxyHeaders gave for it`,
    );
    expect(contexts).toHaveLength(2);
    expect(proxy.destinations).toHaveLength(2);
  });

  test("gives nothing for a 407: the attempt has failed", async () => {
    const proxy = await decidingProxy(guard("3"));
    const { give, contexts } = giving(token("secret"), undefined, token("3"));
    const lost = await failure(through(proxy, give));
    expect(lost).toMatchObject({ kind: "proxy", status: 407 });
    expect(lost.error.message).toContain("tcpOpts.proxyHeaders gave nothing for it");
    expect([contexts.length, proxy.destinations.length]).toEqual([2, 1]);
  });

  test("is not asked about other refusals", async () => {
    const proxy = await connectProxy({ status: 403 });
    const { give, contexts } = giving(token("secret"));
    expect(await failure(through(proxy, give))).toMatchObject({ kind: "proxy", status: 403 });
    expect(contexts).toHaveLength(1);
  });

  const hollow = () => {
    throw new Error("no token");
  };
  test.each<[string, unknown, string]>([
    ["throws", hollow, "failed: no token"],
    ["rejects", async () => hollow(), "failed: no token"],
    ["gives a text", () => "X-A: secret", "must be an object of header fields, a Headers or undefined"],
    ["gives an array", async () => ["secret"], "must be an object of header fields, a Headers or undefined"],
    ["gives null", () => null, "must be an object of header fields, a Headers or undefined"],
    ["gives what breaks out", () => ({ "X-A": "secret\n" }), "characters that no header field may hold"],
    ["gives Host", () => ({ HOST: "secret" }), '"HOST" belongs to the CONNECT request; leave it out'],
  ])("that %s fails the attempt, whenever it is asked", async (_, give, text) => {
    const proxy = await decidingProxy(guard("1"));
    for (const first of [
      give,
      ({ response }: ProxyHeadersContext) => response && (give as () => undefined)(),
    ]) {
      const lost = await failure(through(proxy, first as ProxyHeadersSource));
      expect(lost).toMatchObject({ kind: "provider", phase: "proxy", byUs: true });
      expect((lost.error as ProviderError).provider).toBe("tcpOpts.proxyHeaders");
      expect(lost.error.message).toContain(text);
    }
    expect(proxy.destinations).toHaveLength(1);
  });

  test("takes longer than the proxy waits: it is told on another connection, and asked no more", async () => {
    const closed = vi.fn();
    const proxy = await decidingProxy(guard("1"));
    const server = await echoServer();
    let isFirst = true;
    const port = await tcpServer(async (socket) => {
      if (isFirst) {
        isFirst = false;
        return socket.end().on("close", closed);
      }
      const onward = (await import("node:net")).connect(proxy.port, "127.0.0.1");
      socket.pipe(onward).pipe(socket);
    });
    const give = vi.fn(async () => {
      await vi.waitFor(() => expect(closed).toHaveBeenCalled());
      return token("1");
    });
    await open(server.url, through({ port }, give));
    expect(give).toHaveBeenCalledTimes(1);
    expect(proxy.headers).toHaveLength(1);
  });

  test.each([1, 2])(
    "hangs when it is asked for the %i. time: connectTimeout ends it, and its signal",
    async (time) => {
      const proxy = await decidingProxy(guard("1"));
      const signals: AbortSignal[] = [];
      const give = ({ signal }: ProxyHeadersContext) => {
        signals.push(signal);
        return signals.length < time ? undefined : new Promise<undefined>(() => {});
      };
      const client = start({ url: target, ...through(proxy, give), connectTimeout: 200, retry: 0 });
      const error = await next(client, "error");
      expect(error).toMatchObject({ code: "ERR_TIMEOUT", phase: "proxy", timeout: 200 });
      expect(signals.map(({ aborted }) => aborted)).toEqual([...Array(time - 1).fill(false), true]);
      expect(proxy.destinations).toHaveLength(time - 1);
    },
  );

  test("may close the client, and nobody is asked then", async () => {
    for (const scheme of ["http", "https"]) {
      const proxy = await connectProxy({ tls: scheme === "https" });
      const client = start({
        url: target,
        ...through(proxy, () => void client.close(4000, "enough"), scheme),
      });
      const [code] = [(await next(client, "close")).code];
      expect(code).toBe(4000);
      expect(proxy.destinations).toEqual([]);
    }
  });

  const ways = ["http", "https"].flatMap((scheme) =>
    [1, 2].flatMap((time) => ["at once", "later"].map((when) => [scheme, time, when] as const)),
  );
  test.each(ways)("lets go of an attempt over %s, asked for the %i. time, %s", async (scheme, time, when) => {
    const proxy = await decidingProxy(guard("1"), { tls: scheme === "https" });
    let phases = 0;
    const give = vi.fn(async () => {
      if (give.mock.calls.length < time) return undefined;
      if (when === "later") await new Promise(setImmediate);
      dialled.transport.abandon();
      phases = dialled.listener.all("phase").length;
      return token("1");
    });
    const dialled = dial(target, through(proxy, give, scheme));
    await vi.waitFor(() => expect(give).toHaveBeenCalledTimes(time));
    await give.mock.results.at(-1)!.value;
    await destroyed(dialled);
    await vi.waitFor(() => expect(proxy.open).toBe(0));
    expect(dialled.listener.all("phase")).toHaveLength(phases);
    expect(proxy.destinations).toHaveLength(time - 1);
    expect(proxy.connections).toBeLessThan(2);
  });

  test("is asked anew for each attempt, and told which it is", async () => {
    let valid = 1;
    const proxy = await decidingProxy((headers) => guard(String(valid))(headers));
    const server = await echoServer();
    const { give, contexts } = giving(token("1"), token("1"), token("2"));
    const client = start({ url: server.url, ...through(proxy, give) });
    await next(client, "connect");
    valid = 2;
    server.drop();
    await next(client, "connect");
    expect(
      contexts.map(({ attempt, lastFailure, response }) => [attempt, lastFailure?.kind, response?.status]),
    ).toEqual([
      [1, undefined, undefined],
      [2, "network", undefined],
      [2, "network", 407],
    ]);
  });

  test("is told of each hop of a redirect, and none of them sees the fields", async () => {
    const proxy = await connectProxy();
    const second = await answeringServer();
    const first = await answeringServer(() => found(second.url));
    const { give, contexts } = giving(token("1"), token("2"));
    await open(first.url, { ...through(proxy, give), httpOpts: { maxRedirects: 1 } });
    const authority = ({ url }: { readonly url: string }) => new URL(url).host;
    expect(contexts.map((context) => context.authority)).toEqual([authority(first), authority(second)]);
    expect(proxy.headers.map((headers) => headers["proxy-authorization"])).toEqual(["Bearer 1", "Bearer 2"]);
    for (const { requests } of [first, second]) {
      expect(JSON.stringify(requests.map(({ fields }) => fields))).not.toContain("Bearer");
    }
  });

  test("is not asked for a SOCKS proxy that a callback brings", async () => {
    const [http, socks] = [await connectProxy(), await socksProxy()];
    const server = await echoServer();
    const { give, contexts } = giving(token("1"));
    const client = start({
      url: server.url,
      ...through(http, give),
      onDisconnect: (_, state) => ({
        ...state,
        openOpts: { ...state.openOpts, tcpOpts: { proxy: `socks5://127.0.0.1:${socks.port}` } },
      }),
    });
    await next(client, "connect");
    server.drop();
    await next(client, "connect");
    expect([contexts.length, socks.destinations.length]).toEqual([1, 1]);
  });
});

const md5 = (text: string) => createHash("md5").update(text).digest("hex");

/** RFC 7616 §3.4.1, with qop=auth. */
function digest(challenge: string, authority: string, user: string, password: string): string {
  const of = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)![1]!;
  const [realm, nonce, cnonce, nc] = [of("realm"), of("nonce"), "0a4f113b", "00000001"];
  const response = md5(
    [md5(`${user}:${realm}:${password}`), nonce, nc, cnonce, "auth", md5(`CONNECT:${authority}`)].join(":"),
  );
  return `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${authority}", qop=auth, nc=${nc}, cnonce="${cnonce}", response="${response}"`;
}

test("a proxy that knows Digest alone (RFC 7616): the function computes it", async () => {
  let nonce = 0;
  const challenge = () => `Digest realm="us", qop="auth", nonce="n${++nonce}"`;
  const proxy = await decidingProxy((headers, authority) => {
    const given = headers["proxy-authorization"];
    const isRight = given === digest(`realm="us", nonce="n${nonce}"`, authority, "alice", "secret");
    return isRight ? undefined : { fields: [`Proxy-Authenticate: ${challenge()}`] };
  });
  const server = await echoServer();
  const proxyHeaders = ({ response, authority }: ProxyHeadersContext) =>
    response && {
      "Proxy-Authorization": digest(
        response.headers.get("proxy-authenticate")!,
        authority,
        "alice",
        "secret",
      ),
    };
  const client = start({ url: server.url, ...through(proxy, proxyHeaders) });
  await next(client, "connect");
  server.drop();
  await next(client, "connect");
  expect([nonce, proxy.destinations.length, proxy.connections]).toEqual([2, 4, 2]);
});

describe("a 407", () => {
  /** The end of a client that a proxy asks who it is, and how often it did. */
  async function endOf(proxyHeaders: ProxyHeadersSource, user = "") {
    const proxy = await decidingProxy(() => ({
      fields: ["Proxy-Authenticate: Basic realm=secret", "Proxy-Authenticate: Negotiate"],
    }));
    const tcpOpts = { proxy: `http://${user}localhost:${proxy.port}`, proxyHeaders };
    const client = start({ url: target, tcpOpts, retry: 5 });
    const errors = all(client, "error");
    await next(client, "close");
    expect(inspect(errors)).not.toContain("secret");
    return { asked: proxy.destinations.length, text: errors.at(-1).message.split("): ")[1] };
  }

  test.each<[string, string, ProxyHeadersSource, string]>([
    ["to nobody", "", {}, "it asks for Basic or Negotiate; give a user and a password in tcpOpts.proxy"],
    [
      "to the wrong user",
      "me:secret@",
      {},
      "it asks for Basic or Negotiate; check the user and the password in tcpOpts.proxy",
    ],
    [
      "to the wrong field",
      "",
      token("secret"),
      "it asks for Basic or Negotiate; check the Proxy-Authorization in tcpOpts.proxyHeaders; a function there can give another one",
    ],
  ])("%s ends the client, for the next attempt would be the same", async (_, user, proxyHeaders, text) => {
    expect(await endOf(proxyHeaders, user)).toEqual({ asked: 1, text });
  });

  test("to a function is retried once", async () => {
    const { give, contexts } = giving();
    const { asked, text } = await endOf((context) => give(context) ?? token("secret"));
    expect([asked, contexts.length]).toEqual([4, 4]);
    expect(text).toBe(
      "it asks for Basic or Negotiate; it did not accept what tcpOpts.proxyHeaders gave for it",
    );
  });
});
