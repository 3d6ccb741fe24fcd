// What is clicked becomes an incident, and what is played goes through its steps: on a faked clock, with a server in the page.

import type { Platform } from "@gundam/core";
import { applyFault, InPageServer } from "@gundam/testing/in-page";
import { signal } from "@preact/signals";
import { browserPlatform } from "gundam";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PageConditions } from "../../src/client/page-conditions.ts";
import { Session } from "../../src/client/session.ts";
import { moment } from "../../src/clock.ts";
import type { Act } from "../../src/incident/incident.ts";
import { IncidentDesk } from "../../src/incident/incident-desk.ts";
import type { Stage } from "../../src/incident/incident-player.ts";
import { readIncident } from "../../src/incident/incident-text.ts";
import type { ServerLine } from "../../src/server/server-line.ts";
import type { FaultRequest } from "../../src/server/server-protocol.ts";
import { presets, type Settings } from "../../src/settings/settings.ts";

const settings: Settings = { url: "ws://in-page/", preset: presets[0], values: {} };
const drop: Act = { type: "fault", fault: { name: "drop", how: "rst" } };
const behave: FaultRequest = { name: "behave" };

let server: InPageServer;
let sessions: readonly [Session, Session];
let conditions: PageConditions;
/** What the server was told, and when. */
let told: { readonly at: number; readonly fault: FaultRequest }[];
let stage: Stage;

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
  });
  vi.stubGlobal("requestAnimationFrame", (draw: () => void) => setTimeout(draw, 16));
  // Its timers have to be those that are faked.
  const runtime = {
    ...browserPlatform.runtime,
    setTimer(delay: number, fire: () => void) {
      const timer = setTimeout(fire, delay);
      return () => clearTimeout(timer);
    },
  };
  server = new InPageServer({ runtime });
  told = [];
  conditions = new PageConditions();
  sessions = [new Session("A", conditions), new Session("B", conditions)];
  const platform: Platform = { ...browserPlatform, runtime, dial: server.dial };
  const line: ServerLine = {
    state: signal(undefined),
    async apply(fault) {
      told.push({ at: performance.now(), fault });
      applyFault(server, fault);
    },
  };
  stage = {
    shown: signal(sessions.slice(0, 1)),
    conditions,
    line: signal(line),
    start: (session) => session.start(settings, conditions.lay(platform)),
  };
});

afterEach(() => {
  for (const session of sessions) session.terminate();
  moment.value = undefined;
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

async function openDesk(text = ""): Promise<IncidentDesk> {
  const desk = new IncidentDesk(stage, text);
  stage.start(sessions[0]);
  await pass(50);
  expect(sessions[0].position.value.state.name).toBe("open");
  return desk;
}

/** As the bench does it. */
function press(desk: IncidentDesk, act: Act): void {
  desk.note(act);
  if (act.type === "fault") applyFault(server, act.fault);
}

describe("recording", () => {
  test("the first act begins an incident, and each other is a step of it", async () => {
    const desk = await openDesk();
    await pass(5000);
    press(desk, drop);
    await pass(1230);
    press(desk, { type: "fault", fault: { name: "refuse", status: "503", times: "" } });
    await pass(800);
    press(desk, { type: "handover" });
    expect(desk.text.value).toBe("0:drop(rst),1250:refuse(503),2050:hand-over");
    expect(desk.run.value.name).toBe("recording");
  });

  test("it ends when nothing has been done for a while, and shows little after the last thing that happened", async () => {
    const desk = await openDesk();
    press(desk, drop);
    await pass(11_000);
    expect(desk.run.value.name).toBe("over");
    expect(desk.incident.value.duration).toBeGreaterThanOrEqual(2000);
    expect(desk.incident.value.duration).toBeLessThan(3000);
    expect(desk.isRecording.value).toBe(true);
  });

  test("it does not end while a client is away", async () => {
    const desk = await openDesk();
    press(desk, { type: "fault", fault: { name: "away", ms: 15_000 } });
    await pass(14_000);
    expect(desk.run.value.name).toBe("recording");
    await pass(40_000);
    expect(desk.run.value.name).toBe("over");
    expect(desk.incident.value.duration).toBeGreaterThan(15_000);
  });

  test("the act after its end begins another", async () => {
    const desk = await openDesk();
    press(desk, drop);
    await pass(12_000);
    press(desk, { type: "reconnect" });
    expect(desk.text.value).toBe("0:reconnect");
  });

  test("to behave is no incident, but can be a step of one", async () => {
    const desk = await openDesk();
    press(desk, { type: "fault", fault: behave });
    expect(desk.text.value).toBe("");
    press(desk, drop);
    press(desk, { type: "fault", fault: behave });
    expect(desk.text.value).toBe("0:drop(rst),0:behave");
  });

  test("what is switched off stays off, and what is there stays until an act begins another", async () => {
    const desk = await openDesk();
    press(desk, drop);
    await pass(300);
    desk.record(false);
    expect(desk.run.value.name).toBe("over");
    press(desk, { type: "reconnect" });
    desk.record(true);
    expect(desk.text.value).toBe("0:drop(rst),300:end");
    press(desk, { type: "reconnect" });
    expect(desk.text.value).toBe("0:reconnect");
  });

  test("an act leads back from the past", async () => {
    const desk = await openDesk();
    moment.value = 10;
    press(desk, drop);
    expect(moment.value).toBeUndefined();
  });
});

describe("the address", () => {
  test("its incident is there to be played, and is not recorded over", async () => {
    const desk = await openDesk("0:drop(rst),500:behave");
    expect(desk.run.value.name).toBe("unseen");
    press(desk, { type: "reconnect" });
    expect(desk.text.value).toBe("0:drop(rst),500:behave");
  });

  test("a text that is none is told, and stays in the address until there is an incident", async () => {
    const desk = await openDesk("0:explode");
    expect(desk.problem).toContain("“explode” is no act");
    expect(desk.text.value).toBe("0:explode");
    press(desk, drop);
    expect(desk.problem).toBe("");
    expect(desk.text.value).toBe("0:drop(rst)");
  });
});

describe("playing", () => {
  test("from a fresh connection, each step at its time, and in the end the server behaves", async () => {
    const desk = await openDesk();
    press(desk, { type: "fault", fault: { name: "refuse" } });
    desk.play(readIncident("100:drop(rst),600:offline,900:online,1000:end"));
    expect(desk.run.value.name).toBe("connecting");
    expect(desk.isRecording.value).toBe(false);
    await pass(20);
    const run = desk.run.value;
    if (run.name !== "playing") throw new Error(`it is ${run.name}`);
    expect(sessions[0].position.value.state.name).toBe("open");
    await pass(700);
    expect(conditions.isOffline.value).toBe(true);
    await pass(500);
    expect(conditions.isOffline.value).toBe(false);
    expect(told.map(({ at, fault }) => [fault.name, at - run.origin])).toEqual([
      ["behave", expect.any(Number)],
      ["drop", 100],
      ["behave", 1000],
    ]);
    expect(desk.run.value).toMatchObject({ name: "over", origin: run.origin, until: run.origin + 1000 });
    expect(desk.player.played.value?.isWhole).toBe(true);
  });

  test("stopped on the way, it leaves a server that behaves and a page in the open", async () => {
    const desk = await openDesk();
    desk.play(readIncident("0:stall-at-upgrade,0:offline,0:hide,5000:drop"));
    await pass(500);
    expect([conditions.isOffline.value, conditions.isHidden.value]).toEqual([true, true]);
    desk.player.stop();
    await pass(6000);
    expect([conditions.isOffline.value, conditions.isHidden.value]).toEqual([false, false]);
    expect(told.map(({ fault }) => fault.name)).toEqual(["behave", "stall-at-upgrade", "behave"]);
    expect(desk.player.played.value?.isWhole).toBe(false);
  });

  test("stopped while it connects, nothing of it happens", async () => {
    const desk = await openDesk();
    desk.play(readIncident("0:drop"));
    desk.player.stop();
    await pass(6000);
    expect(told.map(({ fault }) => fault.name)).toEqual(["behave", "behave"]);
    expect(desk.run.value.name).toBe("unseen");
  });

  test("another one takes its place", async () => {
    const desk = await openDesk();
    desk.play(readIncident("1000:drop"));
    await pass(100);
    desk.play(readIncident("0:refuse(503),100:end"));
    await pass(3000);
    expect(told.map(({ fault }) => fault.name)).not.toContain("drop");
    expect(desk.player.played.value?.isWhole).toBe(true);
  });

  test("it begins although nobody can be connected", async () => {
    const desk = await openDesk();
    stage = { ...stage, start: () => server.goAway() };
    const lonely = new IncidentDesk(stage, "");
    lonely.play(readIncident("0:hide,100:end"));
    await pass(6000);
    expect(lonely.player.played.value?.isWhole).toBe(true);
    expect(desk.run.value.name).toBe("unseen");
  });

  test("what is meant for one client is done to that one", async () => {
    const both = new IncidentDesk({ ...stage, shown: signal(sessions) }, "");
    both.play(readIncident("0:close-client(B),500:end"));
    await pass(300);
    expect(sessions.map(({ position }) => position.value.state.name)).toEqual(["open", "closed"]);
  });

  test("a server that is not ours is not broken, and that is told", async () => {
    const desk = new IncidentDesk({ ...stage, line: signal(undefined) }, "");
    desk.play(readIncident("0:drop,100:close-client,500:end"));
    await pass(1000);
    expect(sessions[0].position.value.state.name).toBe("closed");
    const words = sessions[0].events.log.entries.value.map(({ text }) => text);
    expect(words.filter((text) => text.includes("not done"))).toEqual([
      "drop the connections: not done, this server is not ours to break",
    ]);
  });

  test("what cannot be done is told, and the rest is done", async () => {
    const desk = await openDesk();
    desk.play({
      steps: [
        { at: 0, act: { type: "fault", fault: { name: "drop", how: "sideways" } } },
        { at: 100, act: { type: "close" } },
      ],
      duration: 500,
    });
    await pass(1000);
    expect(sessions[0].position.value.state.name).toBe("closed");
    expect(sessions[0].events.log.entries.value.map(({ text }) => text)).toContainEqual(
      expect.stringContaining("not done, drop.how must be one of fin, rst"),
    );
  });
});

describe("the past", () => {
  test("the session shows what it was at a moment, and then again what it is", async () => {
    const desk = await openDesk();
    desk.play(readIncident("0:refuse(503),500:drop(rst),4000:end"));
    await pass(2000);
    const run = desk.run.value;
    if (run.name !== "playing") throw new Error(`it is ${run.name}`);
    const [session] = sessions;
    expect(session.position.value.state.name).toBe("waiting");
    moment.value = run.origin + 400;
    expect(session.shownPosition.value.state.name).toBe("open");
    expect(session.shownAttempts.value.at(-1)).toMatchObject({
      opened: true,
      error: undefined,
      verdict: undefined,
    });
    moment.value = run.origin + 600;
    expect(session.shownPosition.value.state.name).not.toBe("open");
    expect(session.shownAttempts.value[0]).toMatchObject({ opened: true, error: { name: "ConnectError" } });
    moment.value = undefined;
    expect(session.shownPosition.value.state.name).toBe("waiting");
  });
});
