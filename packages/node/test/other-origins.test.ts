// What of `tlsOpts` goes where: a redirect to another origin is verified as if none said whom to trust, and shown nothing
// that says who we are. The program trusts the tests' authority as systems trust theirs, so that others can be reached.

import { type ConnectionOptions, connect as connectTls, createSecureContext, type TLSSocket } from "node:tls";
import { pemPath } from "@gundam/testing/certificates";
import { describe, expect, test, vi } from "vitest";
import { tlsOptionsFor } from "../src/dial/tls-options.ts";
import { WebSocket } from "../src/websocket/index.ts";
import { answeringServer, found, next, start } from "./connecting.ts";
import { dial, identity, pem } from "./dialling.ts";
import { program } from "./program.ts";
import { connectProxy } from "./proxies.ts";

vi.setConfig({ testTimeout: 30_000 });

const run = program("redirected");
const ca = pem("authority");
/** Asks for a certificate, and takes whom has none. */
const asking = { ...identity("server"), ca, requestCert: true, rejectUnauthorized: false };

/** What the client's attempt came to. */
async function outcomeOf(url: string, tlsOpts: object, headers = {}) {
  const process = run([url, JSON.stringify({ tlsOpts, headers })], {
    NODE_EXTRA_CA_CERTS: pemPath("authority"),
  });
  return JSON.parse(await process.line()) as { error?: string; sessionReused?: boolean };
}

/** An origin that notes whom each client said to be, and whom it asked for; it redirects by path. */
async function origin(locations: Readonly<Record<string, string>> = {}, tls: object = asking) {
  const told: { client: unknown; name: unknown }[] = [];
  const server = await answeringServer(({ url, request }) => {
    const socket = request.socket as TLSSocket & { servername?: unknown };
    told.push({ client: socket.getPeerCertificate().subject?.CN, name: socket.servername });
    return url in locations ? found(locations[url]!) : undefined;
  }, tls);
  return { ...server, told };
}

/** A session that the server keeps for whoever comes back. */
function sessionOf(port: number): Promise<Buffer> {
  return new Promise((resolve) => {
    const socket = connectTls({ port, servername: "localhost", ca });
    socket.once("session", (session) => {
      resolve(session);
      socket.destroy();
    });
  });
}

const nobody = { client: undefined, name: "localhost" };
const us = { client: "Gundam test client", name: "localhost" };

describe("another origin", () => {
  test("is shown no client certificate, nor is the first once it leads back there", async () => {
    const home: Record<string, string> = { "/back": "/home" };
    const first = await origin(home);
    const other = await origin({ "/": "/there", "/there": `${first.url}back` });
    home["/"] = other.url;
    expect(await outcomeOf(first.url, { ca, ...identity("client") })).toEqual({ sessionReused: false });
    expect(first.told).toEqual([us, nobody, nobody]);
    expect(other.told).toEqual([nobody, nobody]);
  });

  test("is told its own name, and checked against it", async () => {
    const other = await origin();
    const first = await origin({ "/": other.url }, { ...asking, ...identity("wrong-host") });
    const tlsOpts = { ca, servername: "elsewhere.example" };
    expect(await outcomeOf(first.url, tlsOpts)).toEqual({ sessionReused: false });
    expect(first.told).toEqual([{ client: undefined, name: "elsewhere.example" }]);
    expect(other.told).toEqual([nobody]);
  });

  test.each([
    ["servername", "wrong-host", { servername: "elsewhere.example" }, "wrong-host"],
    ["checkServerIdentity", "wrong-host", { checkServerIdentity: "anyone" }, "server"],
    ["rejectUnauthorized", "self-signed", { rejectUnauthorized: false }, "self-signed"],
    ["ca", "self-signed", { ca: pem("self-signed") }, "self-signed"],
  ] as const)("is not believed by the first one's %s", async (_, others, tlsOpts, own) => {
    const other = await origin({}, identity(others));
    const first = await origin({ "/": other.url }, identity(own));
    const { error } = await outcomeOf(first.url, tlsOpts);
    expect(error).toContain(`the certificate of ${new URL(other.url).host} was rejected (`);
    expect(error).toContain("a redirect led there, and none of tlsOpts that say whom to trust go along");
    expect([first.told.length, other.told]).toEqual([1, []]);
  });

  test("is not believed by the first one's secureContext", async () => {
    const other = await origin();
    const first = await origin({ "/": other.url });
    const tlsOpts = { secureContext: createSecureContext({ ca, ...identity("client") }) };
    const error = await next(
      start({ url: first.url, retry: 0, httpOpts: { maxRedirects: 1 }, tlsOpts }),
      "error",
    );
    expect(error.message).toContain(`the certificate of ${new URL(other.url).host} was rejected (`);
    expect([first.told, other.told]).toEqual([[us], []]);
  });

  test("is another one at the same host, too, when only the scheme differs", async () => {
    const other = await origin();
    const first = await answeringServer(() => found(other.url));
    const { port } = new URL(first.url);
    const url = `ws://localhost:${port}/`;
    expect(await outcomeOf(url, identity("client"))).toEqual({ sessionReused: false });
    expect(other.told).toEqual([nobody]);
  });

  test("is offered no session of the first, not even one that it would know", async () => {
    const tls = { ...identity("server"), maxVersion: "TLSv1.2", ticketKeys: Buffer.alloc(48, 7) };
    const other = await origin({}, tls);
    const home: Record<string, string> = {};
    const first = await origin(home, tls);
    const session = await sessionOf(Number(new URL(first.url).port));
    const tlsOpts = { ca, session: session.toString("base64") };
    expect(await outcomeOf(first.url, tlsOpts)).toEqual({ sessionReused: true });
    home["/"] = other.url;
    expect(await outcomeOf(first.url, tlsOpts)).toEqual({ sessionReused: false });
  });

  test("is held to the version that we insist on", async () => {
    const other = await origin({}, { ...asking, maxVersion: "TLSv1.2" });
    const first = await origin({ "/": other.url });
    const { error } = await outcomeOf(first.url, { ca, minVersion: "TLSv1.3" });
    expect(error).toContain(`the TLS handshake with ${new URL(other.url).host} failed`);
  });
});

test("the same origin gets all of it again", async () => {
  const server = await origin({ "/": "/feed" }, { ...asking, ...identity("wrong-host") });
  const tlsOpts = { ca, ...identity("client"), servername: "elsewhere.example" };
  const url = server.url;
  await next(start({ url, httpOpts: { maxRedirects: 1 }, tlsOpts }), "connect");
  const told = { ...us, name: "elsewhere.example" };
  expect(server.told).toEqual([told, told]);
});

describe("an https: proxy", () => {
  test("is shown no client certificate, though the target behind it is", async () => {
    const asked: unknown[] = [];
    const proxy = await connectProxy({
      tls: "server",
      asks: (socket) => asked.push(socket.getPeerCertificate().subject?.CN),
    });
    const server = await origin();
    const tlsOpts = { ca, ...identity("client") };
    const tcpOpts = { proxy: `https://localhost:${proxy.port}` };
    await next(start({ url: server.url, tlsOpts, tcpOpts }), "connect");
    expect(asked).toEqual([undefined]);
    expect(server.told).toEqual([us]);
  });

  test("is not believed by a secureContext, which may hold one", async () => {
    const proxy = await connectProxy({ tls: "server" });
    const tlsOpts = { secureContext: createSecureContext({ ca, ...identity("client") }) };
    const tcpOpts = { proxy: `https://localhost:${proxy.port}` };
    const { listener } = dial("wss://target.example/", { tlsOpts, tcpOpts });
    expect(await listener.next("lost")).toMatchObject({ kind: "certificate", phase: "proxy" });
    expect(proxy.destinations).toEqual([]);
  });
});

test("what nobody has thought of goes nowhere", () => {
  const given = { minVersion: "TLSv1.3", ca, newInNode: "secret" } as ConnectionOptions;
  expect(tlsOptionsFor("other origins", given)).toEqual({ minVersion: "TLSv1.3" });
  expect(tlsOptionsFor("the proxy", given)).toEqual({ minVersion: "TLSv1.3", ca });
});

test("what is inherited is no less strict", () => {
  const given: ConnectionOptions = Object.create({ minVersion: "TLSv1.3" });
  expect(tlsOptionsFor("other origins", given)).toEqual({ minVersion: "TLSv1.3" });
});

describe("a bad port of the Fetch standard", () => {
  const ports = [25, 6667];

  test.each(ports)("%i is no place to be led to", async (port) => {
    const server = await answeringServer(() => found(`ws://127.0.0.1:${port}/`));
    const client = start({ url: server.url, retry: 0, httpOpts: { maxRedirects: 1 } });
    const error = await next(client, "error");
    expect(error).toMatchObject({ code: "ERR_REFUSED" });
    expect(error.message).toContain(`the redirect was not followed: it leads to port ${port}, a bad port`);
  });

  test("nor for the strict WebSocket", async () => {
    const server = await answeringServer(() => found("ws://127.0.0.1:25/"));
    const socket = new WebSocket(server.url, [], { httpOpts: { maxRedirects: 1 } });
    const event = await new Promise<Event & { readonly error?: Error }>((resolve) => {
      socket.onerror = resolve as () => void;
    });
    expect(event.error?.message).toContain("the redirect was not followed: it leads to port 25, a bad port");
  });
});
