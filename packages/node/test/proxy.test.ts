// The proxy phase: CONNECT over http and https, SOCKS5 with the name looked up here or there; credentials, and every way
// in which a proxy can refuse or fail.

import type { LookupFunction } from "node:net";
import { inspect } from "node:util";
import { ConnectError, type Failure, type OptionError, TlsError } from "@gundam/core";
import { describe, expect, test, vi } from "vitest";
import { info } from "../src/index.ts";
import { next, start } from "./connecting.ts";
import { dial, echoServer, identity, open, pem, tcpServer } from "./dialling.ts";
import { connectProxy, socksProxy } from "./proxies.ts";

const trust = { tlsOpts: { ca: pem("authority") } };
const alice = { user: "alice", password: "p@ss:word/%" };
const userinfo = "alice:p%40ss%3Aword%2F%25@";

const phasesOf = ({ listener }: ReturnType<typeof dial>) => listener.all("phase").map(({ phase }) => phase);

const through = (proxy: string | URL) => ({ tcpOpts: { proxy } });

/** Echoes one message through the proxy. */
async function echo(url: string, options: object): Promise<ReturnType<typeof dial>> {
  const dialled = await open(url, options);
  dialled.transport.send("hello");
  expect(await dialled.listener.next("message")).toBe("hello");
  return dialled;
}

/** How an attempt through this proxy fails. Nothing that is told shows the password. */
async function failure(proxy: string, options: object = {}, url = "ws://target.example/"): Promise<Failure> {
  const { listener } = dial(url, { ...options, ...through(proxy) });
  const lost = await listener.next("lost");
  expect(inspect(lost, { depth: 10 })).not.toMatch(/p@ss|p%40ss|secret/);
  return lost;
}

describe("CONNECT", () => {
  test.each(["http", "https"] as const)("leads to ws: and wss: servers over %s", async (scheme) => {
    const proxy = await connectProxy({ tls: scheme === "https" });
    const options = { ...trust, ...through(`${scheme}://localhost:${proxy.port}`) };
    const plain = await echoServer();
    const secure = await echoServer({ tls: identity("server") });
    expect(phasesOf(await echo(plain.url, options))).toEqual(["lookup", "tcp", "proxy", "upgrade"]);
    expect(phasesOf(await echo(secure.url, options))).toEqual(["lookup", "tcp", "proxy", "tls", "upgrade"]);
    expect(proxy.destinations).toEqual([`127.0.0.1:${plain.port}`, `localhost:${secure.port}`]);
    expect(proxy.headers[0]).toMatchObject({ host: `127.0.0.1:${plain.port}` });
    expect(proxy.headers[0]).not.toHaveProperty("proxy-authorization");
    expect(secure.record.upgrades[0]!.headers.host).toBe(`localhost:${secure.port}`);
  });

  test("the phase has no timeout of its own", async () => {
    const proxy = await connectProxy();
    const server = await echoServer();
    const { listener } = await open(server.url, {
      connectTimeout: 1000,
      ...through(`http://127.0.0.1:${proxy.port}/`),
    });
    expect(listener.all("phase").slice(0, 2)).toEqual([
      { phase: "tcp", timeout: 1000, option: "connectTimeout" },
      { phase: "proxy", timeout: undefined, option: undefined },
    ]);
  });

  test("port 0 is asked for as port 0", async () => {
    const proxy = await connectProxy({ status: 403 });
    await failure(`http://127.0.0.1:${proxy.port}`, {}, "ws://target.example:0/");
    expect(proxy.destinations).toEqual(["target.example:0"]);
  });

  test("an IPv6 address has brackets", async () => {
    const proxy = await connectProxy();
    const server = await echoServer({ host: "::1" });
    await echo(server.url, through(`http://127.0.0.1:${proxy.port}`));
    expect(proxy.destinations).toEqual([`[::1]:${server.port}`]);
  });

  test.each(["http", "https"] as const)("the url's userinfo are the credentials over %s", async (scheme) => {
    const proxy = await connectProxy({ only: alice, tls: scheme === "https" });
    const server = await echoServer({ tls: identity("server") });
    const url = new URL(`${scheme}://${userinfo}localhost:${proxy.port}`);
    await echo(server.url, { ...trust, ...through(url) });
    // They are for the proxy alone.
    expect(JSON.stringify(server.record.upgrades[0]!.headers)).not.toMatch(/authorization/);
  });

  test("bytes that come with the answer belong to the target", async () => {
    const port = await tcpServer((socket) => {
      socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 403 Forbidden\r\n\r\n"));
    });
    expect(await failure(`http://127.0.0.1:${port}`)).toMatchObject({ kind: "response", status: 403 });
  });

  test.each([
    [407, "check the user and the password in tcpOpts.proxy"],
    [403, "it does not let us go there; ask who runs it, for many let nobody go to another port than 443"],
    [502, "it found no way there; check the url, and whether the server runs"],
    [503, "it found no way there; check the url, and whether the server runs"],
    [504, "nobody answered it there; check the url, and whether the server runs"],
    [500, "is it an HTTP proxy?"],
    [404, "is it an HTTP proxy?"],
    [302, "is it an HTTP proxy?"],
  ])("status %i is the proxy's refusal", async (status, toDo) => {
    const proxy = await connectProxy({ status, headers: { "Retry-After": "7" } });
    const lost = await failure(`http://me:secret@127.0.0.1:${proxy.port}`);
    // That it is no answer of the server's, its kind says.
    expect(lost).toMatchObject({ kind: "proxy", phase: "proxy", status, retryAfter: 7000, byUs: false });
    expect(lost.error).toBeInstanceOf(ConnectError);
    expect(lost.error).toMatchObject({ phase: "proxy" });
    expect(lost.error.message).toContain(
      `the proxy 127.0.0.1:${proxy.port} refused to connect us to target.example:80 (${status} `,
    );
    expect(lost.error.message).toContain(toDo);
  });

  test("status 403 is not about the port where that is 443", async () => {
    const proxy = await connectProxy({ status: 403 });
    const lost = await failure(`http://127.0.0.1:${proxy.port}`, {}, "wss://target.example/");
    expect(lost.error.message).toMatch(/ask who runs it$/);
  });

  const page = "<html>Welcome to our hotel</html>";
  test.each([
    ["ws", "proxy", "does not speak HTTP"],
    ["wss", "network", "does not speak TLS"],
  ])(
    "a captive portal in the place of a proxy, which answers with a page of its own: %s",
    async (scheme, kind, text) => {
      const port = await tcpServer((socket) => {
        const head = `HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: ${page.length}`;
        socket.once("data", () => socket.write(`${head}\r\n\r\n${page}`));
      });
      const lost = await failure(`http://127.0.0.1:${port}`, {}, `${scheme}://target.example/`);
      expect(lost.error.message).toContain(
        `target.example:${scheme === "ws" ? 80 : 443} through the proxy 127.0.0.1:${port} (which answered with a web page: is it a captive portal?)`,
      );
      expect(lost.error.message).toContain(text);
      // Once somebody has logged in, there is a way.
      expect(lost.kind).toBe(kind);
    },
  );

  test("what comes behind a proxy is said to", async () => {
    const proxy = await connectProxy();
    const server = await echoServer();
    server.dropAtUpgrade("fin");
    const lost = await failure(`http://127.0.0.1:${proxy.port}`, {}, server.url);
    expect(lost.error.message).toContain(
      `the connection to 127.0.0.1:${server.port} through the proxy 127.0.0.1:${proxy.port} ended during the opening handshake`,
    );
  });

  test("407 to nobody asks for credentials, and to the wrong ones to check them", async () => {
    const proxy = await connectProxy({ only: alice });
    const nobody = await failure(`http://127.0.0.1:${proxy.port}`);
    expect(nobody.error.message).toContain(
      "(407 Proxy Authentication Required): give a user and a password in",
    );
    const mallory = await failure(`http://mallory:secret@127.0.0.1:${proxy.port}`);
    expect(mallory.error.message).toContain("(407 Proxy Authentication Required): check the user and the");
  });

  test("the certificate of an https: proxy is verified, whatever the target's may be", async () => {
    const proxy = await connectProxy({ tls: "wrong-host" });
    const url = `https://localhost:${proxy.port}`;
    const lax = {
      tlsOpts: { ca: pem("authority"), rejectUnauthorized: false, servername: "elsewhere.example" },
    };
    for (const options of [trust, lax]) {
      const lost = await failure(url, options);
      expect(lost).toMatchObject({ kind: "certificate", phase: "proxy", byUs: true });
      expect(lost.error).toBeInstanceOf(TlsError);
      expect(lost.error.message).toContain(
        `the certificate of the proxy localhost:${proxy.port} was rejected`,
      );
      expect(lost.error.message).toContain("check tcpOpts.proxy");
    }
    expect(proxy.destinations).toEqual([]);
  });

  test("the target's certificate is verified through a proxy too", async () => {
    const proxy = await connectProxy();
    const server = await echoServer({ tls: identity("wrong-host") });
    const lost = await failure(`http://127.0.0.1:${proxy.port}`, trust, server.url);
    expect(lost).toMatchObject({ kind: "certificate", phase: "tls" });
  });

  test("an https: proxy that speaks no TLS", async () => {
    const proxy = await connectProxy();
    const lost = await failure(`https://127.0.0.1:${proxy.port}`);
    expect(lost).toMatchObject({ kind: "proxy", phase: "proxy", byUs: false });
  });
});

describe("SOCKS5", () => {
  test.each(["ws", "wss"] as const)(
    "socks5h: leaves the lookup of a %s: url to the proxy",
    async (scheme) => {
      const proxy = await socksProxy();
      const server = await echoServer(scheme === "wss" ? { tls: identity("server") } : {});
      const url = `${scheme}://localhost:${server.port}/`;
      const dialled = await echo(url, { ...trust, ...through(`socks5h://127.0.0.1:${proxy.port}`) });
      expect(phasesOf(dialled).slice(0, 2)).toEqual(["tcp", "proxy"]);
      expect(proxy.types).toEqual(["name"]);
      expect(proxy.destinations).toEqual([`localhost:${server.port}`]);
    },
  );

  test.each(["ws", "wss"] as const)("socks5: looks the name of a %s: url up here", async (scheme) => {
    const proxy = await socksProxy();
    const server = await echoServer(scheme === "wss" ? { tls: identity("server") } : {});
    const url = `${scheme}://localhost:${server.port}/`;
    const dialled = await echo(url, { ...trust, ...through(`socks5://localhost:${proxy.port}`) });
    // The target's name, then the proxy's.
    expect(phasesOf(dialled).slice(0, 4)).toEqual(["lookup", "lookup", "tcp", "proxy"]);
    expect(proxy.types).toEqual(["IPv4"]);
    expect(proxy.destinations).toEqual([`127.0.0.1:${server.port}`]);
  });

  test("tcpOpts.lookup and family are asked for the target", async () => {
    const proxy = await socksProxy();
    const server = await echoServer({ host: "::1" });
    const lookup = vi.fn((_hostname, _options, callback) => callback(null, [{ address: "::1", family: 6 }]));
    const tcpOpts = { proxy: `socks5://127.0.0.1:${proxy.port}`, lookup, family: 6 };
    await echo(`ws://here.invalid:${server.port}/`, { tcpOpts });
    expect(lookup.mock.calls[0]!.slice(0, 2)).toEqual(["here.invalid", { family: 6, hints: 0, all: true }]);
    expect(proxy.types).toEqual(["IPv6"]);
  });

  test("of several addresses, the proxy is told one: an IPv4 one if there is any", async () => {
    const proxy = await socksProxy();
    const server = await echoServer();
    const lookup: LookupFunction = (_hostname, _options, callback) =>
      callback(null, [
        { address: "::1", family: 6 },
        { address: "127.0.0.1", family: 4 },
      ]);
    const tcpOpts = { proxy: `socks5://127.0.0.1:${proxy.port}`, lookup };
    await echo(`ws://here.invalid:${server.port}/`, { tcpOpts });
    expect(proxy.destinations).toEqual([`127.0.0.1:${server.port}`]);
  });

  test("a target that cannot be looked up here", async () => {
    const proxy = await socksProxy();
    const lost = await failure(`socks5://127.0.0.1:${proxy.port}`, {}, "ws://nowhere.invalid/");
    expect(lost).toMatchObject({ kind: "network", phase: "lookup" });
    expect(lost.error.message).toContain("could not look up nowhere.invalid");
  });

  test("an own lookup that fails at once is told when dial has returned", async () => {
    const lookup: LookupFunction = (_hostname, _options, callback) => callback(new Error("not today"), "");
    const tcpOpts = { proxy: "socks5://127.0.0.1:9", lookup };
    const { listener } = dial("ws://here.invalid/", { tcpOpts });
    const { phase, error } = await listener.next("lost");
    expect([phase, error.cause]).toEqual(["lookup", new Error("not today")]);
  });

  test("the url's userinfo are the credentials", async () => {
    const proxy = await socksProxy({ only: alice });
    const server = await echoServer();
    await echo(server.url, through(`socks5h://${userinfo}127.0.0.1:${proxy.port}`));
  });

  test.each([
    ["no credentials", ""],
    ["the wrong ones", "mallory:secret@"],
  ])("a proxy that wants credentials and gets %s", async (_, wrong) => {
    const proxy = await socksProxy({ only: alice });
    const lost = await failure(`socks5h://${wrong}127.0.0.1:${proxy.port}`);
    expect(lost).toMatchObject({ kind: "proxy", phase: "proxy", byUs: false });
    expect(lost.error).toBeInstanceOf(ConnectError);
    expect(lost.error.message).toContain("check tcpOpts.proxy, and the user and the password in it");
  });

  test.each([
    [2, "NotAllowed"],
    [5, "ConnectionRefused"],
  ])("reply %i is the proxy's refusal", async (reply, name) => {
    const proxy = await socksProxy({ reply });
    const { kind, error } = await failure(`socks5h://me:secret@127.0.0.1:${proxy.port}`);
    expect(kind).toBe("proxy");
    expect(error.message).toContain(
      `the proxy 127.0.0.1:${proxy.port} did not connect us to target.example:80 (`,
    );
    expect(error.message).toContain(name);
  });

  test("a host name that is too long for SOCKS", async () => {
    const proxy = await socksProxy();
    const url = `ws://${"a".repeat(256)}.example/`;
    const { kind, error } = await failure(`socks5h://me:secret@127.0.0.1:${proxy.port}`, {}, url);
    expect(kind).toBe("proxy");
    expect(error.message).toContain("An invalid destination host was provided");
  });
});

describe.each(["http", "https", "socks5", "socks5h"])("a %s: proxy that fails", (scheme) => {
  test.each([
    ["answers garbage", "garbage, garbage\r\n\r\n"],
    ["ends TCP", undefined],
  ])("and %s", async (_, answer) => {
    const port = await tcpServer((socket) => {
      socket.once("data", () => (answer === undefined ? socket.end() : socket.write(answer)));
    });
    const lost = await failure(`${scheme}://127.0.0.1:${port}`, {}, "ws://127.0.0.2/");
    expect(lost).toMatchObject({ kind: "proxy", phase: "proxy", byUs: false });
    expect(lost.error.message).toContain(`127.0.0.1:${port}`);
    expect(lost.error.message).toContain("tcpOpts.proxy");
  });

  test("and is mute: connectTimeout bounds it, and nothing is left", async () => {
    let letGo = () => {};
    const gone = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const port = await tcpServer((socket) => socket.resume().on("close", letGo));
    const client = start({
      url: "ws://127.0.0.2/",
      connectTimeout: 300,
      retry: 0,
      tcpOpts: { proxy: `${scheme}://127.0.0.1:${port}` },
    });
    const phases: string[] = [];
    client.on("phase", ({ phase }) => phases.push(phase));
    const error = await next(client, "error");
    expect(error).toMatchObject({ code: "ERR_TIMEOUT", phase: "proxy", timeout: 300 });
    expect(error.message).toContain("connectTimeout");
    expect(phases.at(-1)).toBe("proxy");
    await gone;
  });

  test("for it is at port 0, where nobody can be", async () => {
    const lost = await failure(`${scheme}://127.0.0.1:0`, {}, "ws://127.0.0.2/");
    expect(lost).toMatchObject({ kind: "network", phase: "tcp" });
    expect(lost.error.message).toContain("could not connect to the proxy 127.0.0.1:0 (");
  });

  test("and cannot be reached", async () => {
    const server = await echoServer();
    server.goAway();
    const lost = await failure(`${scheme}://127.0.0.1:${server.port}`, {}, "ws://127.0.0.2/");
    expect(lost).toMatchObject({ kind: "network", phase: "tcp" });
    expect(lost.error.message).toBe(
      `could not connect to the proxy 127.0.0.1:${server.port} (ECONNREFUSED): nothing listens there; check tcpOpts.proxy and that the server runs`,
    );
  });
});

describe("on the reconnect", () => {
  test.each([
    ["http", () => connectProxy({ only: alice })],
    ["https", () => connectProxy({ only: alice, tls: true })],
    ["socks5", () => socksProxy({ only: alice })],
    ["socks5h", () => socksProxy({ only: alice })],
  ] as const)("a %s: proxy leads there again", async (scheme, startProxy) => {
    const proxy = await startProxy();
    const server = await echoServer({ tls: identity("server") });
    const client = start({
      url: server.url,
      ...trust,
      tcpOpts: { proxy: `${scheme}://${userinfo}localhost:${proxy.port}` },
    });
    await next(client, "connect");
    server.drop("rst");
    await next(client, "connect");
    expect(proxy.destinations).toHaveLength(2);
    const message = next(client, "message");
    client.send("again");
    await message;
    expect(info(client)).toMatchObject({ tls: { sessionReused: true } });
    await client.close();
  });

  test("a callback may return another proxy", async () => {
    const proxies = [await connectProxy(), await socksProxy()];
    const server = await echoServer();
    const client = start({
      url: server.url,
      tcpOpts: { proxy: `http://127.0.0.1:${proxies[0]!.port}` },
      onDisconnect: (_, state) => ({
        ...state,
        openOpts: { ...state.openOpts, tcpOpts: { proxy: `socks5://127.0.0.1:${proxies[1]!.port}` } },
      }),
    });
    await next(client, "connect");
    server.drop();
    await next(client, "connect");
    expect(proxies.map(({ destinations }) => destinations.length)).toEqual([1, 1]);
    await client.close();
  });
});

describe("the option", () => {
  const refusal = (tcpOpts: object): OptionError => {
    try {
      start({ url: () => "ws://target.example/", tcpOpts });
    } catch (error) {
      return error as OptionError;
    }
    throw new Error("it was accepted");
  };

  test.each([
    ["", "must be a url"],
    ["proxy.example", "must be a url"],
    ["http://", "must be a url"],
    ["socks5://", "must be a url"],
    ["proxy.example:3128", "must be a url"],
    ["socks4://me:secret@proxy.example", "must begin with http://, https://, socks5:// or socks5h://"],
    ["ftp://me:secret@proxy.example", "must begin with"],
    ["http://me:secret@proxy.example/path", "must end after the port"],
    ["socks5://me:secret@proxy.example?query", "must end after the port"],
    ["http://me:secret@proxy.example#fragment", "must end after the port"],
    ["http://me:secret%@proxy.example", "write % as %25"],
    ["http://me%3A:secret@proxy.example", "a colon"],
    [`socks5://me:${"secret".repeat(43)}@proxy.example`, "too long for SOCKS"],
  ])("cannot be %j", (proxy, text) => {
    const error = refusal({ proxy });
    expect(error).toMatchObject({ code: "ERR_OPTION", option: "tcpOpts.proxy", value: undefined });
    expect(error.message).toContain(text);
    expect(error.message).not.toContain("secret");
  });

  test("is of another type", () => {
    expect(refusal({ proxy: 3128 }).message).toBe(
      "tcpOpts.proxy must be a url, as a string or a URL, or a function, not 3128",
    );
  });

  test.each([{ host: "proxy.example", auth: "me:secret" }, ["http://me:secret@proxy.example"]])(
    "cannot be an object that is no URL: %j",
    (proxy) => {
      const error = refusal({ proxy });
      expect(error.message).toContain("tcpOpts.proxy must be a url, such as ");
      expect(inspect(error)).not.toContain("secret");
    },
  );

  test.each(["http://proxy.example", () => "http://proxy.example"])(
    "does not go with a unix socket: %s",
    (proxy) => {
      const error = refusal({ proxy, path: "/run/socket" });
      expect(error.message).toContain("tcpOpts.path");
    },
  );
});
