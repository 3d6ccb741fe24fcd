// What the buttons say of their faults is true: of the library on a virtual clock, and a server in the page.

import { Client, type Platform } from "@gundam/core";
import { virtualWorld } from "@gundam/testing";
import { applyFault, type InPageEvent, InPageServer, inPageFaults } from "@gundam/testing/in-page";
import { describe, expect, test } from "vitest";
import { afterwords, behave, type FaultButton, faultGroups, requestOf } from "../../src/break/faults.ts";
import { presets } from "../../src/settings/settings.ts";

const buttons = [...faultGroups.flatMap((group) => group.buttons), behave];

function button(label: string): FaultButton {
  return buttons.find((one) => one.label === label)!;
}

/** What is said when a button has been pressed. */
function said(label: string, connections: number): string {
  const pressed = button(label);
  return afterwords(pressed, requestOf(pressed, String(pressed.number?.value)), connections);
}

test.each(buttons)("$label is a fault of the server's, with arguments that it takes", ({ fault, number }) => {
  const { name, ...args } = fault;
  const known = inPageFaults.find((one) => one.name === name);
  expect(known).toBeDefined();
  expect(known!.args).toEqual(
    expect.arrayContaining([...Object.keys(args), ...(number ? [number.name] : [])]),
  );
});

test("a few are there at first sight", () => {
  const first = buttons.filter(({ isFirst }) => isFirst).map(({ label }) => label);
  expect(first).toEqual(["Drop it", "Go silent", "Go away for", "Restart"]);
});

describe("while nobody is connected", () => {
  const nobody = "Nobody is connected, so nothing happened.";

  test("what strikes who is connected has done nothing", () => {
    expect(said("Drop it", 0)).toBe(nobody);
    expect(said("Go silent", 0)).toBe(nobody);
  });

  test("a slow link is one for later connections, too", async () => {
    expect(said("Slow link", 0)).toContain("on later connections too");
    const { client, world, received } = await connected("resilient", 1, ["Slow link"]);
    client.send("twenty bytes: 1234567");
    await world.runtime.advance(500);
    expect(received).toEqual([]);
    await world.runtime.advance(3000);
    expect(received).toEqual(["twenty bytes: 1234567"]);
  });
});

test("of what surprises nobody is said that it is done", () => {
  expect(said("Drop it", 1)).toBe("The server has been told to drop the connections.");
  expect(said("Go away for", 1)).toBe("The server has been told to go away for 4 s.");
});

test("what spoils the next attempts leaves a connection alone", async () => {
  expect(said("Refuse with", 1)).toContain("From the next attempt on");
  const { client, world, press } = await connected("resilient", 1);
  press("Refuse with");
  await world.runtime.advance(10_000);
  expect(client.phase).toBe("open");
});

describe.each(presets)("a restart, with $id", ({ id }) => {
  test("closes with 1012, is gone and back, and is come back to at random, at the first attempt", async () => {
    const waits: number[] = [];
    for (let seed = 1; seed <= 20; seed++) {
      const { client, world, press, events } = await connected(id, seed);
      let wait = 0;
      client.on("retry", ({ delay }) => {
        wait = delay;
      });
      press("Restart");
      await world.runtime.advance(1000);
      expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(["wentAway", "cameBack"]));
      expect(client.lastClose?.code).toBe(1012);
      await world.runtime.advance(wait);
      await world.runtime.advance(10);
      expect(client.phase).toBe("open");
      expect(events.filter(({ type }) => type === "opened")).toHaveLength(2);
      waits.push(wait);
    }
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(3000);
  });
});

/** A client that has just connected to a server to which this had been done. */
async function connected(preset: string, seed: number, before: readonly string[] = []) {
  const world = virtualWorld(seed);
  const events: InPageEvent[] = [];
  const received: unknown[] = [];
  const server = new InPageServer({ runtime: world.runtime, note: (event) => events.push(event) });
  const press = (label: string) =>
    applyFault(server, requestOf(button(label), String(button(label).number?.value)));
  for (const label of before) press(label);
  const platform: Platform = { ...world.platform, dial: server.dial as Platform["dial"] };
  const { lay } = presets.find(({ id }) => id === preset)!;
  const client = new Client(platform, lay({ url: server.url }));
  client.on("message", (message) => received.push(message));
  client.reconnect();
  await world.runtime.advance(10_000);
  expect(client.phase).toBe("open");
  return { client, world, press, events, received };
}
