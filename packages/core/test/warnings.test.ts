// What a client says to its platform's operator while nobody listens to it.

import type { CoreOptions } from "@gundam/core";
import { messages } from "@gundam/core";
import { closed, refused, settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

const failed = "gundam: the server refused the opening handshake with HTTP status";
const advice = "nobody listens: give it onError or onClose";

function start(options: Partial<CoreOptions> & Record<string, unknown> = {}) {
  const world = virtualWorld();
  const client = virtualClient(world, { retryTimeout: 1500, ...options });
  const fail = async (status = 503) => {
    world.network.last.lose(refused(status));
    await settled(40);
  };
  return { ...world, client, fail, warnings: world.runtime.warnings };
}

describe("a client that nobody listens to", () => {
  test("says once a life that its attempts fail: what failed, what it does now, what to listen to", async () => {
    const { fail, warnings, runtime } = start();
    await fail(503);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`${failed} 503; the client tries again in 1500 ms`);
    expect(warnings[0]).toContain(advice);
    expect(warnings[0]).not.toContain("\n");
    await runtime.advance(1500);
    await fail(500);
    await runtime.advance(1500);
    await fail(404);
    expect(warnings).toHaveLength(1);
  });

  test("says that it has given up, if nothing was said before", async () => {
    const { fail, warnings } = start();
    await fail(404);
    expect(warnings).toEqual([expect.stringContaining(`${failed} 404; the client has given up`)]);
    expect(warnings[0]).toContain(advice);
  });

  test("says so again in its next life", async () => {
    const { client, fail, warnings } = start({ retry: 0 });
    await fail(503);
    client.reconnect();
    await settled();
    await fail(500);
    expect(warnings.map((line) => line.match(/status (\d+)/)![1])).toEqual(["503", "500"]);
  });

  test("says nothing of a connection that is lost and comes back, nor of an end that we bring", async () => {
    const { client, network, runtime, warnings } = start({ stableAfter: 0 });
    network.last.open();
    await settled();
    network.last.lose();
    await runtime.advance(0);
    network.last.open();
    await settled();
    const closing = client.close();
    network.last.lose(closed(1000));
    await closing;
    client.reconnect();
    client.terminate();
    await runtime.advance(10_000);
    expect(warnings).toEqual([]);
  });

  test("says it if a lost connection is the end", async () => {
    const { network, warnings } = start({ retry: 0 });
    network.last.open();
    await settled();
    network.last.lose();
    await settled();
    expect(warnings).toEqual([`gundam: the connection was reset; the client has given up, and ${advice}`]);
  });

  test("says it though messages are listened to, and callbacks told of them", async () => {
    const { client, fail, warnings } = start({ onConnect() {}, onMessage() {}, onDisconnect() {} });
    client.on("message", () => {});
    client.on("retry", () => {});
    await fail();
    expect(warnings).toHaveLength(1);
  });

  test("says it of a first attempt that fails before connect() has returned", async () => {
    const { warnings } = start({
      url() {
        throw new Error("no url yet");
      },
    });
    await settled();
    expect(warnings).toEqual([expect.stringContaining("the url function failed: no url yet")]);
  });
});

describe("a client that anything listens to says nothing:", () => {
  const listeners: [string, (client: ReturnType<typeof start>["client"]) => unknown][] = [
    ["a listener of error", (client) => client.on("error", () => {})],
    ["a listener of close", (client) => client.once("close", () => {})],
    ["a reader of its messages", (client) => messages(client)],
  ];
  const callbacks: [string, Record<string, unknown>][] = [
    ["onError", { onError() {} }],
    ["onClose", { onClose() {} }],
  ];

  test.each(listeners)("%s", async (_, listen) => {
    const { client, fail, warnings, runtime } = start({ retry: 1 });
    listen(client);
    await fail(503);
    await runtime.advance(1500);
    await fail(503);
    expect(client.phase).toBe("closed");
    expect(warnings).toEqual([]);
  });

  test.each(callbacks)("%s", async (_, options) => {
    const { client, fail, warnings, runtime } = start({ retry: 1, ...options });
    await fail(503);
    await runtime.advance(1500);
    await fail(503);
    expect(client.phase).toBe("closed");
    expect(warnings).toEqual([]);
  });

  test.each(listeners)("%s that comes as soon as connect() has returned", async (_, listen) => {
    const { client, warnings, runtime } = start({
      retry: 1,
      url() {
        throw new Error("no url yet");
      },
    });
    listen(client);
    await runtime.advance(1500);
    expect(client.phase).toBe("closed");
    expect(warnings).toEqual([]);
  });

  test("until it leaves", async () => {
    const { client, fail, warnings, runtime } = start();
    const leave = client.on("error", () => {});
    await fail(503);
    leave();
    await runtime.advance(1500);
    await fail(500);
    expect(warnings).toEqual([expect.stringContaining("status 500")]);
  });
});
