// Messages in fragments of `wsOpts.maxFrameSize`, all the way to a server that reads them with pings in between.

import { Buffer } from "node:buffer";
import { startEchoServer } from "@gundam/testing/server";
import { expect, onTestFinished, test, vi } from "vitest";
import { connect } from "../src/index.ts";

const texts = ["", "x", "日本語 🙂".repeat(50), "x".repeat(5_000)];
const binaries = [0, 1, 7, 3_000].map((length) => Uint8Array.from({ length }, (_, index) => index * 7));

test.each(
  [1, 2, 3, 125, 126, 65_536, Infinity].flatMap((maxFrameSize) =>
    [false, true].map((compress) => ({ maxFrameSize, compress })),
  ),
)("$maxFrameSize bytes, compressed: $compress: each message arrives whole", async (wsOpts) => {
  const server = await startEchoServer({ perMessageDeflate: true });
  const client = connect({ url: server.url, wsOpts });
  onTestFinished(async () => {
    client.terminate();
    await server.stop();
  });
  const echoes: unknown[] = [];
  client.on("message", (message) => {
    echoes.push(typeof message === "string" ? message : Buffer.from(message));
  });
  await client.ready();
  const sent = [...texts, ...binaries];
  for (const message of sent) {
    client.send(message);
    server.ping();
  }
  const expected = sent.map((message) => (typeof message === "string" ? message : Buffer.from(message)));
  await vi.waitFor(() => expect(echoes).toEqual(expected), { timeout: 10_000 });
  expect(server.record.pongs.length).toBeGreaterThan(0);
  expect(client.phase).toBe("open");
});
