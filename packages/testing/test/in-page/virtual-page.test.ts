import { backoff, Client, type CoreOptions, info } from "@gundam/core";
import { expect, test } from "vitest";
import { applyFault, virtualPage } from "../../src/in-page/index.ts";

async function startOpen(options: Partial<CoreOptions> = {}, seed?: number) {
  const world = virtualPage(seed);
  const client = new Client(world.platform, { url: world.server.url, ...options });
  client.reconnect();
  await world.runtime.advance(1000);
  expect(client.phase).toBe("open");
  return { ...world, client };
}

test("a client on it is connected to its server, and time is yours", async () => {
  const { runtime, server, client } = await startOpen({ retryTimeout: 60_000, stableAfter: 120_000 });
  applyFault(server, { name: "drop" });
  await runtime.advance(59_000);
  expect(client.phase).toBe("waiting");
  await runtime.advance(2000);
  expect(client.phase).toBe("open");
});

test("the page's conditions are those of its clients", async () => {
  const { runtime, page, client } = await startOpen();
  page.goOffline();
  client.reconnect();
  await runtime.advance(10);
  expect(client.phase).toBe("waiting");
  page.goOnline();
  await runtime.advance(1000);
  expect(client.phase).toBe("open");
});

test("its platform is a browser's: options of sockets of one's own are ignored", () => {
  const { platform, server } = virtualPage();
  const client = new Client(platform, { url: server.url, wsOpts: { keepalive: 1000 } });
  expect(info(client).ignoredOptions).toEqual(["wsOpts.keepalive"]);
});

test("chance is what its seed makes of it", async () => {
  const waitOf = async (seed: number) => {
    const { runtime, server, client } = await startOpen({ retryFun: backoff() }, seed);
    const delays: number[] = [];
    client.on("retry", ({ delay }) => delays.push(delay));
    applyFault(server, { name: "drop" });
    await runtime.advance(10);
    expect(delays).toHaveLength(1);
    return delays[0];
  };
  expect(await waitOf(1)).toBe(await waitOf(1));
  expect(await waitOf(1)).not.toBe(await waitOf(2));
});
