// A turn of work: what it costs a client, for each message, connection or opening. CPU times in µs, other times in ms,
// memory in bytes.

import { setImmediate, setTimeout as wait } from "node:timers/promises";
import { now } from "./clock.mjs";
import { serverFrame } from "./frames.mjs";
import { quantile } from "./ratios.mjs";

/** How many openings go on at once where nobody looks at the time. */
const AT_ONCE = 50;

/** Whoever takes more than so many ms for all its round trips makes no more of them. */
const LONG = 1_500;

/** How long a connection is left alone before it is dropped, in ms. */
const SETTLED = 50;

export const works = {
  /** Bursts of `burst` messages in one tick; each burst is awaited at the server. */
  async send(open, url, { count, burst, size }) {
    const payload = Buffer.alloc(size, 1);
    const { connection, told } = await conversation(open, url);
    const sendBurst = connection.burstOf?.(payload, burst) ?? (() => sendAll(connection, payload, burst));
    connection.send(JSON.stringify({ receive: burst }));
    return perUnit(count, connection, async () => {
      for (let sent = 0; sent < count; sent += burst) {
        sendBurst();
        await told();
      }
    });
  },

  /** One message in each turn of the event loop. */
  async lone(open, url, { count, size }) {
    const payload = Buffer.alloc(size, 1);
    const { connection, told } = await conversation(open, url);
    const send = connection.burstOf?.(payload, 1) ?? (() => connection.send(payload));
    connection.send(JSON.stringify({ receive: count }));
    return perUnit(count, connection, async () => {
      const received = told();
      for (let i = 0; i < count; i++) {
        send();
        await setImmediate();
      }
      await received;
    });
  },

  /** A message goes there and back, and then the next one: the median of the round trips. */
  async echo(open, url, { count, size }) {
    const payload = Buffer.alloc(size, 1);
    const { connection, told } = await conversation(open, url);
    const send = connection.burstOf?.(payload, 1) ?? (() => connection.send(payload));
    const frame = serverFrame(payload, "binary").length;
    connection.send(JSON.stringify({ echo: true }));
    const trips = [];
    const { cpu } = await perUnit(1, connection, async () => {
      const end = performance.now() + LONG;
      while (trips.length < count && performance.now() < end) {
        const back = connection.received?.(frame) ?? told();
        const from = performance.now();
        send();
        await back;
        trips.push(performance.now() - from);
      }
    });
    return { cpu: cpu / trips.length, p50: quantile(trips, 0.5) };
  },

  async receive(open, url, send) {
    let left = send.count;
    let finish;
    const finished = new Promise((resolve) => {
      finish = resolve;
    });
    const connection = await open(url, () => {
      if (--left === 0) finish();
    });
    const bytes = send.count * serverFrame(Buffer.alloc(send.size), send.type).length;
    return perUnit(send.count, connection, () => {
      const received = connection.received?.(bytes) ?? finished;
      connection.send(JSON.stringify({ send }));
      return received;
    });
  },

  /** One after the other. */
  async open(open, url, { count, closes }) {
    const connections = [];
    const costs = await perUnit(count, undefined, async () => {
      for (let i = 0; i < count; i++) {
        const connection = await open(url, ignore);
        if (closes) await connection.close();
        else connections.push(connection);
      }
    });
    await closeAll(connections);
    return costs;
  },

  /** The same client again and again; where there is no such thing a new one. */
  async reopen(open, url, { count }) {
    let connection = await open(url, ignore);
    const costs = await perUnit(count, undefined, async () => {
      for (let i = 0; i < count; i++) {
        if (connection.reopen !== undefined) await connection.reopen();
        else {
          await connection.close();
          connection = await open(url, ignore);
        }
      }
    });
    await connection.close();
    return costs;
  },

  /** Needs `--expose-gc`. What the first ones need once is not the price of the next. */
  async idle(open, url, { count, first, keepalive }) {
    const connections = await openMany(open, url, first, { keepalive });
    const before = await memory();
    connections.push(...(await openMany(open, url, count, { keepalive })));
    const after = await memory();
    await closeAll(connections);
    return { heap: (after.heap - before.heap) / count, rss: (after.rss - before.rss) / count };
  },

  /** From the server's reset, after which it is gone for `gone` ms, to its first message: one of the stayers. */
  async drop(stay, url, { gone }) {
    let hear;
    const connection = stay(new URL("greeted", url).href, (message) => hear(message));
    const heard = () =>
      new Promise((resolve) => {
        hear = resolve;
      });
    await heard();
    await wait(SETTLED);
    const greeting = heard();
    connection.send(JSON.stringify({ drop: { gone } }));
    const { droppedAt } = JSON.parse(await greeting);
    const time = now() - droppedAt;
    connection.end();
    return { time };
  },
};

function ignore() {}

function sendAll(connection, payload, messages) {
  for (let i = 0; i < messages; i++) connection.send(payload);
}

/** A connection, and a way to wait for what the server tells next. */
async function conversation(open, url) {
  let hear = ignore;
  const connection = await open(url, () => hear());
  const told = () =>
    new Promise((resolve) => {
      hear = resolve;
    });
  return { connection, told };
}

/** `cpu`: of this process, all its threads; `time`: on the clock. */
async function perUnit(count, connection, run) {
  await setImmediate();
  const [before, from] = [process.cpuUsage(), performance.now()];
  await run();
  const { user, system } = process.cpuUsage(before);
  const time = performance.now() - from;
  await connection?.close();
  return { cpu: (user + system) / count, time: time / count };
}

async function openMany(open, url, count, options) {
  const connections = [];
  while (connections.length < count) {
    const next = Math.min(AT_ONCE, count - connections.length);
    const opened = Array.from({ length: next }, () => open(url, ignore, options));
    connections.push(...(await Promise.all(opened)));
  }
  return connections;
}

function closeAll(connections) {
  return Promise.all(connections.map((connection) => connection.close()));
}

async function memory() {
  for (let i = 0; i < 5; i++) {
    globalThis.gc();
    await setImmediate();
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
}
