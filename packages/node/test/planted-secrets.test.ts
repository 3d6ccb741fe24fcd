// A secret is planted wherever one can be: in each option, each part of a url, headers, cookies, messages, and what servers
// and proxies answer. Whatever becomes of the client, it is in nothing that is told, printed, published or thrown.

import type { ConnectionOptions } from "node:tls";
import {
  type Declaration,
  type DeclarationTable,
  deliver,
  endpoints,
  heartbeat,
  json,
  messages,
  ping,
  updateFlow,
} from "@gundam/core";
import { describe, expect, test, vi } from "vitest";
import { proxyFromEnv, type WebSocketClient } from "../src/index.ts";
import { nodeDeclarations } from "../src/node-options.ts";
import { WebSocket } from "../src/websocket/index.ts";
import { answeringServer, found } from "./connecting.ts";
import { echoServer, freePort, identity, pem, tcpServer, trusting, upgradingServer } from "./dialling.ts";
import { connectProxy, decidingProxy, socksProxy } from "./proxies.ts";
import { secret, Told } from "./told.ts";

/** The url with a secret in each part that can hold one, but for the fragment, which no WebSocket url has. */
function withSecrets(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${secret}:${secret}@${host}/feed?${secret}&token=${secret}&${secret}=`;
}

/** Options that work, with a secret wherever they can hold one. */
const planted = {
  headers: {
    Authorization: `Bearer ${secret}`,
    Cookie: `sid=${secret}`,
    "Proxy-Authorization": `Basic ${Buffer.from(`me:${secret}`).toString("base64")}`,
    "X-Request-Id": secret,
  },
  cookieStore: { getCookieString: () => `stored=${secret}`, setCookie() {} },
  wsOpts: { protocols: ["chat", `token.${secret}`], userOpts: { secret } },
  state: { secret },
  tlsOpts: { passphrase: secret },
};

/** Header fields with a secret in each value, of what can be sent with any status. */
const secretFields = [
  `Set-Cookie: sid=${secret}; Path=/`,
  `Location: //${secret}:${secret}@127.0.0.1/next?${secret}#${secret}`,
  `WWW-Authenticate: Digest nonce="${secret}"`,
  `Proxy-Authenticate: Basic realm="${secret}"`,
  `Authorization: Bearer ${secret}`,
  `X-Request-Id: ${secret}`,
  `ETag: "${secret}"`,
  `Link: <https://host/?${secret}>`,
];

/** An answer with a secret in its fields and its body. */
function answer(status: number, ...fields: string[]): string {
  const body = `{"token":"${secret}"}`;
  const lines = [
    `HTTP/1.1 ${status} ${secret}`,
    `Content-Length: ${body.length}`,
    ...secretFields,
    ...fields,
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

/** A connection that opens does not make the budget of retries full again. */
const once = { retry: 0, stableAfter: 60_000 };

const certain = { ...planted, tlsOpts: { ...planted.tlsOpts, ...trusting.tlsOpts } };

describe("nothing secret is told of an attempt", () => {
  test.each([200, 204, 400, 401, 403, 404, 407, 429, 500, 503])(
    "that was answered with %i",
    async (status) => {
      const told = new Told();
      const server = await answeringServer(() => answer(status));
      await told.life({ ...planted, url: withSecrets(server.url) });
      told.expectNoSecret(`HTTP status ${status}`);
    },
  );

  test("that was tried at several endpoints", async () => {
    const told = new Told();
    const urls = [await answeringServer(() => answer(404)), await answeringServer(() => answer(503))];
    const given = urls.map(({ url }) => withSecrets(url));
    const throwing = () => {
      throw new TypeError(`it has failed: ${new URL(given[0]!).host}`);
    };
    await told.life({ ...planted, url: endpoints([...given, throwing, () => `ftp://${secret}@host/`]) });
    told.expectNoSecret(/endpoints\[2\] function failed: it has failed.*endpoints\[3\]/s);
  });

  test.each([
    ["followed", `/next?${secret}#${secret}`, "HTTP status 404"],
    ["to a user of the server's choice", `//${secret}:${secret}@HOST/next?${secret}`, "HTTP status 404"],
    ["without a scheme", `${secret}:${secret}@HOST`, "another scheme"],
    ["to another scheme", `other://${secret}@HOST`, "another scheme"],
    ["to a user of another scheme", `ftp://${secret}:${secret}@HOST/?${secret}#${secret}`, "another scheme"],
    ["to what is no url", `ws://${secret}:${secret}@[/?${secret}`, "no url"],
    ["in a circle", `/feed?${secret}&token=${secret}&${secret}=`, "in a circle"],
  ])("that was redirected, %s", async (_, location, something) => {
    for (const maxRedirects of [0, 3]) {
      const told = new Told();
      const server = await answeringServer(({ url, request }) =>
        url.startsWith("/feed")
          ? found(location.replace("HOST", request.headers.host!), ...secretFields.slice(0, 1))
          : answer(404),
      );
      await told.life({
        ...planted,
        cookieStore: undefined,
        url: withSecrets(server.url),
        httpOpts: { maxRedirects },
      });
      told.expectNoSecret(maxRedirects === 0 ? "HTTP status 302" : something);
    }
  });

  test.each([
    ["no HTTP", `${secret} is not HTTP\r\n\r\n`],
    ["a broken header", `HTTP/1.1 101 Hi\r\nSet-Cookie: sid=${secret}\0\r\n\r\n`],
    ["a broken status", `HTTP/1.1 ${secret}\r\n\r\n`],
    ["too long a header", `HTTP/1.1 200 OK\r\nX-Long: ${secret.repeat(10_000)}\r\n\r\n`],
    ["half a header", `HTTP/1.1 200 OK\r\nSet-Cookie: sid=${secret}`],
    ["no upgrade", answer(101)],
    ["the upgrade to something else", answer(101, "Connection: Upgrade", `Upgrade: ${secret}`)],
    [
      "another key",
      answer(101, "Connection: Upgrade", "Upgrade: websocket", `Sec-WebSocket-Accept: ${secret}`),
    ],
    ["a Close", ""],
  ])("that was answered with %s", async (_, text) => {
    const told = new Told();
    const port = await tcpServer((socket) => {
      socket.on("error", () => {}).once("data", () => socket.end(text));
    });
    await told.life({ ...planted, url: withSecrets(`ws://127.0.0.1:${port}/`) });
    told.expectNoSecret("the opening handshake");
  });

  test.each([
    ["an unwanted subprotocol", `Sec-WebSocket-Protocol: other.${secret}`],
    ["an unwanted extension", `Sec-WebSocket-Extensions: ${secret}; ${secret}=${secret}`],
    ["a broken extension", `Sec-WebSocket-Extensions: permessage-deflate; ${secret}="${secret}"`],
  ])("that was answered with %s", async (_, ...fields) => {
    const told = new Told();
    const url = await upgradingServer(() => {}, ...fields);
    await told.life({ ...planted, url: withSecrets(url), wsOpts: { ...planted.wsOpts, compress: true } });
    told.expectNoSecret("the opening handshake");
  });

  test.each(["fin", "rst"] as const)("that was dropped (%s)", async (how) => {
    const told = new Told();
    const server = await echoServer();
    server.dropAtUpgrade(how);
    await told.life({ ...planted, url: withSecrets(server.url) });
    told.expectNoSecret("ended during the opening handshake");
  });

  test("that found nobody", async () => {
    const told = new Told();
    await told.life({ ...planted, url: withSecrets(`ws://127.0.0.1:${await freePort()}/`) });
    await told.life({ ...planted, url: withSecrets("ws://nowhere.invalid/"), retry: 0 });
    told.expectNoSecret("ECONNREFUSED");
  });

  test.each([
    ["with what speaks none", "server", {}],
    ["with a certificate that is not trusted", "self-signed", {}],
    ["with a certificate of another host", "wrong-host", trusting.tlsOpts],
    ["with a key that cannot be read", "server", { key: secret, cert: pem("client") }],
    ["with a certificate that cannot be read", "server", { cert: secret, key: pem("client-key") }],
    ["with the key of another", "server", { cert: pem("client"), key: pem("server-key") }],
    ["with a store that cannot be read", "server", { pfx: Buffer.from(secret) }],
  ] as const)("whose TLS failed, %s", async (what, name, tlsOpts) => {
    const told = new Told();
    const server = await echoServer(what.endsWith("none") ? {} : { tls: identity(name) });
    const url = withSecrets(server.url.replace(/^wss?:\/\/[^:]+/, "wss://localhost"));
    await told.life({ ...planted, url, tlsOpts: { ...planted.tlsOpts, ...tlsOpts } });
    told.expectNoSecret(/TLS handshake|certificate|tlsOpts cannot be used/);
  });

  test("that ran out of time", async () => {
    const told = new Told();
    const server = await echoServer();
    server.stallAtUpgrade();
    await told.life({ ...planted, url: withSecrets(server.url), httpOpts: { upgradeTimeout: 20 } });
    told.expectNoSecret("upgradeTimeout");
  });

  test.each<[string, object, string]>([
    ["a relative url", { url: () => `/feed?${secret}` }, "cannot be parsed"],
    ["a user and a host", { url: async () => `${secret}:${secret}@host` }, "another scheme"],
    ["a url with a fragment", { url: () => `ws://host/#${secret}` }, "has a fragment"],
    ["a URL of another scheme", { url: () => new URL(`ftp://${secret}@host/?${secret}`) }, "another scheme"],
    ["an object", { url: () => ({ secret }) }, "cannot be parsed"],
    [
      "a header with a line break",
      { headers: () => ({ Authorization: `Bearer ${secret}\r\n` }) },
      "characters",
    ],
    [
      "a header's name with its value",
      { headers: () => ({ [`Authorization: ${secret}`]: "" }) },
      "is no name",
    ],
    ["a header that is no text", { headers: () => ({ Authorization: { secret } }) }, "must be a string"],
    [
      "a subprotocol that is no token",
      { wsOpts: { protocols: () => [`token ${secret}`] } },
      "RFC 9110 tokens",
    ],
    ["a text for tlsOpts", { tlsOpts: () => secret }, "tlsOpts must be an object"],
    ["a key that is none", { tlsOpts: () => ({ key: secret }) }, "tlsOpts cannot be used"],
    [
      "no proxy's url",
      { tcpOpts: { proxy: () => `${secret}:${secret}@host` } },
      "tcpOpts.proxy must be a url",
    ],
    ["a proxy with a path", { tcpOpts: { proxy: () => `http://${secret}@host/${secret}` } }, "no path"],
    ["an object for a proxy", { tcpOpts: { proxy: () => ({ secret }) } }, "must be a url"],
    ["headers as a text", { headers: () => `Authorization: ${secret}` }, "an object of header fields"],
    [
      "a cookie with a line break",
      { cookieStore: cookies(() => `sid=${secret}\r\n`) },
      "string that can be sent",
    ],
    ["a cookie that is no text", { cookieStore: cookies(() => ({ secret })) }, "string that can be sent"],
    ["another header name", { httpOpts: { transformHeaderName: () => secret } }, "the same name"],
    ["no address", { tcpOpts: { lookup: looked(secret) } }, "no IP address"],
    ["a text for a verdict", { shouldRetry: () => secret }, "answered nonsense"],
    ["a text for a plan", { retryFun: () => secret }, "answered nonsense"],
    [
      "an Error for an identity",
      { tlsOpts: { checkServerIdentity: () => secret, ca: pem("authority") } },
      "no Error",
    ],
  ])("whose function gave %s", async (_, options, something) => {
    const told = new Told();
    const server = await echoServer({ tls: identity("server") });
    if (!something.includes("nonsense")) server.behave();
    else server.refuse(503);
    const url = withSecrets(server.url.replace("127.0.0.1", "localhost"));
    await told.life({ ...certain, url, ...options });
    told.expectNoSecret(something);
  });

  test.each<[string, (url: string) => object]>([
    ["a url function", (url) => ({ url: () => new URL(`:${url}`) })],
    ["a headers function", (url) => ({ headers: () => ({ Origin: new URL(`:${url}`).href }) })],
    ["a subprotocols function", (url) => ({ wsOpts: { protocols: () => [new URL(`:${url}`).href] } })],
    ["a tlsOpts function", (url) => ({ tlsOpts: () => ({ servername: new URL(`:${url}`).href }) })],
    ["a proxy function", (url) => ({ tcpOpts: { proxy: () => new URL(`:${url}`) } })],
    ["a cookie store", (url) => ({ cookieStore: cookies(() => new URL(`:${url}`).href) })],
    ["a lookup", (url) => ({ tcpOpts: { lookup: () => void new URL(`:${url}`) } })],
    ["transformHeaderName", (url) => ({ httpOpts: { transformHeaderName: () => new URL(`:${url}`).href } })],
    ["shouldRetry", (url) => ({ shouldRetry: () => new URL(`:${url}`).href })],
    ["onConnect", (url) => ({ onConnect: () => void new URL(`:${url}`) })],
  ])("of which %s took the url for another", async (_, options) => {
    const told = new Told();
    const server = await echoServer({ protocols: ["chat"] });
    const url = withSecrets(server.url.replace("127.0.0.1", "localhost"));
    server.refuse(503, { times: 1 });
    await told.life({ ...planted, url, ...once, retry: 1, ...options(url) }, 1);
    told.expectNoSecret("Invalid URL");
  });
});

function cookies(getCookieString: () => unknown): object {
  return { getCookieString, setCookie() {} };
}

function looked(address: string): object {
  return (_host: string, _options: object, callback: (error: null, address: string) => void) =>
    callback(null, address);
}

describe("nothing secret is told of a proxy", () => {
  const credentials = `${secret}:${secret}@`;
  const url = "ws://127.0.0.1:9/";

  test.each([200, 302, 403, 407, 502])("that answers with %i", async (status) => {
    const told = new Told();
    const headers = Object.fromEntries(secretFields.map((field) => field.split(/: (.*)/).slice(0, 2)));
    const proxy = await connectProxy({ status, headers });
    const tcpOpts = { proxy: `http://${credentials}127.0.0.1:${proxy.port}` };
    await told.life({ ...planted, url: withSecrets(url), tcpOpts });
    told.expectNoSecret(/the proxy 127.0.0.1|127.0.0.1:9 ended/);
  });

  test.each(["http:", "https:", "socks5:", "socks5h:"])(
    "by %s that answers what it should not, or goes",
    async (scheme) => {
      for (const text of [
        `${secret} ${secret}\r\n\r\n`,
        `HTTP/1.1 407 ${secret}\r\nSet-Cookie: a=${secret}\0\r\n\r\n`,
        "",
      ]) {
        const told = new Told();
        const port = await tcpServer((socket) =>
          socket.on("error", () => {}).once("data", () => socket.end(text)),
        );
        const proxy = new URL(`${scheme}//${credentials}127.0.0.1:${port}`);
        await told.life({ ...planted, url: withSecrets(url), tcpOpts: { proxy } });
        await told.life({ ...planted, url: withSecrets(url), tcpOpts: { proxy: proxy.href } });
        told.expectNoSecret("the proxy 127.0.0.1");
      }
    },
  );

  test("that knows us not", async () => {
    const told = new Told();
    const only = { user: "me", password: `not ${secret}` };
    const [socks, http] = await Promise.all([socksProxy({ only }), connectProxy({ only, tls: true })]);
    for (const proxy of [
      `socks5://${credentials}127.0.0.1:${socks.port}`,
      `https://${credentials}localhost:${http.port}`,
    ]) {
      await told.life({ ...certain, url: withSecrets(url), tcpOpts: { proxy } });
    }
    told.expectNoSecret("the proxy localhost");
  });

  test.each(["http", "https"])("by %s: that asks who we are, and is told by proxyHeaders", async (scheme) => {
    const told = new Told();
    const server = await echoServer();
    const ask = { fields: [...secretFields, "Proxy-Authenticate: Digest"], content: secret };
    const proxyHeaders = ({ response }: { readonly response: unknown }) => ({
      "Proxy-Authorization": `Bearer ${secret}`,
      "X-Last": response ? secret : "no",
    });
    for (const isKnown of [true, false]) {
      const isLet = (headers: Readonly<Record<string, unknown>>) => isKnown && headers["x-last"] === secret;
      const proxy = await decidingProxy((headers) => (isLet(headers) ? undefined : ask), {
        tls: scheme === "https",
      });
      const at = `${scheme}://${credentials}localhost:${proxy.port}`;
      for (const given of [
        proxyHeaders,
        async (context: never) => proxyHeaders(context),
        proxyHeaders({ response: 1 }),
      ]) {
        const tcpOpts = { proxy: at, proxyHeaders: given };
        await told.life({ ...certain, url: withSecrets(server.url), tcpOpts }, isKnown ? 1 : 0);
      }
    }
    told.expectNoSecret("it asks for Basic or Digest");
  });

  test.each<[string, unknown, string]>([
    ["a text", () => `X-A: ${secret}`, "an object of header fields"],
    ["a line break", () => ({ "X-A": `${secret}\n` }), "no header field may hold"],
    ["a name with its value", async () => ({ [`X-A: ${secret}`]: "" }), "is no name"],
    ["an object for a value", () => ({ "X-A": { secret } }), "must be a string"],
    ["a url that is none", () => new URL(`:${secret}`) as never, "Invalid URL"],
  ])("whose proxyHeaders gave %s", async (_, proxyHeaders, something) => {
    const told = new Told();
    const proxy = await connectProxy();
    const tcpOpts = { proxy: `http://${credentials}127.0.0.1:${proxy.port}`, proxyHeaders };
    await told.life({ ...planted, url: withSecrets(url), tcpOpts });
    told.expectNoSecret(something);
  });

  test("that is named by the environment", async () => {
    const told = new Told();
    const only = { user: secret, password: secret };
    const [server, proxy] = [await echoServer(), await connectProxy({ only })];
    for (const value of [
      `http://${credentials}127.0.0.1:${proxy.port}`,
      `${credentials}127.0.0.1`,
      `socks://${credentials}host`,
      `${secret}:${secret}`,
    ]) {
      vi.stubEnv("WS_PROXY", value);
      vi.stubEnv("NO_PROXY", "");
      const tcpOpts = { proxy: proxyFromEnv() };
      await told.life(
        { ...planted, url: withSecrets(server.url), tcpOpts },
        value.endsWith(`${proxy.port}`) ? 1 : 0,
      );
    }
    vi.unstubAllEnvs();
    told.expectNoSecret("the tcpOpts.proxy function failed: WS_PROXY must begin with http://");
  });

  test("that leads there", async () => {
    const told = new Told();
    const server = await echoServer();
    const only = { user: secret, password: secret };
    const [socks, http] = await Promise.all([socksProxy({ only }), connectProxy({ only, tls: true })]);
    for (const proxy of [
      `socks5://${credentials}127.0.0.1:${socks.port}`,
      `https://${credentials}localhost:${http.port}`,
    ]) {
      await told.life({ ...certain, url: withSecrets(server.url), tcpOpts: { proxy } }, 1);
    }
    told.expectNoSecret("connect");
  });
});

describe("nothing secret is told of a connection", () => {
  const message = `{"token":"${secret}`;

  test.each(["ws", "wss"])("by %s: that works, is lost, and is closed", async (scheme) => {
    const told = new Told();
    const headers = Object.fromEntries(secretFields.map((field) => field.split(/: (.*)/).slice(0, 2)));
    const server = await echoServer({
      headers,
      protocols: ["chat"],
      ...(scheme === "wss" && { tls: identity("server") }),
    });
    const ways = [
      () => server.drop("fin"),
      () => server.drop("rst"),
      () => server.closeAll(4000),
      () => server.closeAll(1000),
    ];
    for (const end of ways) {
      const lost = async (client: WebSocketClient) => {
        await deliver(client, message).catch((error) => told.hear("deliver()", error));
        await ping(client, Buffer.from("ping")).catch((error) => told.hear("ping()", error));
        told.look(client);
        const gone = new Promise((resolve) => client.once("disconnect", resolve));
        client.send(Buffer.from(message));
        end();
        await gone;
      };
      await told.life({ ...certain, url: withSecrets(server.url) }, 2, lost);
    }
    told.expectNoSecret("ended without a Close frame");
  });

  test.each([
    ["text", message],
    ["bytes", Buffer.from(message)],
    ["a bare secret", secret],
    ["a secret at the end", `[1, 2, 3] ${secret}`],
    ["a long text", `{"a": 1, ${secret.repeat(1000)}`],
  ])("that brings no JSON: %s", async (_, data) => {
    const told = new Told();
    const server = await echoServer();
    const codec = json();
    const listen = (client: WebSocketClient) => {
      const failed = new Promise((resolve) => client.once("error", resolve));
      server.push(data);
      return failed;
    };
    await told.life(
      { ...planted, url: withSecrets(server.url), wsOpts: { codec }, onMessage() {} },
      1,
      listen,
    );
    told.expectNoSecret(/is no JSON/);
  });

  test("whose user parses what is no JSON: the text of the error, its cause is the user's own", async () => {
    const server = await echoServer();
    const texts: string[] = [];
    const told = new Told();
    const parse = (message: unknown) => void JSON.parse(message as string);
    const failed = (client: WebSocketClient) => {
      const error = new Promise((resolve) =>
        client.once("error", ({ message }) => resolve(texts.push(message))),
      );
      server.push(secret);
      return error;
    };
    const options = { url: server.url, onMessage: parse, onError() {}, trace: false };
    await told.life(options, 1, failed);
    expect(texts).toEqual(["onMessage failed: SyntaxError"]);
  });

  test.each<[string, number[]]>([
    ["no text", [0x81, secret.length + 1, ...Buffer.from(secret), 0xff]],
    ["no frame", [0x83, secret.length, ...Buffer.from(secret)]],
    ["too long a ping", [0x89, 126, 0, 200, ...Buffer.from(secret.repeat(14))]],
    ["too much", [0x81, 127, 0, 0, 0, 1, 0, 0, 0, 0, ...Buffer.from(secret)]],
    ["a masked frame", [0x81, 0x80 + secret.length, ...Buffer.from(secret)]],
    ["half a frame", [0x81, 100, ...Buffer.from(secret)]],
    ["a Close of a code that is none", [0x88, 2 + secret.length, 0, 1, ...Buffer.from(secret)]],
  ])("that brings %s", async (_, bytes) => {
    const told = new Told();
    const url = await upgradingServer((socket) => socket.end(Buffer.from(bytes)));
    await told.life({ ...planted, url: withSecrets(url), wsOpts: { userOpts: secret }, ...once });
    told.expectNoSecret(/failed the connection|without a Close frame/);
  });

  test.each([
    ["text", secret],
    ["function", () => secret],
    ["function that gives no message", () => ({ secret }) as never],
  ])("whose peer is dead that was asked by a %s, and what waits is dropped", async (kind, question) => {
    const told = new Told();
    const server = await echoServer();
    const beat = heartbeat({ message: question, interval: 20, timeout: 20, isReply: () => false });
    const isAsked = kind !== "function that gives no message";
    const wsOpts = isAsked ? { heartbeat: beat } : { heartbeat: beat, keepalive: 60 };
    const options = { ...planted, url: withSecrets(server.url), wsOpts };
    const wait = (client: WebSocketClient) => {
      const lost = new Promise((resolve) => client.once("disconnect", resolve));
      server.silence();
      deliver(client, message).catch((error) => told.hear("deliver()", error));
      return lost;
    };
    await told.life({ ...options, ...once }, 1, wait);
    told.expectNoSecret(isAsked ? "did not answer a heartbeat" : "it must give a string");
  });

  test.each(["reject", "drop-oldest", "drop-newest"])("whose queue overflows: %s", async (overflow) => {
    const told = new Told();
    const server = await answeringServer(() => answer(503));
    const sendQueue = { maxMessages: 1, overflow };
    const client = told.client({ ...planted, url: withSecrets(server.url), sendQueue, retry: 0 })!;
    for (const each of [message, Buffer.from(message), message]) {
      told.attempt("send()", () => client.send(each as never));
      deliver(client, each as never, { ttl: 1 }).catch((error) => told.hear("deliver()", error));
    }
    const over = new Promise((resolve) => client.once("close", resolve));
    client.reconnect();
    client.ready().catch((error) => told.hear("ready()", error));
    await over;
    told.expectNoSecret(/the send queue is full|the client ended before/);
  });
});

/** Values of all kinds that can carry a secret to where none belongs. */
const carriers: readonly [string, unknown][] = [
  ["a text", secret],
  ["a text that could be an address", `${secret}:${secret}@host`],
  ["a url", `ftp://${secret}:${secret}@host/?${secret}#${secret}`],
  ["a URL", new URL(`http://${secret}:${secret}@127.0.0.1:9/?${secret}#${secret}`)],
  ["an object", { secret, [secret.slice(0, 5)]: [secret] }],
  ["an array", [secret, { secret }]],
  ["a function", () => secret],
  ["a symbol", Symbol(secret)],
  ["bytes", Buffer.from(secret)],
  ["a map", new Map([[secret, secret]])],
  ["a Headers", new Headers({ Authorization: secret })],
  ["an error", new Error(secret)],
  [
    "what has a method of each name",
    new Proxy({ secret }, { get: (_, name) => (name === "aborted" ? false : () => secret) }),
  ],
];

/** Where a client leads is no secret: these are told as the host of the url is. */
const addresses = ["tcpOpts.path", "tlsOpts.servername", "tlsOpts.host", "tlsOpts.enableTrace"];

function pathsOf(table: DeclarationTable, group = ""): string[] {
  return Object.entries(table).flatMap(([key, declared]: [string, Declaration | DeclarationTable]) =>
    Array.isArray(declared) ? [group + key] : pathsOf(declared as DeclarationTable, `${group}${key}.`),
  );
}

/** What Node's `tls.connect` takes; that it is all of it, the types say. */
const tlsOptions: Readonly<Record<keyof ConnectionOptions, true>> = {
  allowPartialTrustChain: true,
  ALPNCallback: true,
  ALPNProtocols: true,
  ca: true,
  cert: true,
  checkServerIdentity: true,
  ciphers: true,
  clientCertEngine: true,
  crl: true,
  dhparam: true,
  ecdhCurve: true,
  enableTrace: true,
  honorCipherOrder: true,
  host: true,
  key: true,
  lookup: true,
  maxVersion: true,
  minDHSize: true,
  minVersion: true,
  passphrase: true,
  path: true,
  pfx: true,
  port: true,
  privateKeyEngine: true,
  privateKeyIdentifier: true,
  pskCallback: true,
  rejectUnauthorized: true,
  requestCert: true,
  secureContext: true,
  secureOptions: true,
  secureProtocol: true,
  servername: true,
  session: true,
  sessionIdContext: true,
  sessionTimeout: true,
  sigalgs: true,
  SNICallback: true,
  socket: true,
  ticketKeys: true,
  timeout: true,
};

const options = [
  ...pathsOf(nodeDeclarations as unknown as DeclarationTable),
  ...Object.keys(tlsOptions).map((name) => `tlsOpts.${name}`),
].filter((path) => !addresses.includes(path));

/** `{ a: { b: value } }` for `a.b`. */
function given(path: string, value: unknown): Record<string, unknown> {
  return path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Record<
    string,
    unknown
  >;
}

describe("nothing secret is told of an option at the wrong place", () => {
  test.each(options)("%s", async (path) => {
    const told = new Told();
    const server = await echoServer({ tls: identity("server") });
    server.refuse(503, { body: secret });
    for (const [, carrier] of carriers) {
      const url = withSecrets(server.url.replace("127.0.0.1", "localhost"));
      const options: Record<string, unknown> = { url, ...given(path, carrier) };
      if (path.startsWith("tlsOpts."))
        Object.assign(options.tlsOpts as object, path.endsWith(".ca") || trusting.tlsOpts);
      else options.tlsOpts ??= trusting.tlsOpts;
      await told.life({ retry: 0, openTimeout: 2000, ...options });
    }
    told.expectNoSecret();
  });
});

describe("nothing secret is told of an argument at the wrong place", () => {
  test.each(carriers)("%s", async (_, carrier) => {
    const told = new Told();
    const client = told.client({ url: "ws://127.0.0.1:9/" })!;
    const wrong = carrier as never;
    const calls: Readonly<Record<string, () => unknown>> = {
      "send()": () =>
        client.send(typeof carrier === "string" || ArrayBuffer.isView(carrier) ? (5 as never) : wrong),
      "send() with a ttl": () => client.send("", { ttl: wrong }),
      "close()": () => client.close(wrong),
      "close() with a reason": () =>
        client.close(1000, typeof carrier === "string" ? carrier.repeat(20) : wrong),
      "reconnect()": () => client.reconnect(wrong),
      "ping()": () => ping(client, ArrayBuffer.isView(carrier) ? Buffer.from(secret.repeat(20)) : wrong),
      "updateFlow()": () => updateFlow(client, wrong),
      "messages()": () => messages(client, { maxMessages: wrong }),
      "messages() of options": () => messages(client, wrong),
      "endpoints()": () => endpoints(Array.isArray(carrier) ? [5 as never] : wrong),
      "endpoints() of a url": () =>
        told.client({
          url: endpoints(["ws://127.0.0.1:9/", typeof carrier === "function" ? `#${secret}` : wrong]),
        }),
      "endpoints() of an order": () => endpoints(["ws://127.0.0.1:9/"], { order: wrong }),
      "endpoints() of options": () => endpoints(["ws://127.0.0.1:9/"], wrong),
      "heartbeat()": () => heartbeat({ message: "", interval: wrong }),
      "heartbeat() of a message": () =>
        heartbeat({ message: typeof carrier === "string" ? 5 : wrong, interval: 1 } as never),
      "heartbeat() of options": () => heartbeat(wrong),
      "new WebSocket()": () => new WebSocket(typeof carrier === "string" ? carrier : "/", wrong),
      "new WebSocket() of options": () =>
        new WebSocket("ws://127.0.0.1:9/", [], { headers: wrong, transport: wrong }),
    };
    for (const [name, call] of Object.entries(calls)) {
      const result = told.attempt(name, call);
      await Promise.resolve(result).catch((error) => told.hear(name, error));
    }
    told.expectNoSecret();
  });
});
