import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pass, takeClocks } from "./servers/clock.ts";
import { type Judge, startJudge } from "./servers/judge.ts";
import { connectToHub, record } from "./signalr.ts";

const HANDSHAKE_TIMEOUT = 15_000;
const KEEP_ALIVE_INTERVAL = 15_000;
const CLIENT_TIMEOUT = 30_000;

let hub: Judge;

beforeEach(async () => {
  takeClocks();
  // It pings, and echoes calls, in a message with a ping.
  hub = await startJudge((party) => {
    let isGreeted = false;
    party.expect(HANDSHAKE_TIMEOUT, 1000, "no handshake");
    return (message) => {
      if (!message.endsWith("\x1e")) return party.condemn(1007, "a record without its end");
      for (const text of message.split("\x1e").slice(0, -1)) {
        const { protocol, type, target } = JSON.parse(text);
        if (isGreeted) {
          if (type === 1) party.send(record({ type: 6 }) + record({ type, target, arguments: [1, 2] }));
        } else if (protocol === "json") {
          isGreeted = true;
          party.send(record({}));
          party.every(KEEP_ALIVE_INTERVAL, () => party.send(record({ type: 6 })));
        } else {
          return party.condemn(1002, `type ${type} where a handshake was expected`);
        }
        party.expect(CLIENT_TIMEOUT, 1000, "nothing for 30 s");
      }
    };
  });
});

afterEach(async () => {
  vi.useRealTimers();
  await hub.stop();
});

const call = (target: string) => record({ type: 1, target, arguments: [] });

test("a client of a hub stays, is heard and hears, through a reconnect", async () => {
  const heard: unknown[] = [];
  const client = connectToHub(hub.url, (target, values) => heard.push([target, ...values]));
  client.send(call("first"));
  await pass(600_000);
  client.once("disconnect", () => client.send(call("second")));
  hub.server.drop("fin");
  await pass(600_000);
  expect(hub.verdicts).toEqual([]);
  expect(heard).toEqual([
    ["first", 1, 2],
    ["second", 1, 2],
  ]);
  expect(hub.server.record.counts.opens).toBe(2);
  client.terminate();
});

test("a hub that no longer pings is found", async () => {
  const client = connectToHub(hub.url, () => {});
  await pass(10_000);
  hub.server.silence();
  await pass(60_000);
  expect([client.lastError?.code, client.phase]).toEqual(["ERR_DEAD_PEER", "open"]);
  client.terminate();
});

test("who calls at once, and who sends nothing, is closed", async () => {
  const hasty = connect({ url: hub.url, onError: () => {} });
  hasty.send(call("first"));
  await pass(5000);
  const silent = connect({
    url: hub.url,
    onConnect: (_headers, client) => void client.send(record({ protocol: "json", version: 1 })),
    onError: () => {},
  });
  hasty.terminate();
  await pass(60_000);
  expect(hub.verdicts).toEqual(["type 1 where a handshake was expected", "nothing for 30 s"]);
  silent.terminate();
});
