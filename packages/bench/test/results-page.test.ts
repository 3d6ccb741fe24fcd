// The page of results, from figures of rounds.

import { expect, test } from "vitest";
import { pageOf, tableOf } from "../results-page.mjs";

const cpu = (...costs: number[]) => costs.map((cpu) => ({ cpu }));

const sending = {
  title: "Sending",
  about: "What a message costs.",
  reference: "ws",
  contenders: ["ws", "gundam", "tcp", "deno"],
  rows: [
    {
      title: "bursts",
      figures: [{ metric: "cpu", unit: "µs", atLeast: 2 }],
      costs: { ws: cpu(6, 8, 9, 8, 10), gundam: cpu(6, 4, 3, 2, 2), tcp: cpu(10, 10, 10, 10, 10) },
      left: { deno: "not found" },
    },
  ],
};

test("a cell says how many times less than the reference it costs; the goal is bold when it is met", () => {
  expect(tableOf(sending)).toBe(
    [
      "| what | goal | `connect` | raw TCP | ws = |",
      "|---|---|---|---|---|",
      "| bursts | ≥ 2× | **3.00** (2.00–4.00) | 0.80 (0.80–0.90) | 8.00 µs |",
    ].join("\n"),
  );
});

test("without a reference figures are shown as they are, with the worst", () => {
  const group = {
    title: "After a loss",
    about: "How long it takes.",
    contenders: ["gundam"],
    rows: [
      {
        title: "reset",
        figures: [{ metric: "time", unit: "ms", goal: "median ≤ 60 ms" }],
        costs: { gundam: [{ time: 31.25 }, { time: 20 }, { time: 2_000 }] },
        left: {},
      },
    ],
  };
  expect(tableOf(group)).toContain("| reset | median ≤ 60 ms | 31.3 ms, worst 2000 ms |");
});

test("memory is shown in KiB, small ratios by two digits, and what was not measured by a dash", () => {
  const figures = [
    { metric: "heap", unit: "B", title: "heap" },
    { metric: "rss", unit: "B", title: "RSS" },
  ];
  const idle = (heap: number, rss: number) => [{ heap, rss }];
  const group = {
    ...sending,
    rows: [
      { title: "idle", figures, costs: { ws: idle(2_048, 1_024), gundam: idle(40_960, 512) }, left: {} },
      { title: "with keepalive", figures: figures.slice(0, 1), costs: { ws: idle(2_048, 1) }, left: {} },
    ],
  };
  expect(tableOf(group).split("\n").slice(2)).toEqual([
    "| idle: heap | – | 0.050 (0.050–0.050) | 2.00 KiB |",
    "| idle: RSS | – | 2.00 (2.00–2.00) | 1.00 KiB |",
    "| with keepalive: heap | – | – | 2.00 KiB |",
  ]);
});

test("the page says how it was made, and who was left out", () => {
  const page = pageOf({
    command: "node bench.mjs",
    date: "2020-02-02",
    commit: "abcdef0",
    machine: {
      cores: 2,
      model: "A CPU",
      node: "20.0.0",
      isPinned: true,
      browser: undefined,
      versions: ["ws 8"],
    },
    rounds: 3,
    isQuick: true,
    groups: [sending],
  });
  expect(page).toContain("`node bench.mjs`\nat commit abcdef0, on 2020-02-02: 3 short rounds");
  expect(page).toContain("on 2 cores (A CPU), Node 20.0.0.");
  expect(page).toContain("## Sending\n\nWhat a message costs.\n\n| what |");
  expect(page).toContain("Left out: Deno (not found).");
});
