// The grid of storms in docs/retry.md that the constants of backoff() were searched for over: how a fleet with resilient()
// comes back, and which policy of others does best; and how soon a client is back that is alone.
// `node scripts/storm-grid.mjs --write`, after `npm run build`, rewrites the tables; tests fail when they are out of date.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { replaceMarked } from "./option-table.mjs";

export const page = fileURLToPath(new URL("../docs/retry.md", import.meta.url));

const OURS = "resilient";
/** The library's default gives up, as gun's does, whose it is. */
const OWN = [OURS, "default"];

/** Clients over handshakes a second: what the server needs for all of them, in s. */
export const bounds = [1, 5, 20, 200];
export const outages = [200, 1_000, 10_000, 30_000, 120_000];
/** Every storm of the grid. */
export const cells = ["refuses", "hangs"].flatMap((whileAway) =>
  bounds.flatMap((bound) => outages.map((outage) => ({ whileAway, bound, outage }))),
);

const CAPACITY = 5_000;
const BACKLOG = 4_096;
/** A larger fleet is so many of it, before as much less of a server. */
const MOST_CLIENTS = 20_000;

/** What came of a cell with each policy, as far as all of its clients were back. */
export async function figuresOf({ bound, whileAway, outage }, { policies, stormReport }) {
  const fleet = bound * CAPACITY;
  const clients = Math.min(fleet, MOST_CLIENTS);
  const [capacity, backlog] = [CAPACITY, BACKLOG].map((full) => Math.round((full * clients) / fleet));
  const names = policies.map(({ name }) => name).filter((name) => name === OURS || !OWN.includes(name));
  const figures = [];
  for (const policy of names) {
    const report = await stormReport({ policy, clients, capacity, backlog, outage, whileAway });
    if (report.connected < clients) continue;
    const { overBound: last, downtime, peak, attempts } = report;
    figures.push({
      policy,
      last,
      median: downtime.median / 1_000,
      peak: peak / clients,
      total: attempts.total / clients,
    });
  }
  return figures;
}

/** Who is at least as good as resilient() by all that counts, and better by something. */
export function beatenBy(figures) {
  const ours = figures.find(({ policy }) => policy === OURS);
  const measures = ["last", "median", "peak"];
  return figures
    .filter(
      (other) =>
        measures.every((measure) => other[measure] <= ours[measure]) &&
        measures.some((measure) => other[measure] < ours[measure]),
    )
    .map(({ policy }) => policy);
}

/** A row of the grid's table. */
export function rowOf({ bound, outage }, figures) {
  const ours = figures.find(({ policy }) => policy === OURS);
  const others = figures.filter((other) => other !== ours);
  const compared = (measure) => {
    const best = others.reduce((best, other) => (other[measure] < best[measure] ? other : best));
    return `**${shown(ours[measure])}** (${shown(best[measure])} ${best.policy})`;
  };
  const figuresShown = ["last", "median", "peak", "total"].map(compared);
  return `| ${[`${bound} s`, `${outage / 1_000} s`, ...figuresShown, beatenBy(figures).join(", ")].join(" | ")} |`;
}

const head = [
  "| N/C | away | last back, over N/C | half are back after, s | busiest second, attempts a client | in all, attempts a client | beaten by |",
  "|---|---|---|---|---|---|---|",
];

const captions = {
  refuses: "While the server is away it refuses at once:",
  hangs: "While the server is away attempts hang, and run into the client's handshake timeout:",
};

/** Both tables and their sum, as Markdown; `figures`: those of each of `cells`. */
export function grid(figures) {
  const tables = Object.entries(captions).map(([whileAway, caption]) => {
    const rows = cells.flatMap((cell, index) =>
      cell.whileAway === whileAway ? [rowOf(cell, figures[index])] : [],
    );
    return [caption, "", ...head, ...rows, ""].join("\n");
  });
  const front = figures.filter((figures) => beatenBy(figures).length === 0).length;
  return [...tables, `Beaten by nobody in ${front} of ${cells.length}.`].join("\n");
}

/** What a client that is alone can do about an outage, in ms: before a server with room for everybody. */
export async function loneClient(outage, { stormReport }) {
  const clients = 2_000;
  const step = 5;
  const storm = { policy: OURS, clients, capacity: 1e9, backlog: 1e9, roundTrip: 4, step, outage };
  const { downtime, curve } = await stormReport(storm);
  const away = curve.connected.reduce((sum, connected) => sum + (clients - connected) * step, 0);
  return { outage, mean: away / clients, ...downtime };
}

const loneOutages = [0, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 120_000];

/** As Markdown. */
export async function loneTable(storm) {
  const rows = [];
  for (const outage of loneOutages) {
    const { mean, median, p99 } = await loneClient(outage, storm);
    const times = [median, p99].map((time) => `${shown(time / 1_000)} s`);
    const ratio = outage > 0 ? shown(mean / outage) : "";
    rows.push(`| ${[`${outage / 1_000} s`, ...times, ratio].join(" | ")} |`);
  }
  return [
    "| away | half are back after | 99 of 100 after | on average, over the outage |",
    "|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function shown(figure) {
  return figure.toFixed(figure < 10 ? 2 : figure < 100 ? 1 : 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const storm = await import("../packages/testing/dist/storm/index.js");
  const figures = [];
  for (const cell of cells) figures.push(await figuresOf(cell, storm));
  const before = readFileSync(page, "utf8");
  const lone = replaceMarked(before, "lone-client", await loneTable(storm));
  const after = replaceMarked(lone, "storm-grid", grid(figures));
  if (process.argv.includes("--write")) writeFileSync(page, after);
  else if (before !== after) {
    console.error("docs/retry.md's storms are out of date: node scripts/storm-grid.mjs --write");
    process.exitCode = 1;
  }
}
