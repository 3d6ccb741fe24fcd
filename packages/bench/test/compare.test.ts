// Rounds and turns, with contenders that only say what they would cost.

import { expect, test } from "vitest";
import { compare } from "../compare.mjs";

const server = { first: { ws: "ws://server/" }, ask: async () => ({ cpu: 0, connections: 0 }), end() {} };
const row = { work: "send", options: { count: 10 } };

/** Contenders whose turns cost as many as they have had. */
function fakes({ failsToStart = "", failsAt = 0 } = {}) {
  const turns: string[] = [];
  const started: string[] = [];
  const start = async (name: string) => {
    if (name === failsToStart) throw new Error("not here");
    started.push(name);
    let taken = 0;
    const ask = async () => {
      turns.push(name);
      if (name === "b" && ++taken === failsAt) throw new Error("gave up");
      return { cpu: turns.filter((turn) => turn === name).length };
    };
    return { first: {}, ask, end: async () => {} };
  };
  return { turns, started, start };
}

test("all take a turn in each round, in another order each time; the first round is not counted", async () => {
  const { turns, started, start } = fakes();
  const { costs, left } = await compare(row, ["a", "b"], { rounds: 2, start, server });
  expect(turns).toEqual(["a", "b", "b", "a", "a", "b"]);
  expect(started).toEqual(["a", "b"]);
  expect(costs).toEqual({
    a: [
      { cpu: 2, serverCpu: 0 },
      { cpu: 3, serverCpu: 0 },
    ],
    b: [
      { cpu: 2, serverCpu: 0 },
      { cpu: 3, serverCpu: 0 },
    ],
  });
  expect(left).toEqual({});
});

test("where old processes know too much each turn has a new one, and none warms up", async () => {
  const { started, start } = fakes();
  const { costs } = await compare({ ...row, isFresh: true }, ["a", "b"], { rounds: 2, start, server });
  expect(started).toEqual(["b", "a", "a", "b"]);
  expect(Object.values(costs).map((figures) => figures.length)).toEqual([2, 2]);
});

test("whoever cannot be started, or fails in a round, is left out of the row; the others go on", async () => {
  const { start } = fakes({ failsToStart: "c", failsAt: 3 });
  const { costs, left } = await compare(row, ["a", "b", "c"], { rounds: 3, start, server });
  expect(left).toEqual({ b: "gave up", c: "not here" });
  expect(Object.keys(costs)).toEqual(["a"]);
  expect(costs.a).toHaveLength(3);
});
