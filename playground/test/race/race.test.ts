// Whole races in no time: the libraries themselves against the server in the page, on a clock of the test's.

import type { Platform } from "@gundam/core";
import { messageOf } from "@gundam/testing/streams";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Act } from "../../src/incident/incident.ts";
import type { Contender } from "../../src/race/contender.ts";
import { openInPageRaceServer } from "../../src/race/in-page-race-server.ts";
import { contender as partysocket } from "../../src/race/lanes/partysocket.ts";
import { contender as reconnectingWebSocket } from "../../src/race/lanes/reconnecting-websocket.ts";
import { contender as twelveLines } from "../../src/race/lanes/twelve-lines.ts";
import { poster } from "../../src/race/poster.ts";
import { Race } from "../../src/race/race.ts";
import { type RaceIncident, raceIncidents } from "../../src/race/race-incidents.ts";
import type { RaceServer } from "../../src/race/race-server.ts";
import { lostOf, type Result } from "../../src/race/result.ts";

const contenders = [twelveLines, reconnectingWebSocket, partysocket];

let race: Race;
let server: RaceServer;

beforeEach(async () => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"],
  });
  // What is loaded lazily is loaded before the clock runs.
  for (const { load } of contenders) await load();
  race = new Race();
});

afterEach(() => {
  race.stop();
  vi.useRealTimers();
});

const runtime = {
  now: () => performance.now(),
  setTimer: (delay: number, fire: () => void) => {
    const timer = setTimeout(fire, delay);
    return () => clearTimeout(timer);
  },
  microtask: queueMicrotask,
};

function begin(incident: RaceIncident, runners: readonly Contender[] = contenders): void {
  void race.run({
    contenders: runners,
    incident,
    openServer: async () => {
      server = openInPageRaceServer({ runtime } as unknown as Platform);
      return server;
    },
  });
}

async function run(id: string, runners?: readonly Contender[]): Promise<Readonly<Record<string, Result>>> {
  begin(raceIncidents.find((incident) => incident.id === id)!, runners);
  await vi.advanceTimersByTimeAsync(14_000);
  expect(race.problem.value).toBe("");
  expect(race.phase.value).toBe("over");
  return Object.fromEntries(race.results.value.map((result) => [result.id, result]));
}

test("the connection drops: who sends to a closed socket loses what it sends until it is open again", async () => {
  const results = await run("drop");
  const { "twelve-lines": own, partysocket } = results;
  // From 2.05 s to 3.05 s.
  expect(own).toMatchObject({ attempts: 1, mostOpen: 1, isBack: true });
  expect(own?.toServer).toMatchObject({
    sent: 100,
    lost: 10,
    refused: 0,
    waiting: 0,
    doubled: 0,
    outOfOrder: 0,
  });
  expect(own?.downtime).toBeGreaterThanOrEqual(1000);
  expect(own?.downtime).toBeLessThan(1050);
  expect(partysocket?.toServer).toMatchObject({ sent: 100, lost: 0, refused: 0 });
  expect(partysocket?.downtime).toBeGreaterThanOrEqual(3000);
  for (const { toClient } of Object.values(results)) expect(toClient.lost).toBe(0);
});

test("the poster shows what comes of a race, where no lot is drawn", async () => {
  await run("drop");
  for (const lane of race.lanes.value.filter(({ contender }) => contender !== reconnectingWebSocket)) {
    const { spans, attempts } = poster.lanes[lane.contender.id]!;
    const rounded = lane.spans(10_000).map(({ from, state }) => ({ from: Math.round(from), state }));
    expect(rounded).toEqual(spans);
    expect(lane.attempts).toEqual(attempts);
  }
});

test("a stalled handshake: what is thrown for is refused, what is kept waits, and neither is lost", async () => {
  const { "twelve-lines": own, partysocket } = await run("stall");
  // It is stalled for good from 3.05 s on, and throws.
  expect(own).toMatchObject({ isBack: false, attempts: 1 });
  expect(own?.toServer).toMatchObject({ refused: 70, lost: 10, waiting: 0 });
  expect(own?.downtime).toBeGreaterThan(7900);
  expect(partysocket?.toServer).toMatchObject({ refused: 0, lost: 0 });
});

test("who is not back at the end still has what it was given", async () => {
  const fault: Act = { type: "fault", fault: { name: "away" } };
  begin({ ...raceIncidents[0], steps: [{ at: 2050, act: fault }] }, [partysocket]);
  await vi.advanceTimersByTimeAsync(14_000);
  expect(race.results.value[0]).toMatchObject({
    isBack: false,
    toServer: { sent: 100, waiting: 80, lost: 0 },
  });
});

test("who comes back only while it is counted has not come back, though its socket is open", async () => {
  const fault: Act = { type: "fault", fault: { name: "away", ms: 7900 } };
  begin({ ...raceIncidents[0], steps: [{ at: 2050, act: fault }] }, [twelveLines]);
  await vi.advanceTimersByTimeAsync(14_000);
  expect(race.lanes.value[0]!.isUp).toBe(true);
  const [result] = race.results.value;
  expect(result).toMatchObject({ isBack: false, attempts: 8 });
  expect(result!.downtime).toBeGreaterThan(7900);
});

test("silence: nobody is lost, everything comes late, and all were cut off for as long", async () => {
  for (const result of Object.values(await run("silence"))) {
    expect(lostOf(result)).toBe(0);
    expect(result.attempts).toBe(0);
    expect(result.downtime).toBeGreaterThan(3900);
    expect(result.downtime).toBeLessThan(4150);
  }
  const spans = race.lanes.value[0]!.spans(10_000);
  expect(spans.map(({ state }) => state)).toEqual(["connected", "silent", "connected"]);
});

test.each(raceIncidents)("$id: what was sent has arrived, was refused, waits, or is lost", async ({ id }) => {
  const results = await run(id);
  const records = await server.records();
  for (const { id, toServer, toClient, mostOpen } of Object.values(results)) {
    const { received, sent } = records[id]!;
    expect(toServer.sent).toBe(100);
    expect(received.arrived + toServer.refused + toServer.waiting + toServer.lost).toBe(100);
    expect(toClient.sent).toBe(sent);
    expect(toServer.doubled + toServer.outOfOrder + toClient.doubled + toClient.outOfOrder).toBe(0);
    expect(mostOpen).toBe(records[id]!.mostOpen);
  }
});

test("the server echoes nothing, nor does it once it behaves again", async () => {
  const heard: unknown[] = [];
  const listener: Contender = {
    ...twelveLines,
    load: async () => {
      const start = await twelveLines.load();
      return (given) => {
        const received = (message: unknown) => {
          heard.push(message);
          given.told.received(message);
        };
        const { attempted, opened, lost } = given.told;
        return start({ ...given, told: { attempted, opened, lost, received } });
      };
    },
  };
  await run("flapping", [listener]);
  expect(heard.length).toBeGreaterThan(50);
  expect(heard.filter((message) => !String(message).startsWith("server "))).toEqual([]);
});

test("cancelled, nothing goes on: no figures, no timers, and code that reconnects for ever connects no more", async () => {
  begin(raceIncidents[0]);
  await vi.advanceTimersByTimeAsync(2500);
  expect(race.phase.value).toBe("running");
  race.stop();
  await vi.advanceTimersByTimeAsync(5000);
  expect(race.phase.value).toBe("idle");
  expect(race.results.value).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
  expect(await server.records()).toMatchObject({ "twelve-lines": { opened: 1 } });
});

test("a second race begins at once where one goes on", async () => {
  begin(raceIncidents[0]);
  await vi.advanceTimersByTimeAsync(5000);
  const { [twelveLines.id]: own } = await run("drop");
  expect(own?.toServer.sent).toBe(100);
});

test("who never connects is named", async () => {
  const nobody: Contender = {
    ...twelveLines,
    name: "Nobody",
    load: async () => () => ({ send: () => {}, close: () => {} }),
  };
  begin(raceIncidents[0], [twelveLines, nobody]);
  await vi.advanceTimersByTimeAsync(6000);
  expect(race.problem.value).toBe("Nobody did not connect");
  expect(race.phase.value).toBe("idle");
});

test("what comes twice, or in another order, is counted in both directions", async () => {
  const clumsy: Contender = {
    ...twelveLines,
    id: "clumsy",
    load: async () => (start) => {
      const fifth = messageOf("server", 5);
      const socket = new start.WebSocket(start.url);
      socket.onopen = start.told.opened;
      socket.onmessage = ({ data }) => {
        if (data !== fifth) start.told.received(data);
        if (data === messageOf("server", 6)) start.told.received(fifth);
      };
      return {
        send: (message) => {
          socket.send(message);
          if (message === messageOf("client", 7)) socket.send(message);
        },
        close: () => {},
      };
    },
  };
  const quiet = { ...raceIncidents[0], steps: [] };
  begin(quiet, [clumsy]);
  await vi.advanceTimersByTimeAsync(14_000);
  expect(race.results.value[0]).toMatchObject({
    toServer: { doubled: 1, outOfOrder: 0, lost: 0 },
    toClient: { doubled: 0, outOfOrder: 1, lost: 0 },
  });
});
