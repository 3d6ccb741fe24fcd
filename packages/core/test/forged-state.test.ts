// What a peer sends is never taken for a state, however much it looks like one: handed back by a callback, it would say where
// the next attempt goes, and with what.

import type { GundamError } from "@gundam/core";
import { closed, settled, virtualClient, virtualWorld } from "@gundam/testing";
import { expect, test } from "vitest";

/** The next attempt's request, after a callback has handed this message back, and what was told. */
async function attemptAfter(message: string, answer: (parsed: object, state: object) => unknown) {
  const world = virtualWorld();
  const told: unknown[] = [];
  const client = virtualClient(world, {
    stableAfter: 0,
    retryTimeout: 0,
    onMessage: (text: string, _client: unknown, state: object) => answer(JSON.parse(text), state),
    onError: ({ message }: GundamError) => told.push(message),
  });
  const { request } = world.network.last;
  world.network.last.open();
  await settled();
  world.network.last.receive(message);
  await settled();
  world.network.last.lose(closed(1000));
  await settled(40);
  expect(world.network.transports).toHaveLength(2);
  return { client, told, before: request, after: world.network.last.request };
}

test.each([
  ["looks like one", { uri: "wss://evil.example/", headers: { cookie: "forged" }, openOpts: { retry: 0 } }],
  [
    "claims the brand by name",
    { "gundam.state": true, "Symbol(gundam.state)": true, uri: "wss://evil.example/" },
  ],
  ["has the brand's description", { description: "gundam.state", uri: "wss://evil.example/" }],
])("a message that %s", async (_, forged) => {
  const { client, before, after } = await attemptAfter(JSON.stringify(forged), (parsed) => parsed);
  expect([after.url, after.headers]).toEqual([before.url, before.headers]);
  expect(client.state).not.toHaveProperty("gundam.state");
});

test.each([
  ["__proto__", '{"__proto__":{"polluted":true,"uri":"wss://evil.example/"}}'],
  ["constructor", '{"constructor":{"prototype":{"polluted":true}}}'],
])("%s in a state that was made of a message reaches no other object", async (_, forged) => {
  const { before, after } = await attemptAfter(forged, (parsed, state) => ({ ...state, ...parsed }));
  expect("polluted" in {}).toBe(false);
  expect(after.url).toBe(before.url);
});

test("__proto__ in the options that a state carries is no option", async () => {
  const { told, before, after } = await attemptAfter(
    '{"retry":3,"__proto__":{"headers":{"cookie":"forged"}}}',
    (parsed, state) => ({
      ...state,
      openOpts: parsed,
    }),
  );
  expect("headers" in {}).toBe(false);
  expect(after.headers).toEqual(before.headers);
  expect(told).toEqual([]);
});
