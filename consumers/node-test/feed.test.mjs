import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { startEchoServer } from "@gundam/testing/server";
import { connect, resilient } from "gundam";

let server;
beforeEach(async () => {
  server = await startEchoServer();
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(async () => {
  mock.timers.reset();
  await server.stop();
});

test("connects again after five seconds", async () => {
  const client = connect(
    resilient({ url: server.url, retryFun: (retries) => ({ retries, timeout: 5_000 }) }),
  );
  await client.ready();
  const waits = new Promise((resolve) => client.once("retry", resolve));
  server.drop();
  await waits;

  mock.timers.tick(5_000);
  await client.ready();
  assert.equal(server.record.counts.opens, 2);
  client.terminate();
});
