// What the original was seen to do, where it takes long: see golden.test.ts.

import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { next } from "../../node/test/connecting.ts";
import { echoServer } from "../../node/test/dialling.ts";
import { play } from "./golden.ts";

test("(u) 64 MiB come back intact, as text and as bytes, if maxPayload lets them", async () => {
  const server = await echoServer();
  const size = 64 * 1024 * 1024;
  const { client } = play({
    url: server.url,
    wsOpts: { maxPayload: size },
    sendQueue: { maxBytes: Infinity },
  });
  await client.ready();
  const bytes = randomBytes(size);
  client.send(bytes);
  expect(bytes.equals((await next(client, "message")) as Uint8Array)).toBe(true);
  const text = bytes.toString("hex", 0, size / 2);
  client.send(text);
  expect((await next(client, "message")) === text).toBe(true);
});
