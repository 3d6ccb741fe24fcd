// Sessions from one connection to the next: resumed where whoever is at the other end was verified before under the
// very same conditions, and nowhere else.

import net, { type Socket } from "node:net";
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect as connectTls,
  createSecureContext,
} from "node:tls";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { info, type RequestContext } from "../src/index.ts";
import { createTransportDial } from "../src/node-transport.ts";
import { answeringServer, next, start } from "./connecting.ts";
import { type Dialled, dial, echoServer, identity, pem, tcpServer } from "./dialling.ts";
import { connectProxy } from "./proxies.ts";

const trust = (): ConnectionOptions => ({ ca: pem("authority") });

/** One client's connections. */
function client() {
  const own = createTransportDial();
  const attempt = (url: string, tlsOpts: ConnectionOptions, options: object = {}): Dialled =>
    dial(url, { tlsOpts, ...options }, {}, own);
  return {
    attempt,
    /** Opens a connection and lets it go. Tells whether a session was resumed. */
    async resumes(url: string, tlsOpts: ConnectionOptions, options: object = {}): Promise<boolean> {
      const { transport, listener } = attempt(url, tlsOpts, options);
      await listener.next("opened");
      const { tls } = transport.info() as { tls: { sessionReused: boolean } };
      transport.abandon();
      listener.abandoned();
      return tls.sessionReused;
    },
  };
}

describe.each(["TLSv1.2", "TLSv1.3"] as const)("%s", (version) => {
  const tls = { ...identity("server"), minVersion: version, maxVersion: version };

  test("a client that reconnects resumes its session, time after time", async () => {
    const server = await echoServer({ tls });
    const { resumes } = client();
    const tlsOpts = trust();
    expect(await resumes(server.url, tlsOpts)).toBe(false);
    expect(await resumes(server.url, tlsOpts)).toBe(true);
    expect(await resumes(server.url, tlsOpts)).toBe(true);
  });

  test("the whole client too, and what it tells stays true", async () => {
    const server = await echoServer({ tls });
    const whole = start({ url: server.url, tlsOpts: trust() });
    await next(whole, "connect");
    const facts = { protocol: version, authorized: true };
    expect(info(whole)).toMatchObject({ tls: { ...facts, sessionReused: false } });
    server.drop();
    await next(whole, "connect");
    expect(info(whole)).toMatchObject({ tls: { ...facts, sessionReused: true } });
    await whole.close();
  });

  test.each([
    ["the same options", trust(), true],
    ["others each time", undefined, false],
  ])("a function that gives %s", async (_, same, sessionReused) => {
    const server = await echoServer({ tls });
    const urls: string[] = [];
    const tlsOpts = async ({ url }: RequestContext) => {
      urls.push(url);
      return same ?? trust();
    };
    const whole = start({ url: server.url, tlsOpts });
    await next(whole, "connect");
    server.drop();
    await next(whole, "connect");
    expect(info(whole)).toMatchObject({ tls: { authorized: true, sessionReused } });
    expect(urls).toEqual([whole.state.uri, whole.state.uri]);
    await whole.close();
  });

  test("a client that was lax, and is strict by now, resumes nothing", async () => {
    const server = await echoServer({ tls: { ...tls, ...identity("wrong-host") } });
    const { resumes, attempt } = client();
    const lax = { ...trust(), rejectUnauthorized: false };
    await resumes(server.url, lax);
    // Nor does it lax, which keeps `authorized` true.
    expect(await resumes(server.url, lax)).toBe(false);
    const { listener } = attempt(server.url, trust());
    expect(await listener.next("lost")).toMatchObject({ kind: "certificate" });
  });

  test("not even if that was written into the same object", async () => {
    const server = await echoServer({ tls: { ...tls, ...identity("wrong-host") } });
    const { resumes, attempt } = client();
    const tlsOpts: ConnectionOptions = { ...trust(), rejectUnauthorized: false };
    await resumes(server.url, tlsOpts);
    tlsOpts.rejectUnauthorized = true;
    const { listener } = attempt(server.url, tlsOpts);
    expect(await listener.next("lost")).toMatchObject({ kind: "certificate" });
  });

  test("an own check of the server is asked each time", async () => {
    const server = await echoServer({ tls });
    const { resumes } = client();
    const check = vi.fn(checkServerIdentity);
    const tlsOpts = { ...trust(), checkServerIdentity: check };
    await resumes(server.url, tlsOpts);
    expect(await resumes(server.url, tlsOpts)).toBe(false);
    expect(check).toHaveBeenCalledTimes(2);
  });

  test("a certificate that has changed for the worse is rejected, since a new server knows no old session", async () => {
    const before = await echoServer({ tls });
    const { resumes, attempt } = client();
    const tlsOpts = trust();
    await resumes(before.url, tlsOpts);
    await before.stop();
    await echoServer({ port: before.port, tls: { ...tls, ...identity("wrong-host") } });
    const { listener } = attempt(before.url, tlsOpts);
    expect(await listener.next("lost")).toMatchObject({ kind: "certificate" });
  });

  // RFC 8446 §2.2: who can resume has the secrets of the server that was verified. Its certificate is not sent.
  test("it is not seen while the server has kept the secrets of its sessions", async () => {
    const ticketKeys = Buffer.alloc(48, 7);
    const before = await echoServer({ tls: { ...tls, ticketKeys } });
    const { resumes, attempt } = client();
    const tlsOpts = trust();
    await resumes(before.url, tlsOpts);
    await before.stop();
    const after = await echoServer({
      port: before.port,
      tls: { ...tls, ticketKeys, ...identity("wrong-host") },
    });
    expect(await resumes(before.url, tlsOpts)).toBe(true);
    // Any TLS error makes an end of that.
    after.dropAtAccept("fin", { times: 1 });
    expect(await attempt(before.url, tlsOpts).listener.next("lost")).toMatchObject({ phase: "tls" });
    expect(await attempt(before.url, tlsOpts).listener.next("lost")).toMatchObject({ kind: "certificate" });
  });
});

describe("nothing is resumed", () => {
  const ticketKeys = Buffer.alloc(48, 7);
  const serve = () => echoServer({ tls: { ...identity("server"), ticketKeys } });

  test("with another tlsOpts object, even of the same content; nor with the first again", async () => {
    const server = await serve();
    const { resumes } = client();
    const tlsOpts = trust();
    await resumes(server.url, tlsOpts);
    expect(await resumes(server.url, { ...tlsOpts })).toBe(false);
    expect(await resumes(server.url, tlsOpts)).toBe(false);
  });

  test("by another client, even with the same tlsOpts object", async () => {
    const server = await serve();
    const tlsOpts = trust();
    await client().resumes(server.url, tlsOpts);
    expect(await client().resumes(server.url, tlsOpts)).toBe(false);

    const whole = { url: server.url, tlsOpts };
    await next(start(whole), "connect");
    const other = start(whole);
    await next(other, "connect");
    expect(info(other)).toMatchObject({ tls: { sessionReused: false } });
  });

  test("at another port", async () => {
    const [one, other] = [await serve(), await serve()];
    const { resumes } = client();
    const tlsOpts = trust();
    await resumes(one.url, tlsOpts);
    expect(await resumes(other.url, tlsOpts)).toBe(false);
    // Coming back is no better: one session is kept.
    expect(await resumes(one.url, tlsOpts)).toBe(false);
  });

  test("of another host", async () => {
    const server = await serve();
    const { resumes } = client();
    const tlsOpts = trust();
    await resumes(`wss://localhost:${server.port}/`, tlsOpts);
    expect(await resumes(`wss://127.0.0.1:${server.port}/`, tlsOpts)).toBe(false);
  });

  test("through another proxy, or none", async () => {
    const server = await serve();
    const { resumes } = client();
    const tlsOpts = trust();
    const [one, other] = [await connectProxy(), await connectProxy()];
    const through = ({ port }: { port: number }) => ({ tcpOpts: { proxy: `http://127.0.0.1:${port}` } });
    expect(await resumes(server.url, tlsOpts)).toBe(false);
    expect(await resumes(server.url, tlsOpts, through(one))).toBe(false);
    expect(await resumes(server.url, tlsOpts, through(one))).toBe(true);
    expect(await resumes(server.url, tlsOpts, through(other))).toBe(false);
    expect(await resumes(server.url, tlsOpts)).toBe(false);
  });

  test("after a TLS error of an open connection", async () => {
    const server = await serve();
    const clients: Socket[] = [];
    const port = await tcpServer((socket) => {
      clients.push(socket);
      const onward = net.connect(server.port, "127.0.0.1").on("error", () => {});
      socket.pipe(onward).pipe(socket);
      socket.on("close", () => onward.destroy());
    });
    const url = `wss://localhost:${port}/`;
    const { resumes, attempt } = client();
    const tlsOpts = trust();
    await resumes(url, tlsOpts);
    const { listener } = attempt(url, tlsOpts);
    await listener.next("opened");
    clients.at(-1)!.write("garbage, not TLS");
    expect(await listener.next("lost")).toMatchObject({ kind: "network" });
    expect(await resumes(url, tlsOpts)).toBe(false);
    expect(await resumes(url, tlsOpts)).toBe(true);
  });

  test("after a redirect", async () => {
    const redirect = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n";
    const server = await answeringServer(
      ({ url }) => (url === "/" ? redirect : undefined),
      identity("server"),
    );
    const { resumes } = client();
    const tlsOpts = trust();
    const options = { httpOpts: { maxRedirects: 1 } };
    const { port } = new URL(server.url);
    await resumes(`wss://localhost:${port}/elsewhere`, tlsOpts);
    expect(await resumes(`wss://localhost:${port}/`, tlsOpts, options)).toBe(false);
  });

  test("once the certificate that was verified has run out", async () => {
    const server = await serve();
    const { resumes } = client();
    const tlsOpts = trust();
    await resumes(server.url, tlsOpts);
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2120-01-02") });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    // OpenSSL has a clock of its own, by which the certificate is good.
    expect(await resumes(server.url, tlsOpts)).toBe(false);
  });
});

describe("what the user gives is obeyed", () => {
  test("a secureContext", async () => {
    const server = await echoServer({ tls: identity("server") });
    const { resumes } = client();
    const tlsOpts = { secureContext: createSecureContext(trust()) };
    expect(await resumes(server.url, tlsOpts)).toBe(false);
    expect(await resumes(server.url, tlsOpts)).toBe(true);
  });

  test("a session, always that one", async () => {
    const tls = { ...identity("server"), maxVersion: "TLSv1.2" } as const;
    const server = await echoServer({ tls });
    const session = await new Promise<Buffer>((resolve) => {
      const socket = connectTls({ port: server.port, servername: "localhost", ...trust() });
      socket.once("session", (ticket) => {
        resolve(ticket);
        socket.destroy();
      });
    });
    const { resumes } = client();
    const tlsOpts = { ...trust(), session };
    expect(await resumes(server.url, tlsOpts)).toBe(true);
    await server.stop();
    await echoServer({ port: server.port, tls });
    // The other server does not know it, and gives one that is not taken.
    expect(await resumes(server.url, tlsOpts)).toBe(false);
    expect(await resumes(server.url, tlsOpts)).toBe(false);
  });
});

test("a client certificate is still the client's when its session is resumed", async () => {
  const tls = { ...identity("server"), ca: pem("authority"), requestCert: true };
  const server = await echoServer({ tls });
  const { resumes, attempt } = client();
  const tlsOpts = { ...trust(), ...identity("client") };
  await resumes(server.url, tlsOpts);
  expect(await resumes(server.url, tlsOpts)).toBe(true);
  expect(await attempt(server.url, trust()).listener.next("lost")).toMatchObject({ kind: "network" });
});

describe("server name indication", () => {
  /** What the server is told, connection by connection. */
  async function indicating(host = "127.0.0.1") {
    const names: (string | undefined)[] = [];
    const server = await echoServer({
      host,
      tls: {
        ...identity("server"),
        SNICallback(name, answer) {
          names.push(name);
          answer(null);
        },
      },
    });
    return { port: server.port, names };
  }

  test.each([
    ["a name", "localhost", {}, ["localhost"]],
    // RFC 6066 §3: without the final dot.
    ["a name with a final dot", "localhost.", {}, ["localhost"]],
    // RFC 6066 §3: no IP addresses.
    ["an IPv4 address", "127.0.0.1", {}, []],
    ["what tlsOpts.servername says", "127.0.0.1", { servername: "localhost" }, ["localhost"]],
    ["nothing, as tlsOpts.servername says", "localhost", { servername: "" }, []],
  ])("%s", async (_, host, tlsOpts, expected) => {
    const { port, names } = await indicating();
    const lookup: net.LookupFunction = (_name, _options, callback) =>
      callback(null, [{ address: "127.0.0.1", family: 4 }]);
    await client().resumes(`wss://${host}:${port}/`, { ...trust(), ...tlsOpts }, { tcpOpts: { lookup } });
    expect(names).toEqual(expected);
  });

  test("none for an IPv6 address", async () => {
    const { port, names } = await indicating("::1");
    await client().resumes(`wss://[::1]:${port}/`, trust());
    expect(names).toEqual([]);
  });

  test("the url's name over a unix socket", async () => {
    const { port, names } = await indicating();
    const { mkdtempSync, rmSync } = await import("node:fs");
    const folder = mkdtempSync("/tmp/gundam-");
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = `${folder}/socket`;
    const bridge = net.createServer((socket) => socket.pipe(net.connect(port, "127.0.0.1")).pipe(socket));
    await new Promise<void>((resolve) => bridge.listen(path, resolve));
    onTestFinished(() => {
      bridge.close();
    });
    await client().resumes("wss://localhost/", trust(), { tcpOpts: { path } });
    expect(names).toEqual(["localhost"]);
  });
});
