// Secrets stay secret: whatever becomes of an attempt, none is found in what a client says of it.

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { explain, info, OptionError, printTrace, RefusedError, type Trace } from "@gundam/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { ClientOptions, Diagnostic, WebSocketClient } from "../src/index.ts";
import { WebSocket } from "../src/websocket/index.ts";
import { all, answeringServer, found, head, next, start } from "./connecting.ts";
import { echoServer, tcpServer } from "./dialling.ts";

const secret = /hunter2|aHVudGVyM|Basic [A-Za-z0-9+/=]+|s3ss10n/i;

/** The url with a secret in each part that can hold one. */
function withSecrets(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//hunter2:hunter2@${host}/feed?token=hunter2&page=hunter2`;
}

const secretOptions = {
  headers: {
    Authorization: "Bearer hunter2",
    Cookie: "sid=s3ss10n",
    "Proxy-Authorization": "Basic aHVudGVyMg==",
    "X-Api-Key": "hunter2",
  },
  cookieStore: { getCookieString: () => "stored=s3ss10n", setCookie() {} },
};

/** All that an error says and carries, and its causes. */
function wordsOf(error: unknown): string[] {
  if (!(error instanceof Error)) return error === undefined ? [] : [String(error)];
  // The response's headers are what those see whole whom the client itself tells.
  const { headers: _, value: _v, ...carried } = error as Error & { headers?: unknown; value?: unknown };
  const facts = Object.values(carried).map((fact) =>
    fact instanceof Uint8Array ? String(fact) : inspect(fact),
  );
  return [error.message, String(error), error.stack ?? "", ...facts, ...wordsOf(error.cause)];
}

/** Runs a client until it is over, or has opened so often, and returns all that it said. */
async function wordsOfLife(options: ClientOptions, connections = 0, prepare = () => {}): Promise<string> {
  const words: string[] = [];
  const printed = vi.spyOn(console, "error").mockImplementation((line) => void words.push(String(line)));
  const warned = vi
    .spyOn(process, "emitWarning")
    .mockImplementation((warning) => void words.push(...wordsOf(warning)));
  onTestFinished(() => {
    printed.mockRestore();
    warned.mockRestore();
  });
  for (const trace of [true, printTrace as Trace]) {
    prepare();
    const client: WebSocketClient = start({ retry: 1, ...secretOptions, ...options, trace });
    client.on("error", (error) => words.push(...wordsOf(error)));
    for (let i = 0; i < connections; i++) {
      await next(client, "connect");
      words.push(JSON.stringify(info(client)));
    }
    if (connections > 0) void client.close();
    const { reason, error } = await next(client, "close");
    words.push(reason, ...wordsOf(error), ...wordsOf(client.lastError), JSON.stringify(info(client)));
    words.push(String(explain(client)), JSON.stringify(explain(client)));
  }
  return words.join("\n");
}

/** None of it is secret, and it does say something. */
function expectNoSecret(words: string, something: string | RegExp): void {
  expect(words).toMatch(something);
  const found = words.split("\n").filter((line) => secret.test(line));
  expect(found).toEqual([]);
}

describe("of an attempt that", () => {
  test("was refused", async () => {
    const server = await answeringServer(() => head(503, "Set-Cookie: sid=s3ss10n", "X-Token: hunter2"));
    expectNoSecret(await wordsOfLife({ url: withSecrets(server.url) }), "HTTP status 503");
  });

  test("was redirected, and refused there", async () => {
    const server = await answeringServer(({ url }) =>
      url.startsWith("/feed") ? found("/next?code=hunter2", "Set-Cookie: sid=s3ss10n") : head(404),
    );
    const words = await wordsOfLife({ url: withSecrets(server.url), httpOpts: { maxRedirects: 3 } });
    expectNoSecret(words, "HTTP status 404");
  });

  test.each(["ws://hunter2:hunter2@[/?hunter2", "/feed?token=hunter2&page=hunter2", "hunter2://hunter2"])(
    "was redirected to %s, which is not followed",
    async (location) => {
      const server = await answeringServer(() => found(location));
      const words = await wordsOfLife({ url: withSecrets(server.url), httpOpts: { maxRedirects: 3 } });
      expectNoSecret(words.replaceAll("hunter2: url", ""), "the redirect was not followed");
    },
  );

  test.each(["fin", "rst"] as const)("was dropped (%s) in the middle of the upgrade", async (how) => {
    const server = await echoServer();
    server.dropAtUpgrade(how);
    expectNoSecret(await wordsOfLife({ url: withSecrets(server.url) }), "ended during the opening handshake");
  });

  test.each([
    ["garbage", "hunter2 is not HTTP\r\n\r\n"],
    ["a broken header", "HTTP/1.1 101 Hi\r\nSet-Cookie: sid=s3ss10n\0\r\n\r\n"],
  ])("was answered with %s", async (_, answer) => {
    const port = await tcpServer((socket) => socket.once("data", () => socket.end(answer)));
    expectNoSecret(
      await wordsOfLife({ url: withSecrets(`ws://127.0.0.1:${port}/`) }),
      "the opening handshake with",
    );
  });

  test("found nobody", async () => {
    const server = await echoServer();
    server.goAway();
    expectNoSecret(await wordsOfLife({ url: withSecrets(server.url) }), "ECONNREFUSED");
    expectNoSecret(
      await wordsOfLife({ url: withSecrets("ws://nowhere.invalid/"), retry: 0 }),
      "nowhere.invalid",
    );
  });

  test("was to speak TLS", async () => {
    const server = await echoServer();
    const url = withSecrets(server.url.replace("ws:", "wss:"));
    expectNoSecret(await wordsOfLife({ url }), "TLS handshake");
  });

  test("ran out of time", async () => {
    const server = await echoServer();
    server.stallAtUpgrade();
    const words = await wordsOfLife({ url: withSecrets(server.url), httpOpts: { upgradeTimeout: 50 } });
    expectNoSecret(words, "upgradeTimeout");
  });

  test.each<[string, (url: string) => Partial<ClientOptions>]>([
    [
      "a cookie store",
      () => ({ cookieStore: { getCookieString: (url) => new URL(`:${url}`).href, setCookie() {} } }),
    ],
    [
      "an async cookie store",
      () => ({ cookieStore: { getCookieString: async (url) => new URL(`:${url}`).href, setCookie() {} } }),
    ],
    ["a lookup", (url) => ({ tcpOpts: { lookup: () => void new URL(`:${url}`) } })],
    ["transformHeaderName", (url) => ({ httpOpts: { transformHeaderName: () => new URL(`:${url}`).href } })],
  ])("asked %s that took the url for another", async (_, options) => {
    const server = await answeringServer();
    const url = withSecrets(server.url.replace("127.0.0.1", "localhost"));
    expectNoSecret(await wordsOfLife({ url, ...options(url) }), "Invalid URL");
  });

  test("was answered by a proxy with a broken header", async () => {
    const port = await tcpServer((socket) =>
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nSet-Cookie: sid=s3ss10n\0\r\n\r\n")),
    );
    const tcpOpts = { proxy: `http://hunter2:hunter2@127.0.0.1:${port}` };
    expectNoSecret(
      await wordsOfLife({ url: withSecrets("ws://127.0.0.1:9/"), tcpOpts }),
      "does it speak HTTP",
    );
  });

  test("had a url or headers that cannot be used", async () => {
    const server = await echoServer();
    const url = withSecrets(server.url);
    expectNoSecret(await wordsOfLife({ url: () => `${url}#hunter2` }), "it has a fragment");
    expectNoSecret(await wordsOfLife({ url, headers: () => ({ "X-Key": "hunter2\r\n" }) }), "X-Key");
    const cookieStore = { getCookieString: () => "sid=s3ss10n\r\n", setCookie() {} };
    expectNoSecret(await wordsOfLife({ url, cookieStore }), "getCookieString");
  });
});

test("of connections that worked, were lost and closed", async () => {
  const server = await echoServer({ headers: { "Set-Cookie": "sid=s3ss10n", "X-Session-Token": "hunter2" } });
  const options = { url: withSecrets(server.url), retry: 5 };
  for (const how of ["fin", "rst"] as const) {
    const words = await wordsOfLife(options, 2, () => server.dropAtOpen(how, { times: 1 }));
    expectNoSecret(words, /"set-cookie":"\*\*\*"/);
    expect(words).toContain("ws://***@127.0.0.1");
    expect(words).toContain("/feed?***");
  }
});

describe("of responses, observers see", () => {
  const fields = {
    "Set-Cookie": "sid=s3ss10n",
    "WWW-Authenticate": 'Digest nonce="hunter2"',
    "Proxy-Authenticate": "Basic aHVudGVyMg==",
    "Proxy-Authorization": "Basic aHVudGVyMg==",
    Authorization: "Bearer hunter2",
    "X-Api-Key": "hunter2",
    Location: "/next?code=hunter2",
    Server: "visible",
  };

  /** What a trace function and a subscriber of the channels get of a client that is refused, opens and is closed. */
  async function observed() {
    const server = await echoServer({ headers: fields });
    server.refuse(503, { headers: fields, times: 1 });
    const traced: unknown[] = [];
    const published: unknown[] = [];
    const listen = (message: unknown) => void published.push((message as Diagnostic).detail);
    for (const type of ["connect", "error", "phase", "close"]) subscribe(`gundam:${type}`, listen);
    onTestFinished(() => {
      for (const type of ["connect", "error", "phase", "close"]) unsubscribe(`gundam:${type}`, listen);
    });
    const client = start({ url: server.url, trace: ({ detail }) => void traced.push(detail) });
    const raw = all(client, "connect");
    const [error] = await Promise.all([next(client, "error"), next(client, "connect")]);
    await client.close();
    return { traced, published, raw: [error, ...raw] };
  }

  test("no secret value, in a trace or on a diagnostics channel", async () => {
    const { traced, published } = await observed();
    for (const details of [traced, published]) {
      const shown = details.flatMap((detail) => {
        const { headers, error } = detail as { headers?: Headers; error?: { headers?: Headers } };
        const lines: string[] = [inspect(detail)];
        for (const each of [headers, error?.headers]) {
          each?.forEach((value, name) => void lines.push(`${name}: ${value}`));
          lines.push(String(each?.get("set-cookie")), String(each?.get("location")));
        }
        return lines;
      });
      expectNoSecret(shown.join("\n"), "server: visible");
      expect(shown).toEqual(expect.arrayContaining(["set-cookie: ***", "location: /next?***"]));
    }
  });

  test("the same errors as everybody, of the same class", async () => {
    const { traced, raw } = await observed();
    const error = traced.find((detail) => detail instanceof RefusedError)!;
    expect(error).toMatchObject({ code: "ERR_REFUSED", status: 503, message: raw[0].message });
    expect((error as Error).stack).toBe(raw[0].stack);
    expect(String(error)).toBe(String(raw[0]));
  });

  test("what those who are told by the client itself see whole", async () => {
    const { raw } = await observed();
    expect(raw.map(({ headers }) => headers.get("set-cookie"))).toEqual(["sid=s3ss10n", "sid=s3ss10n"]);
  });
});

test("of messages that were dropped", async () => {
  const lines: string[] = [];
  const printed = vi.spyOn(console, "error").mockImplementation((line) => void lines.push(String(line)));
  onTestFinished(() => printed.mockRestore());
  const server = await echoServer();
  const client = start({
    url: server.url,
    trace: true,
    sendQueue: { maxMessages: 0, overflow: "drop-newest" },
  });
  client.send("hunter2");
  client.send(new TextEncoder().encode("hunter22"));
  await client.ready();
  expectNoSecret(lines.join("\n"), '"type":"drop"');
  expect(lines.join("\n")).toMatch(/"text","bytes":7.*"binary","bytes":8/s);
});

test.each<[string, object]>([
  ["url", { url: "ws://hunter2:hunter2@host/?hunter2#hunter2" }],
  ["url", { url: "ftp://hunter2:hunter2@host/?hunter2" }],
  ["headers", { headers: { "X-Key": "hunter2\r\n" } }],
  ["transport", { url: "wss://hunter2:hunter2@host/?hunter2", transport: "tcp" }],
])("of options that cannot work: %s", (option, options) => {
  const attempt = () => start({ url: "ws://127.0.0.1:9/", ...options });
  expect(attempt).toThrow(OptionError);
  try {
    attempt();
  } catch (error) {
    expect((error as OptionError).option).toBe(option);
    expectNoSecret(wordsOf(error).join("\n"), option);
  }
});

test.each<[string, string | URL, string | string[]]>([
  ["a url that is none", "wss://hunter2:hunter2@[/?hunter2", []],
  ["a short one", "//u:hunter2@h", []],
  ["a url with a fragment", "wss://hunter2:hunter2@host/?hunter2#hunter2", []],
  ["a url of another scheme", new URL("ftp://hunter2:hunter2@host/?hunter2"), []],
  ["a subprotocol that is none", "wss://host/", ["bearer hunter2"]],
  ["a subprotocol that is there twice", "wss://host/", ["hunter2", "hunter2"]],
])("of a WebSocket that was to have %s", (_, url, protocols) => {
  const construct = () => new WebSocket(url, protocols);
  expect(construct).toThrow(DOMException);
  try {
    construct();
  } catch (error) {
    expectNoSecret(wordsOf(error).join("\n"), "new WebSocket(): the ");
  }
});
