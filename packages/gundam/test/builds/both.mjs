// A process that both imports and requires gundam, and so has two copies of it: what one makes is used with the other.
// Prints what it has been through.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { startEchoServer } from "@gundam/testing/server";
import * as imported from "gundam";

const require = createRequire(import.meta.url);
const required = require("gundam");
const server = await startEchoServer();

const opened = async ({ connect }, options) => {
  const client = connect({ url: server.url, onError() {}, ...options });
  await client.ready();
  return client;
};

const passings = {
  "a client": async (maker, { deliver, explain, flush, info, messages, ping }) => {
    const client = await opened(maker);
    const reader = messages(client);
    assert.equal(await deliver(client, "hello", { ack: true }), "acked");
    assert.deepEqual(await reader.next(), { value: "hello", done: false });
    assert.equal(await flush(client, { ack: true }), "acked");
    assert.ok((await ping(client)) >= 0);
    assert.equal(info(client).life.connections, 1);
    assert.equal(explain(client).attempts.length, 1);
    await client.close();
  },
  "a state": async (maker, user) => {
    const { state } = maker.connect({ url: `${server.url}?theirs`, onError() {} });
    const onDisconnect = (_, { headers }) => ({ ...state, headers });
    const client = await opened(user, { stableAfter: 0, retryTimeout: 0, onDisconnect });
    client.reconnect();
    await client.ready();
    assert.equal(client.state.uri, `${server.url}?theirs`);
  },
  "an error": async ({ connect, NotOpenError }, { isGundamError }) => {
    assert.ok(isGundamError(new NotOpenError()));
    assert.throws(() => connect({ url: server.url, retry: -1 }), isGundamError);
  },
  options: async ({ backoff, json, resilient }, user) => {
    const options = resilient({ url: server.url, retryFun: backoff(), wsOpts: { codec: json() } });
    const client = await opened(user, options);
    const received = new Promise((resolve) => client.once("message", resolve));
    client.send({ price: 1 });
    assert.deepEqual(await received, { price: 1 });
  },
  "the default supervisor": async (maker, user) => {
    const clients = [await opened(maker), await opened(user)];
    for (const client of clients) assert.ok(maker.supervisor.children().includes(client));
    await user.supervisor.shutdown();
    assert.deepEqual(maker.supervisor.children(), []);
    for (const { phase } of clients) assert.equal(phase, "closed");
  },
};

assert.notEqual(imported.connect, required.connect);
assert.deepEqual(Object.keys(required).sort(), Object.keys(imported).sort());
for (const [what, pass] of Object.entries(passings)) {
  await pass(imported, required);
  await pass(required, imported);
  console.log(what);
}
await server.stop();
