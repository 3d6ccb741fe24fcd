import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pass, takeClocks } from "./servers/clock.ts";
import { type Judge, startJudge } from "./servers/judge.ts";
import { connectToSocketIo, eventPacket } from "./socket-io.ts";

const PING_INTERVAL = 25_000;
const PING_TIMEOUT = 20_000;

let server: Judge;

beforeEach(async () => {
  takeClocks();
  // Engine.IO and Socket.IO, as far as they go here; events are echoed.
  server = await startJudge((party) => {
    let isIn = false;
    const settings = { sid: "a", upgrades: [], pingInterval: PING_INTERVAL, pingTimeout: PING_TIMEOUT };
    party.send(`0${JSON.stringify(settings)}`);
    party.every(PING_INTERVAL, () => {
      party.send("2");
      party.expect(PING_TIMEOUT, 1000, "ping timeout");
    });
    return (packet) => {
      if (packet === "3") party.expectNothing();
      else if (packet === "40") {
        isIn = true;
        party.send('40{"sid":"b"}');
      } else if (packet.startsWith("42") && isIn) party.send(packet);
      else if (packet === "2") party.condemn(1000, "invalid heartbeat direction");
      else if (packet !== "6") party.condemn(1000, `${packet} before its namespace was entered`);
    };
  });
});

afterEach(async () => {
  vi.useRealTimers();
  await server.stop();
});

test("a client of Socket.IO is in after its greeting, through a reconnect, and stays", async () => {
  const heard: unknown[] = [];
  const client = connectToSocketIo(server.url, (...what) => heard.push(what));
  client.send(eventPacket("news", 1));
  await pass(600_000);
  client.once("disconnect", () => client.send(eventPacket("news", 2)));
  server.server.drop("fin");
  await pass(600_000);
  expect(server.verdicts).toEqual([]);
  expect(heard).toEqual([
    ["news", 1],
    ["news", 2],
  ]);
  expect(server.server.record.counts.opens).toBe(2);
  client.terminate();
});

test("a server that no longer asks is found", async () => {
  const client = connectToSocketIo(server.url, () => {});
  await pass(10_000);
  server.server.silence();
  await pass(PING_INTERVAL + PING_TIMEOUT + 20_000);
  expect([client.lastError?.code, client.phase]).toEqual(["ERR_DEAD_PEER", "open"]);
  client.terminate();
});

test("who sends at once, and answers no ping, is closed for either", async () => {
  const client = connect({ url: server.url, onError: () => {} });
  await pass(PING_INTERVAL + PING_TIMEOUT);
  client.send(eventPacket("news", 1));
  await pass(1000);
  expect(server.verdicts).toEqual(["ping timeout", expect.stringContaining("before its namespace")]);
  client.terminate();
});
