// What is the user's can do anything, and harms nobody else: a few rounds of what hostile/command.mjs plays by the thousands,
// and that it plays with everything there is.

import { type DeclarationTable, type EventType, isOfKind } from "@gundam/core";
import { expect, test } from "vitest";
import { nodePlatform } from "../src/index.ts";
import { planOf, show } from "./hostile/plan.mjs";
import { eventNames, functions, objects } from "./hostile/points.mjs";
import { play } from "./hostile/round.mjs";
import { World } from "./hostile/world.mjs";

const rounds = 80;

/** Every event there is: a new one does not compile without its line. */
const events: Record<EventType, true> = {
  connect: true,
  message: true,
  disconnect: true,
  error: true,
  close: true,
  attempt: true,
  phase: true,
  retry: true,
  drain: true,
  drop: true,
  ping: true,
  pong: true,
  change: true,
  handover: true,
};

/** What options may be, of what can hold code. */
const samples = [
  () => {},
  new Proxy(
    { aborted: false, href: "ws://x.test/" },
    { get: (target, key) => Reflect.get(target, key) ?? (() => {}) },
  ),
  ["chat"],
];

/** The declared options that take a function, or an object that is no group of options. */
function holders(table: DeclarationTable, prefix = ""): string[] {
  return Object.entries(table).flatMap(([key, declared]) => {
    const path = prefix + key;
    if (!Array.isArray(declared)) return [path, ...holders(declared as DeclarationTable, `${path}.`)];
    const [kind] = declared;
    return samples.some((sample) => isOfKind(kind, sample)) ? [path] : [];
  });
}

test("every event and every function and object among the options has its part", () => {
  expect([...eventNames].sort()).toEqual(Object.keys(events).sort());
  const points = [...Object.keys(functions), ...Object.keys(objects)];
  const isPlayed = (path: string) => points.some((point) => point === path || point.startsWith(`${path}.`));
  expect(holders(nodePlatform.declarations).filter((path) => !isPlayed(path))).toEqual([]);
});

test(`${rounds} rounds harm nobody`, async () => {
  const world = await World.make();
  let opened = 0;
  for (let seed = 1; seed <= rounds; seed++) {
    const { problems, opened: connections } = await play(seed, world);
    if (problems.length > 0) expect.fail(`${show(planOf(seed))}\n${problems.join("\n")}`);
    opened += connections;
  }
  await world.end();
  expect(opened).toBeGreaterThan(rounds / 4);
}, 120_000);
