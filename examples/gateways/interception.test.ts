// What looks into TLS, and has an authority of its own.

import { identity, pemPath } from "@gundam/testing/certificates";
import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { connect } from "gundam";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectThroughInspection } from "./interception.ts";

let server: EchoServer;

beforeEach(async () => {
  server = await startEchoServer({ tls: identity("server") });
});

afterEach(() => server.stop());

test("who is told whom to trust is connected", async () => {
  const client = await connectThroughInspection(server.url, pemPath("authority"));
  await client.ready();
  expect(server.record.counts.opens).toBe(1);
  client.terminate();
});

test("who is not ends, and is told why", async () => {
  const client = connect({ url: server.url, onError: () => {} });
  await expect(client.ready()).rejects.toMatchObject({ code: "ERR_TLS", rejected: true });
  expect(server.record.counts.opens).toBe(0);
});
