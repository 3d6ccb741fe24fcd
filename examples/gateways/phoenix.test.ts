import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectToChannel } from "./phoenix.ts";
import { pass, takeClocks } from "./servers/clock.ts";
import { type Judge, startJudge } from "./servers/judge.ts";

/** Of a socket's transport, after the last that it has received. */
const TIMEOUT = 60_000;

let socket: Judge;
let heartbeats: string[];

beforeEach(async () => {
  takeClocks();
  heartbeats = [];
  // What is pushed to a channel is broadcast to it.
  socket = await startJudge((party) => {
    const joined = new Map<string, string>();
    if (!party.path.includes("vsn=2.0.0")) party.condemn(1003, "an unknown version");
    party.expect(TIMEOUT, 1000, "nothing for 60 s");
    return (message) => {
      party.expect(TIMEOUT, 1000, "nothing for 60 s");
      const [joinRef, ref, topic, event, payload] = JSON.parse(message);
      const reply = () =>
        party.send(JSON.stringify([joinRef, ref, topic, "phx_reply", { status: "ok", response: {} }]));
      if (event === "phx_join") joined.set(topic, joinRef);
      else if (topic === "phoenix") heartbeats.push(ref);
      else if (joined.get(topic) === joinRef) party.send(JSON.stringify([null, null, topic, event, payload]));
      else return party.condemn(1008, `${event} to a topic that was not joined`);
      reply();
    };
  });
});

afterEach(async () => {
  vi.useRealTimers();
  await socket.stop();
});

test("a channel is joined on each connection, and kept by heartbeats that nobody hears", async () => {
  const heard: string[] = [];
  const { client, push } = connectToChannel(`${socket.url}?vsn=2.0.0`, "room:1", (event) =>
    heard.push(event),
  );
  push("first", {});
  await pass(600_000);
  client.once("disconnect", () => push("second", {}));
  socket.server.drop("fin");
  await pass(600_000);
  expect(socket.verdicts).toEqual([]);
  expect(heard.filter((event) => event !== "phx_reply")).toEqual(["first", "second"]);
  // Of two joins and two pushes, and none of a heartbeat.
  expect(heard).toHaveLength(6);
  expect(heartbeats.length).toBeGreaterThan(30);
  expect(new Set(heartbeats).size).toBe(heartbeats.length);
  client.terminate();
});

test("a server that no longer replies is found", async () => {
  const { client } = connectToChannel(`${socket.url}?vsn=2.0.0`, "room:1", () => {});
  await pass(10_000);
  socket.server.silence();
  await pass(60_000);
  expect([client.lastError?.code, client.phase]).toEqual(["ERR_DEAD_PEER", "open"]);
  client.terminate();
});

test("who has no heartbeat is closed", async () => {
  const client = connect({ url: `${socket.url}?vsn=2.0.0`, onError: () => {} });
  await pass(2 * TIMEOUT);
  expect(socket.verdicts).toContain("nothing for 60 s");
  client.terminate();
});
