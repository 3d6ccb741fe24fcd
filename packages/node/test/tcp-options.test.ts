// The options of TCP, seen from outside: by the server, by the kernel, or by how long it takes.

import { existsSync } from "node:fs";
import { Socket } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { info } from "../src/index.ts";
import { next, start } from "./connecting.ts";
import {
  answering,
  dial,
  echoServer,
  freePort,
  fullServer,
  identity,
  kernelTimer,
  open,
  pem,
} from "./dialling.ts";
import { connectProxy } from "./proxies.ts";

describe("noDelay", () => {
  /** What the socket was told last. */
  const lastTold = async (url: string, noDelay: boolean, options: object = {}) => {
    const told = vi.spyOn(Socket.prototype, "setNoDelay");
    onTestFinished(() => told.mockRestore());
    await open(url, { tlsOpts: { ca: pem("authority") }, ...options, tcpOpts: { noDelay, ...options } });
    return told.mock.calls.at(-1)![0] !== false;
  };

  test.each([true, false])("is %s after open too, over TCP and over TLS", async (noDelay) => {
    const plain = await echoServer();
    const secure = await echoServer({ tls: identity("server") });
    expect(await lastTold(plain.url, noDelay)).toBe(noDelay);
    expect(await lastTold(secure.url, noDelay)).toBe(noDelay);
  });
});

describe.runIf(existsSync("/proc/net/tcp"))("keepAlive", () => {
  async function timerOf(tcpOpts: object): Promise<[active: number, seconds: number]> {
    const server = await echoServer();
    const { transport } = await open(server.url, { tcpOpts });
    return kernelTimer(transport.info());
  }
  const keepAliveTimer = 2;

  test("is off unless asked for", async () => {
    expect((await timerOf({}))[0]).not.toBe(keepAliveTimer);
  });

  test("begins after keepAliveInitialDelay", async () => {
    const [active, seconds] = await timerOf({ keepAlive: true, keepAliveInitialDelay: 60_000 });
    expect(active).toBe(keepAliveTimer);
    expect(seconds).toBeGreaterThan(30);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  test("or when the system says", async () => {
    const [active, seconds] = await timerOf({ keepAlive: true });
    expect(active).toBe(keepAliveTimer);
    expect(seconds).toBeGreaterThan(60);
  });
});

describe("localAddress and localPort", () => {
  test("are where the connection comes from, on the reconnect too", async () => {
    const server = await echoServer();
    const localPort = await freePort();
    const client = start({
      url: server.url,
      retryTimeout: 20,
      retry: 100,
      tcpOpts: { localAddress: "127.0.0.1", localPort },
    });
    const seen: unknown[] = [];
    for (let connection = 1; connection <= 2; connection++) {
      await next(client, "connect");
      seen.push(info(client).localPort);
      server.drop("rst");
    }
    expect(seen).toEqual([localPort, localPort]);
  });

  test("a port that is in use", async () => {
    const server = await echoServer();
    const { listener } = dial(server.url, { tcpOpts: { localAddress: "127.0.0.1", localPort: server.port } });
    const { kind, phase, error } = await listener.next("lost");
    expect([kind, phase]).toEqual(["network", "tcp"]);
    expect(error.message).toContain("(EADDRINUSE): the local address is in use; check tcpOpts.localPort");
  });
});

describe("family", () => {
  test.each([
    [4, "127.0.0.1", "IPv4"],
    [6, "::1", "IPv6"],
  ] as const)("%i takes addresses of that version only", async (family, host, told) => {
    const server = await echoServer({ host });
    const lookup = answering("::1", "127.0.0.1");
    const { transport } = await open(`ws://here.invalid:${server.port}/`, { tcpOpts: { family, lookup } });
    expect(lookup.mock.calls[0]![1]).toMatchObject({ family });
    expect(transport.info()).toMatchObject({ remoteAddress: host, family: told });
  });
});

describe("lookup", () => {
  test("is asked again on the reconnect", async () => {
    const server = await echoServer();
    const lookup = answering("127.0.0.1");
    const client = start({ url: `ws://here.invalid:${server.port}/`, tcpOpts: { lookup } });
    await next(client, "connect");
    server.drop();
    await next(client, "connect");
    expect(lookup).toHaveBeenCalledTimes(2);
  });

  test("is asked for the proxy, when one looks the target up", async () => {
    const proxy = await connectProxy();
    const server = await echoServer();
    const lookup = answering("127.0.0.1");
    await open(server.url, { tcpOpts: { lookup, proxy: `http://proxy.invalid:${proxy.port}` } });
    expect(lookup.mock.calls.map(([hostname]) => hostname)).toEqual(["proxy.invalid"]);
  });
});

describe("Happy Eyeballs", () => {
  test("autoSelectFamily: false tries the first address alone", async () => {
    const server = await echoServer();
    const url = `ws://here.invalid:${server.port}/`;
    const lookup = answering("::1", "127.0.0.1");
    const { listener } = dial(url, { tcpOpts: { lookup, autoSelectFamily: false } });
    expect(await listener.next("lost")).toMatchObject({ kind: "network", phase: "tcp" });
    await open(url, { tcpOpts: { lookup, autoSelectFamily: true } });
  });

  test("autoSelectFamilyAttemptTimeout is how long an address that says nothing is tried", async () => {
    const server = await echoServer();
    await fullServer("::1", server.port);
    const lookup = answering("::1", "127.0.0.1");
    const begin = performance.now();
    const { transport } = await open(`ws://here.invalid:${server.port}/`, {
      tcpOpts: { lookup, autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 700 },
    });
    expect(transport.info()).toMatchObject({ remoteAddress: "127.0.0.1" });
    expect(performance.now() - begin).toBeGreaterThan(690);
  });
});

describe("connectTimeout", () => {
  test("bounds a server that accepts nobody any more", async () => {
    const port = await freePort();
    await fullServer("127.0.0.1", port);
    const client = start({ url: `ws://127.0.0.1:${port}/`, connectTimeout: 200, retry: 0 });
    expect(await next(client, "error")).toMatchObject({ code: "ERR_TIMEOUT", phase: "tcp", timeout: 200 });
  });
});
