// The recommended values (end of DESIGN §3), and the clients that have them.

import { type CoreOptions, type Failure, httpResilient, resilient, TlsError } from "@gundam/core";
import { closed, refused, settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

describe("resilient", () => {
  test("recommends these values everywhere", () => {
    expect(resilient({ url: "ws://example.test/" })).toEqual({
      url: "ws://example.test/",
      retry: Infinity,
      retryFun: expect.any(Function),
      openTimeout: 20_000,
    });
  });

  test("recommends these besides where HTTP and pings are", () => {
    expect(httpResilient({ url: "ws://example.test/" })).toEqual({
      url: "ws://example.test/",
      retry: Infinity,
      retryFun: expect.any(Function),
      shouldRetry: expect.any(Function),
      openTimeout: 20_000,
      httpOpts: { upgradeTimeout: 10_000 },
      wsOpts: { keepalive: 20_000 },
    });
  });

  test("gives way to what is given, key by key at any depth", () => {
    const retryFun = () => ({ retries: 1, timeout: 1 });
    const codec = { encode: String, decode: String };
    const given = {
      retry: 3,
      retryFun,
      httpOpts: { maxRedirects: 2 },
      wsOpts: { keepalive: 5000, codec },
      tcpOpts: { noDelay: false },
    };
    const options = httpResilient(given);
    expect(options).toMatchObject({
      retry: 3,
      retryFun,
      openTimeout: 20_000,
      httpOpts: { maxRedirects: 2, upgradeTimeout: 10_000 },
      wsOpts: { keepalive: 5000, codec },
      tcpOpts: { noDelay: false },
    });
    expect(options.wsOpts.codec).toBe(codec);
    expect(given.httpOpts).toEqual({ maxRedirects: 2 });
  });

  test("takes undefined for absent, and anything else as it is", () => {
    const url = new URL("ws://example.test/");
    const options = httpResilient({
      url,
      retry: undefined,
      openTimeout: 0,
      wsOpts: { keepalive: undefined },
    });
    expect(options).toMatchObject({ retry: Infinity, openTimeout: 0, wsOpts: { keepalive: 20_000 } });
    expect(options.url).toBe(url);
  });
});

describe("a resilient client", () => {
  async function started(given: Partial<CoreOptions> = {}) {
    const world = virtualWorld();
    // Core alone knows no httpOpts.
    const { httpOpts: _, ...options } = httpResilient({ stableAfter: 0, ...given }) as Record<
      string,
      unknown
    >;
    const client = virtualClient(world, options);
    const delays: number[] = [];
    client.on("retry", ({ delay }) => delays.push(delay));
    await settled();
    return { ...world, client, delays };
  }

  const certificate: Failure = {
    kind: "certificate",
    phase: "tls",
    error: new TlsError("expired", true),
    byUs: false,
  };
  const mendable: [string, Failure][] = [
    ["a rejected certificate", certificate],
    ...[404, 200, 300, 301, 302, 307, 399].map((status): [string, Failure] => [`${status}`, refused(status)]),
  ];
  const hopeless: [string, Failure][] = [204, 400, 401, 403, 405, 410, 426, 501].map((status) => [
    `${status}`,
    refused(status),
  ]);

  test.each(mendable)("gives up at %s where nothing has worked yet", async (_, failure) => {
    const { client, network } = await started();
    network.last.lose(failure);
    await settled();
    expect(client.phase).toBe("closed");
  });

  test.each(mendable)(
    "retries after %s where it has worked once, at the longest wait",
    async (_, failure) => {
      const { client, network, runtime, delays } = await started();
      network.last.open();
      await settled();
      network.last.lose(closed(1000));
      for (let i = 0; i < 20; i++) {
        await runtime.advance(20_000);
        expect(client.phase).toBe("connecting");
        network.last.lose(failure);
        await settled();
      }
      const waits = delays.slice(1);
      expect(waits).toHaveLength(20);
      for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(5000);
      for (const wait of waits) expect(wait).toBeLessThanOrEqual(20_000);
      expect(new Set(waits).size).toBe(20);
      await runtime.advance(20_000);
      network.last.open();
      await settled();
      expect(client.phase).toBe("open");
    },
  );

  test.each(hopeless)("gives up at %s wherever", async (_, failure) => {
    const { client, network, runtime } = await started();
    network.last.open();
    await settled();
    network.last.lose(closed(1000));
    await runtime.advance(100);
    network.last.lose(failure);
    await settled();
    expect(client.phase).toBe("closed");
  });

  test("begins anew with the next life", async () => {
    const { client, network, runtime } = await started();
    network.last.open();
    await settled();
    client.terminate();
    client.reconnect();
    await runtime.advance(0);
    network.last.lose(certificate);
    await settled();
    expect(client.phase).toBe("closed");
  });

  test("forgives a broken protocol once per stable connection, like any other", async () => {
    const { client, network, runtime } = await started({ stableAfter: 60_000 });
    for (const phase of ["waiting", "closed"]) {
      network.last.open();
      await settled();
      network.last.lose(closed(1002));
      await settled();
      expect(client.phase).toBe(phase);
      await runtime.advance(20_000);
    }
  });

  test("notices within 40 s that nothing answers, and never gives up", async () => {
    const { client, network, runtime } = await started();
    network.last.open();
    await settled();
    await runtime.advance(40_000);
    expect(network.transports[0]!.isAbandoned).toBe(true);
    network.onDial = (transport) => queueMicrotask(() => transport.lose());
    network.last.lose();
    await runtime.advance(3_600_000);
    expect(network.transports.length).toBeGreaterThan(180);
    expect(client.phase).not.toBe("closed");
  });
});
