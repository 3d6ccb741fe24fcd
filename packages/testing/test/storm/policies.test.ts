// The constants of every policy: its waits one after another, at both ends of chance.

import { closed, reset } from "@gundam/testing";
import { policies } from "@gundam/testing/storm";
import { expect, test } from "vitest";

const ALMOST_1 = 1 - 2 ** -32;

/** The waits of one client when every number it draws is `chance`; its attempts fail at once. */
function waitsOf(name: string, chance: number, failure = reset(), many = 12): number[] {
  const policy = policies.find((policy) => policy.name === name)!;
  const fleet = policy.fleet(1, () => chance);
  let now = 0;
  return Array.from({ length: many }, () => {
    const wait = fleet.plan(0, failure, now);
    now += wait;
    return wait === Infinity ? wait : Math.round(wait);
  });
}

const never = (many: number): number[] => Array<number>(many).fill(Infinity);
const again = (wait: number, many: number): number[] => Array<number>(many).fill(wait);

test.each([
  ["default", [0, 5000, 5000, 5000, 5000, ...never(7)]],
  ["gun", [0, 5000, 5000, 5000, 5000, ...never(7)]],
  ["partysocket", [3000, 3900, 5070, 6591, 8568, ...again(10_000, 7)]],
  ["phoenix", [10, 50, 100, 150, 200, 250, 500, 1000, 2000, ...again(5000, 3)]],
  ["signalr", [0, 2000, 10_000, 30_000, ...never(8)]],
])("%s waits the same whatever chance says", (name, waits) => {
  expect(waitsOf(name, 0)).toEqual(waits);
  expect(waitsOf(name, ALMOST_1)).toEqual(waits);
});

test.each([
  {
    name: "reconnecting-websocket",
    least: [1000, 1300, 1690, 2197, 2856, 3713, 4827, 6275, 8157, 10_000, 10_000, 10_000],
    most: [5000, 6500, 8450, ...again(10_000, 9)],
  },
  {
    // The first decimal of the same number says whether it is less or more: 0.0 is less, 0.9 is more.
    name: "socket.io",
    least: [1000, 2000, 4000, ...again(5000, 9)],
    most: [1499, 2999, ...again(5000, 10)],
  },
  {
    name: "centrifuge",
    least: again(500, 12),
    most: [1000, 1500, 2500, 4500, 8500, 16_500, ...again(20_000, 6)],
  },
  { name: "full-jitter", least: again(0, 12), most: [1000, 2000, 4000, 8000, 16_000, ...again(20_000, 7)] },
  {
    // A quarter, and three quarters, of the time since the loss, which count as 640 ms at the least and little more than 4 s.
    name: "resilient",
    least: [0, 160, 160, 160, 160, 160, 200, 250, 313, 391, 488, 610],
    most: [100, 480, 480, 795, 1391, 2435, 3043, 3065, 3088, 3112, 3135, 3158],
  },
])("$name waits between what the least and the most chance say", ({ name, least, most }) => {
  expect(waitsOf(name, 0)).toEqual(least);
  expect(waitsOf(name, ALMOST_1)).toEqual(most);
});

test("socket.io halves a wait at the most", () => {
  expect(waitsOf("socket.io", 0.8999)).toEqual([551, 1101, 2201, 4401, ...again(5000, 8)]);
});

test("the library's own policies spread the first retry after a close code that says so to everybody", () => {
  expect(waitsOf("resilient", ALMOST_1, closed(1012))[0]).toBe(10_000);
  // A floor for any policy.
  expect(waitsOf("default", ALMOST_1, closed(1012))[0]).toBe(5_000);
  expect(waitsOf("gun", ALMOST_1, closed(1012))[0]).toBe(0);
});

test("each has its patience with a handshake, and says where it comes from", () => {
  expect(Object.fromEntries(policies.map(({ name, handshakeTimeout }) => [name, handshakeTimeout]))).toEqual({
    resilient: 10_000,
    default: Infinity,
    gun: Infinity,
    "reconnecting-websocket": 4_000,
    partysocket: 4_000,
    phoenix: Infinity,
    signalr: Infinity,
    "socket.io": 20_000,
    centrifuge: 5_000,
    "full-jitter": 10_000,
  });
  for (const { source } of policies) expect(source).toMatch(/\w{3}/);
});
