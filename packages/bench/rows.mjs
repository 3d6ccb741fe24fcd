// The table: what is measured, whom it is measured with, and the goals. All ratios say how many times less than ws
// something costs; so a goal such as "at most 1.1 times the time of ws" is at least 0.91 here.

const peers = ["undici", "reconnecting-websocket", "partysocket"];
const ours = ["gundam", "WebSocket", "ReconnectingWebSocket"];
const everybody = ["ws", ...ours, "bufferutil", ...peers, "bun", "deno", "tcp"];
const onNode = ["ws", ...ours, ...peers, "tcp"];

/** What is said of contenders at the head of a column. */
export const titles = {
  gundam: "`connect`",
  WebSocket: "`WebSocket`",
  ReconnectingWebSocket: "`ReconnectingWebSocket`",
  bufferutil: "ws + bufferutil",
  bun: "Bun",
  deno: "Deno",
  tcp: "raw TCP",
  direct: "a function in its place",
};

const cpu = { metric: "cpu", unit: "µs" };
const time = { metric: "time", unit: "ms" };
const bytes = { unit: "B" };

const sizes = { "16 B": 16, "128 B": 128, "1 KiB": 1_024, "16 KiB": 16_384 };
const secure = { isSecure: true };

/** 1000 a tick. */
const send = (size, count, goal, more = {}) => ({
  title: `${more.isSecure ? "wss://" : "ws://"}, bursts of 1000 a tick, ${size}`,
  work: "send",
  options: { size: sizes[size], count, burst: 1_000 },
  figures: [{ ...cpu, atLeast: goal }],
  ...more,
});

const lone = (size, count, goal) => ({
  title: `a lone message a turn of the loop, ${size}`,
  work: "lone",
  options: { size: sizes[size], count },
  figures: [{ ...cpu, atLeast: goal }],
});

const receive = (type, size, count, goal) => ({
  title: `${type}, ${size}`,
  work: "receive",
  options: { type, size: sizes[size], count },
  figures: [{ ...cpu, atLeast: goal }],
});

const echo = (size, count, goal) => ({
  title: `there and back, ${size}`,
  work: "echo",
  options: { size: sizes[size], count },
  figures: [
    { metric: "p50", unit: "ms", title: "p50", atLeast: goal },
    { ...cpu, title: "CPU" },
  ],
});

const open = (title, count, more = {}) => ({
  title,
  work: "open",
  options: { count, closes: more.closes ?? false },
  figures: [
    { ...time, title: "time", ...(more.goal !== undefined && { atLeast: more.goal }) },
    { ...cpu, title: "CPU" },
  ],
  ...(more.isSecure && secure),
});

const idle = (title, [heap, rss], contenders, options = {}) => ({
  title,
  work: "idle",
  options: { count: 5_000, first: 100, ...options },
  // An old process has the memory already.
  isFresh: true,
  contenders,
  figures: [
    { ...bytes, metric: "heap", title: "heap", atLeast: heap },
    { ...bytes, metric: "rss", title: "RSS", atLeast: rss },
  ],
});

const drop = (title, gone, goal) => ({
  title,
  work: "drop",
  options: { gone },
  figures: [{ ...time, goal }],
});

const inChromium = (title, work, count) => ({
  title,
  work,
  options: { size: 16, count, burst: 1_000, type: "text" },
  figures: [{ ...cpu }],
});

/**
 * `kind`: what plays, `contenders`, `stayers`, `paths` of messages, or `pages` in Chromium; `reference`: what the others are divided into;
 * without one the figures are shown as they are. Counts are those of a full run.
 */
export const groups = [
  {
    title: "Sending",
    about: "CPU time of the client's process for each message.",
    kind: "contenders",
    reference: "ws",
    contenders: everybody,
    rows: [
      send("16 B", 100_000, 10),
      send("128 B", 100_000, 8),
      send("1 KiB", 60_000, 8),
      send("16 KiB", 10_000, 4),
      send("16 B", 200_000, 3, secure),
      send("1 KiB", 40_000, 2, secure),
      lone("16 B", 20_000, 1),
    ],
  },
  {
    title: "Receiving",
    about: "CPU time of the client's process for each message.",
    kind: "contenders",
    reference: "ws",
    contenders: everybody,
    rows: [
      receive("text", "16 B", 300_000, 3),
      receive("text", "128 B", 200_000, 3),
      receive("binary", "16 B", 300_000, 2.5),
      receive("binary", "128 B", 200_000, 2.5),
      receive("binary", "1 KiB", 100_000, 1.5),
      receive("binary", "16 KiB", 10_000, 1),
    ],
  },
  {
    title: "Echo",
    about:
      "One message after the other: the median of the round trips, on the clock, and the CPU time of each.",
    kind: "contenders",
    reference: "ws",
    contenders: everybody,
    rows: [echo("16 B", 4_000, 0.98), echo("16 KiB", 2_000, 1.25)],
  },
  {
    title: "Opening",
    about:
      "One after the other. A client that can reopen its connection does so; the others close it and open a new one. " +
      "Who keeps the TLS session spares the server the full handshake, which is what ws does each time.",
    kind: "contenders",
    reference: "ws",
    contenders: everybody,
    rows: [
      open("ws://", 200, { goal: 0.91 }),
      open("ws://, and closing", 200, { closes: true }),
      open("wss://, a new client, and closing", 75, { closes: true, isSecure: true }),
      {
        title: "wss://, reopened",
        work: "reopen",
        options: { count: 75 },
        ...secure,
        figures: [
          { ...time, title: "time", atLeast: 1.18 },
          { metric: "serverCpu", unit: "µs", title: "the server's CPU", atLeast: 1.54 },
          { ...cpu, title: "CPU" },
        ],
      },
    ],
  },
  {
    title: "An idle connection",
    about:
      "Memory for each of many connections in a process of their own. ws has no keepalive: it goes without in both rows.",
    kind: "contenders",
    reference: "ws",
    contenders: onNode,
    rows: [
      idle("without keepalive", [0.67, 0.83], onNode),
      idle("with keepalive", [0.63, 0.8], ["ws", ...ours], { keepalive: 20_000 }),
    ],
  },
  {
    title: "An open connection's resilience",
    about:
      "CPU time of a message from the virtual transport to `onMessage`, through a client with keepalive, and to a function " +
      "without a client: the difference is what resilience costs. `hot-path.mjs` compares it with other commits.",
    kind: "paths",
    contenders: ["gundam", "direct"],
    rows: [
      {
        title: "text in",
        options: {
          bursts: 1_000,
          paths: {
            gundam: "in, to onMessage, with keepalive",
            direct: "in, from the transport to a function",
          },
        },
        figures: [{ metric: "cpu", unit: "ns", goal: "≤ 10 ns more" }],
      },
    ],
  },
  {
    title: "After a loss",
    about:
      "From the server's reset to its first message, `connect` with `resilient()`, the peers as they are. ws is opened " +
      "again at once until it succeeds, as no client should: it is the limit. A million clients whose server comes back " +
      "are simulated by `runStorm` of `@gundam/testing/storm`.",
    kind: "stayers",
    contenders: ["gundam", "ReconnectingWebSocket", "reconnecting-websocket", "partysocket", "ws"],
    rows: [
      drop("reset, the server stays", 0, "median ≤ 60 ms"),
      drop("reset, the server is gone for 200 ms", 200, "median ≤ 280 ms, worst ≤ 400 ms"),
    ],
  },
  {
    title: "In Chromium",
    about:
      "CPU time of the page's main thread for each message of 16 B, binary out and text in, beside the native class, over " +
      "which ours are.",
    kind: "pages",
    reference: "native",
    contenders: ["native", ...ours],
    rows: [
      inChromium("sending in bursts of 1000 a task", "send", 30_000),
      inChromium("receiving", "receive", 20_000),
    ],
  },
];

/** What a round of a quick run is divided by. */
const HASTE = 5;

/**
 * The wanted part of the table: rows by their names, contenders, and less of all when it must be quick. Throws when there
 * is nothing of what is wanted.
 */
export function select({ isWanted, contenders, isQuick }) {
  const known = new Set(groups.flatMap(({ contenders }) => contenders));
  const unknown = contenders?.find((name) => !known.has(name));
  if (unknown !== undefined) throw new Error(`there is no ${unknown}; there are: ${[...known].join(", ")}`);
  const selected = selectIn({ isWanted, contenders, isQuick });
  if (selected.length === 0) throw new Error("no row has these words and contenders");
  return selected;
}

function selectIn({ isWanted, contenders, isQuick }) {
  const isChosen = (name, reference) =>
    name === reference || contenders === undefined || contenders.includes(name);
  return groups
    .map((group) => ({
      ...group,
      contenders: group.contenders.filter((name) => isChosen(name, group.reference)),
      rows: group.rows
        .filter(({ title }) => isWanted(`${group.title}: ${title}`))
        .map((row) => ({ ...row, options: isQuick ? quicker(row.options) : row.options })),
    }))
    .filter(({ rows, contenders: chosen, reference }) => {
      // Whom the others are compared with is no reason to measure a group, unless it was asked for.
      const isAsked = (name) => name !== reference || contenders?.includes(name);
      return rows.length > 0 && chosen.some(isAsked);
    });
}

function quicker(options) {
  if (options.count === undefined) return options;
  const { burst = 1 } = options;
  return { ...options, count: Math.max(1, Math.round(options.count / HASTE / burst)) * burst };
}
