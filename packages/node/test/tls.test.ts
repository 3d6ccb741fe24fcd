// The TLS phase: certificates are verified, and a rejected one is told from everything else that can go wrong.

import { TlsError } from "@gundam/core";
import { describe, expect, test } from "vitest";
import { dial, echoServer, identity, open, pem, tcpServer } from "./dialling.ts";

const trust = { tlsOpts: { ca: pem("authority") } };

const failing = () => {
  throw new Error("not that one");
};

describe("a certificate is rejected", () => {
  test.each([
    ["of an unknown authority", "server", {}, "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tlsOpts.ca"],
    ["signed by itself", "self-signed", trust, "DEPTH_ZERO_SELF_SIGNED_CERT", "tlsOpts.ca"],
    ["expired", "expired", trust, "CERT_HAS_EXPIRED", "renew"],
    ["for another host", "wrong-host", trust, "ERR_TLS_CERT_ALTNAME_INVALID", "tlsOpts.servername"],
    [
      "refused by an own check",
      "server",
      { tlsOpts: { ca: pem("authority"), checkServerIdentity: () => new Error("not that one") } },
      "not that one",
      "",
    ],
  ] as const)("when it is %s", async (_, name, given, code, advice) => {
    const server = await echoServer({ tls: identity(name) });
    const { listener } = dial(server.url, given);
    const failure = await listener.next("lost");
    expect(failure).toMatchObject({ kind: "certificate", phase: "tls", byUs: true });
    expect(failure.error).toBeInstanceOf(TlsError);
    expect((failure.error as TlsError).rejected).toBe(true);
    expect(failure.error.message).toContain(
      `the certificate of localhost:${server.port} was rejected (${code})`,
    );
    expect(failure.error.message).toContain(advice);
    expect(failure.error.cause).toBeInstanceOf(Error);
    expect(server.record.counts.upgrades).toBe(0);
  });

  test.each([
    ["throws", failing, "not that one"],
    ["answers true", () => true, "tlsOpts.checkServerIdentity answered with no Error"],
    ["answers with a text", () => "not that one", "tlsOpts.checkServerIdentity answered with no Error"],
    ["rejects", async () => failing(), "tlsOpts.checkServerIdentity answered with no Error"],
    ["answers with a word that every object knows", () => new Error("constructor"), "constructor"],
    [
      "answers with a number as code",
      () => Object.assign(new Error("not that one"), { code: 495 }),
      "not that one",
    ],
  ])("when an own check %s", async (_, check, text) => {
    const server = await echoServer({ tls: identity("server") });
    const tlsOpts = { ca: pem("authority"), checkServerIdentity: check };
    const { listener } = dial(server.url, { tlsOpts });
    const { kind, error } = await listener.next("lost");
    expect(kind).toBe("certificate");
    expect(error.message).toContain(`the certificate of localhost:${server.port} was rejected (${text})`);
    expect(server.record.counts.upgrades).toBe(0);
  });

  test("an IP address is checked against the certificate's addresses", async () => {
    const server = await echoServer({ tls: identity("server") });
    await open(`wss://127.0.0.1:${server.port}/`, trust);
    const other = await echoServer({ tls: identity("wrong-host") });
    const { listener } = dial(`wss://127.0.0.1:${other.port}/`, trust);
    expect(await listener.next("lost")).toMatchObject({ kind: "certificate" });
  });

  test("servername says whom to expect", async () => {
    const server = await echoServer({ tls: identity("wrong-host") });
    await open(server.url, { tlsOpts: { ca: pem("authority"), servername: "elsewhere.example" } });
  });
});

describe("the handshake fails otherwise", () => {
  test("a server that does not speak TLS", async () => {
    const port = await tcpServer((socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const { listener } = dial(`wss://127.0.0.1:${port}/`);
    const failure = await listener.next("lost");
    expect(failure).toMatchObject({ kind: "network", phase: "tls", byUs: false });
    expect((failure.error as TlsError).rejected).toBe(false);
    expect(failure.error.message).toContain(`the TLS handshake with 127.0.0.1:${port} failed`);
    expect(failure.error.message).toContain("ws:");
  });

  test("a server that ends the connection", async () => {
    const port = await tcpServer((socket) => socket.end());
    const { listener } = dial(`wss://127.0.0.1:${port}/`);
    const failure = await listener.next("lost");
    expect(failure).toMatchObject({ kind: "network", phase: "tls" });
    expect(failure.error).toBeInstanceOf(TlsError);
  });

  test("no version in common", async () => {
    const server = await echoServer({ tls: { ...identity("server"), minVersion: "TLSv1.3" } });
    const { listener } = dial(server.url, { tlsOpts: { ca: pem("authority"), maxVersion: "TLSv1.2" } });
    expect(await listener.next("lost")).toMatchObject({ kind: "network", phase: "tls" });
  });

  test("a key that is none is blocked, for a retry would not help", async () => {
    const server = await echoServer({ tls: identity("server") });
    const { listener } = dial(server.url, { tlsOpts: { key: "a key", cert: "a certificate" } });
    const { kind, error } = await listener.next("lost");
    expect(kind).toBe("blocked");
    expect(error.message).toMatch(/^tlsOpts cannot be used: /);
  });

  test("a server that wants a client's certificate refuses a client without one", async () => {
    const tls = { ...identity("server"), ca: pem("authority"), requestCert: true };
    const server = await echoServer({ tls });
    const { listener } = dial(server.url, trust);
    expect(await listener.next("lost")).toMatchObject({ kind: "network" });
    await open(server.url, { tlsOpts: { ca: pem("authority"), ...identity("client") } });
  });
});

describe("a secure connection", () => {
  test("tells its facts", async () => {
    const server = await echoServer({ tls: { ...identity("server"), ALPNProtocols: ["http/1.1"] } });
    const { transport } = await open(server.url, trust);
    expect(transport.info().tls).toEqual({
      protocol: "TLSv1.3",
      cipher: expect.stringMatching(/^TLS_/),
      authorized: true,
      sessionReused: false,
      alpn: "http/1.1",
    });
    expect((await open((await echoServer()).url)).transport.info().tls).toBeUndefined();
  });

  test("tells when verification was switched off", async () => {
    const server = await echoServer({ tls: identity("self-signed") });
    const { transport } = await open(server.url, { tlsOpts: { rejectUnauthorized: false } });
    expect(transport.info().tls).toMatchObject({ authorized: false });
  });

  test("a ws: url may go through TLS, and its host keeps its port", async () => {
    const server = await echoServer({ tls: identity("server") });
    const { listener } = await open(`ws://localhost:${server.port}/`, { ...trust, transport: "tls" });
    expect(listener.all("phase").map(({ phase }) => phase)).toContain("tls");
    expect(server.record.upgrades[0]!.headers.host).toBe(`localhost:${server.port}`);
  });

  test("carries large messages both ways", async () => {
    const server = await echoServer({ tls: identity("server") });
    const { transport, listener } = await open(server.url, trust);
    const message = "0123456789abcdef".repeat(200_000);
    transport.send(message);
    expect((await listener.next("message")) === message).toBe(true);
    expect(transport.bufferedAmount).toBe(0);
    expect(transport.deadline).toBe(Number.POSITIVE_INFINITY);
  });

  test("ends with a Close frame, or without", async () => {
    const server = await echoServer({ tls: identity("server") });
    const first = await open(server.url, trust);
    first.transport.close(4000, "done");
    expect(await first.listener.next("lost")).toMatchObject({ kind: "close", code: 4000, wasClean: true });
    const second = await open(server.url, trust);
    server.drop("rst");
    expect(await second.listener.next("lost")).toMatchObject({ kind: "network", code: 1006 });
    await server.until(({ counts }) => counts.disconnects === 2);
  });
});
