// The phases of a dial: lookup, tcp, tls, upgrade, one by one, each with its timeout.

import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import type { LookupFunction } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConnectError } from "@gundam/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { dial, echoServer, identity, open, pem, switchingProtocols } from "./dialling.ts";

const phasesOf = (listener: ReturnType<typeof dial>["listener"]) =>
  listener.all("phase").map(({ phase }) => phase);

describe("order", () => {
  test("a named host is looked up, connected to, secured and upgraded, each within its own timeout", async () => {
    const server = await echoServer({ tls: identity("server") });
    const { listener } = await open(server.url, {
      domainLookupTimeout: 1001,
      connectTimeout: 1002,
      tlsHandshakeTimeout: 1003,
      httpOpts: { upgradeTimeout: 1004 },
      tlsOpts: { ca: pem("authority") },
    });
    expect(listener.all("phase")).toEqual([
      { phase: "lookup", timeout: 1001, option: "domainLookupTimeout" },
      { phase: "tcp", timeout: 1002, option: "connectTimeout" },
      { phase: "tls", timeout: 1003, option: "tlsHandshakeTimeout" },
      { phase: "upgrade", timeout: 1004, option: "httpOpts.upgradeTimeout" },
    ]);
  });

  test("an IPv4 address needs no lookup", async () => {
    const server = await echoServer();
    const { listener } = await open(server.url);
    expect(phasesOf(listener)).toEqual(["tcp", "upgrade"]);
  });

  test("nor does an IPv6 address", async () => {
    const server = await echoServer({ host: "::1" });
    const { listener, transport } = await open(server.url);
    expect(phasesOf(listener)).toEqual(["tcp", "upgrade"]);
    expect(transport.info()).toMatchObject({ remoteAddress: "::1", family: "IPv6", remotePort: server.port });
    expect(server.record.upgrades[0]!.headers.host).toBe(`[::1]:${server.port}`);
  });

  test("the socket exists when dial returns", async () => {
    const server = await echoServer();
    const before = process.getActiveResourcesInfo();
    dial(server.url);
    expect(process.getActiveResourcesInfo().length).toBeGreaterThan(before.length);
  });
});

describe("lookup", () => {
  test("an unknown host fails the lookup", async () => {
    const { listener } = dial("ws://nowhere.invalid/");
    const failure = await listener.next("lost");
    expect(failure).toMatchObject({ kind: "network", phase: "lookup", byUs: false });
    expect(failure.error).toBeInstanceOf(ConnectError);
    expect(failure.error.message).toMatch(/^could not look up nowhere\.invalid \((ENOTFOUND|EAI_AGAIN)\): /);
    expect(failure.error.cause).toBeInstanceOf(Error);
    expect(phasesOf(listener)).toEqual(["lookup"]);
  });

  test("an own lookup is asked instead of the system", async () => {
    const server = await echoServer();
    const asked = vi.fn<LookupFunction>((_hostname, _options, callback) =>
      callback(null, [{ address: "127.0.0.1", family: 4 }]),
    );
    const { listener } = await open(`ws://here.invalid:${server.port}/`, { tcpOpts: { lookup: asked } });
    expect(asked.mock.calls[0]![0]).toBe("here.invalid");
    expect(asked.mock.calls[0]![1]).toMatchObject({ all: true });
    expect(phasesOf(listener)).toEqual(["lookup", "tcp", "upgrade"]);
  });

  test("an own lookup may answer with one address, though all were asked for", async () => {
    const server = await echoServer();
    const lookup: LookupFunction = (_hostname, _options, callback) => callback(null, "127.0.0.1", 4);
    await open(`ws://here.invalid:${server.port}/`, { tcpOpts: { lookup } });
  });

  test("Happy Eyeballs: an address that refuses is followed by the next", async () => {
    const server = await echoServer();
    const lookup: LookupFunction = (_hostname, _options, callback) =>
      callback(null, [
        { address: "::1", family: 6 },
        { address: "127.0.0.1", family: 4 },
      ]);
    const { transport } = await open(`ws://here.invalid:${server.port}/`, { tcpOpts: { lookup } });
    expect(transport.info()).toMatchObject({ remoteAddress: "127.0.0.1" });
  });

  test.each<[string, LookupFunction]>([
    ["answers an error", (_hostname, _options, callback) => callback(new Error("not today"), "")],
    [
      "throws",
      () => {
        throw new Error("not today");
      },
    ],
  ])("an own lookup that %s fails the phase", async (_, lookup) => {
    const { listener } = dial("ws://here.invalid/", { tcpOpts: { lookup } });
    const failure = await listener.next("lost");
    expect(failure).toMatchObject({ kind: "network", phase: "lookup" });
    expect(failure.error.cause).toMatchObject({ message: "not today" });
  });

  test("an own lookup that answers with no address at all is a loss", async () => {
    const lookup: LookupFunction = (_hostname, _options, callback) => callback(null, []);
    const { listener } = dial("ws://here.invalid/", { tcpOpts: { lookup } });
    expect(await listener.next("lost")).toMatchObject({ kind: "network" });
  });

  test("the late answer of an abandoned own lookup connects to nobody", async () => {
    const server = await echoServer();
    let answer = () => {};
    const lookup: LookupFunction = (_hostname, _options, callback) => {
      answer = () => callback(null, [{ address: "127.0.0.1", family: 4 }]);
    };
    const { transport, listener } = dial(`ws://here.invalid:${server.port}/`, { tcpOpts: { lookup } });
    transport.abandon();
    listener.abandoned();
    answer();
    await open(server.url);
    expect(server.record.counts.tcpConnections).toBe(1);
  });
});

describe("tcp", () => {
  test.each(["ws", "wss"])("port 0 of a %s: url is port 0, where nobody can be", async (scheme) => {
    const { listener } = dial(`${scheme}://127.0.0.1:0/`);
    const { kind, phase, error } = await listener.next("lost");
    expect([kind, phase]).toEqual(["network", "tcp"]);
    expect(error.message).toContain("could not connect to 127.0.0.1:0 (");
  });

  test("a port where nothing listens", async () => {
    const server = await echoServer();
    server.goAway();
    const { listener } = dial(server.url);
    const failure = await listener.next("lost");
    expect(failure).toMatchObject({ kind: "network", phase: "tcp", byUs: false });
    expect(failure.error.message).toBe(
      `could not connect to 127.0.0.1:${server.port} (ECONNREFUSED): nothing listens there; check the url and that the server runs`,
    );
    expect(failure.error.cause).toMatchObject({ code: "ECONNREFUSED" });
  });

  test("a unix socket takes the place of host and port", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gundam-"));
    const path = join(folder, "socket");
    const hosts: unknown[] = [];
    const server = http.createServer().on("upgrade", ({ headers }, socket) => {
      hosts.push(headers.host);
      socket.write(switchingProtocols(headers["sec-websocket-key"]!));
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true });
    });
    const { listener } = await open("ws://service.example/", { tcpOpts: { path } });
    expect(phasesOf(listener)).toEqual(["tcp", "upgrade"]);
    await open("wss://service.example/", { tcpOpts: { path }, transport: "tcp" });
    expect(hosts).toEqual(["service.example", "service.example"]);
  });

  test("a unix socket that is not there", async () => {
    const { listener } = dial("ws://service.example/", { tcpOpts: { path: "/nowhere/socket" } });
    const { error } = await listener.next("lost");
    expect(error.message).toMatch("could not connect to /nowhere/socket (ENOENT): there is no such socket");
  });

  test("a socket that somebody else closes is a loss", async () => {
    const { listener, socket } = dial("ws://127.0.0.1:9/");
    socket!.destroy();
    const { kind, phase, error } = await listener.next("lost");
    expect([kind, phase]).toEqual(["network", "tcp"]);
    expect(error.message).toContain("(the socket was closed)");
  });

  test("the local address and port are those that were asked for", async () => {
    const server = await echoServer();
    const { transport } = await open(server.url, { tcpOpts: { localAddress: "127.0.0.9" } });
    expect(transport.info()).toMatchObject({ localAddress: "127.0.0.9", family: "IPv4" });
  });

  test("Nagle's algorithm stays on when noDelay is off", async () => {
    const server = await echoServer();
    const net = await import("node:net");
    const calls = vi.spyOn(net.Socket.prototype, "setNoDelay");
    onTestFinished(() => calls.mockRestore());
    await open(server.url, { tcpOpts: { noDelay: false } });
    expect(calls.mock.calls.at(-1)).toEqual([false]);
  });

  test("a server that accepts and says nothing is waited for, without a deadline of our own", async () => {
    const server = await echoServer();
    server.stallAtAccept();
    const connected = server.waitFor("connected");
    const { transport, listener } = dial(server.url);
    await connected;
    expect(transport.deadline).toBe(Number.POSITIVE_INFINITY);
    expect(listener.story).toEqual([]);
  });
});
