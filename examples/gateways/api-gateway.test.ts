import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectToApiGateway } from "./api-gateway.ts";
import { pass, takeClocks } from "./servers/clock.ts";
import { Gateway } from "./servers/gateway.ts";

const hour = 3_600_000;
const kilobyte = 1024;

let server: EchoServer;
let gateway: Gateway;

beforeEach(async () => {
  takeClocks();
  server = await startEchoServer();
  gateway = await Gateway.start(server.port, {
    idle: hour / 6,
    life: "messages",
    age: 2 * hour,
    frameSize: 32 * kilobyte,
    messageSize: 128 * kilobyte,
    ending: "close",
  });
});

afterEach(async () => {
  vi.useRealTimers();
  await gateway.stop();
  await server.stop();
});

test("a client is never closed, loses no connection in five hours, and sends what is large", async () => {
  const heard: string[] = [];
  const lost: unknown[] = [];
  const client = connectToApiGateway(gateway.url, (message) => heard.push(message));
  client.on("disconnect", (event) => lost.push(event));
  const large = "é".repeat(50 * kilobyte);
  await pass(3 * hour);
  client.send(large);
  await pass(2 * hour);
  expect(gateway.verdicts).toEqual([]);
  expect(lost).toEqual([]);
  expect(heard.filter((message) => message !== '{"action":"keepalive"}')).toEqual([large]);
  expect(server.record.counts.opens).toBeGreaterThan(2);
  expect(server.connections).toHaveLength(1);
  client.terminate();
});

test("who is silent, who stays, and who sends a large frame or message is closed", async () => {
  const client = connect({ url: gateway.url, retry: Infinity, onError: () => {} });
  await pass(hour / 5);
  const talking = setInterval(() => client.send("still there"), hour / 20);
  await pass(3 * hour);
  clearInterval(talking);
  client.send("x".repeat(40 * kilobyte));
  await pass(1000);
  const fragmenting = connect({
    url: gateway.url,
    wsOpts: { maxFrameSize: 32 * kilobyte },
    onError: () => {},
  });
  fragmenting.send("x".repeat(200 * kilobyte));
  await pass(1000);
  expect(gateway.verdicts).toEqual([
    "idle",
    "too old",
    `a frame of ${40 * kilobyte} bytes`,
    `a message of ${160 * kilobyte} bytes`,
  ]);
  client.terminate();
  fragmenting.terminate();
});
