// One contender, in a process of its own: it does a round of work when told to, and answers with the CPU time it took.
// `node client.mjs <contender> <url>`

import { setImmediate } from "node:timers/promises";
import { contenders } from "./contenders.mjs";

const [contender, url] = process.argv.slice(2);
const open = await contenders[contender]();

const work = {
  /** Bursts of `burst` messages in one tick; each is awaited at the server. */
  async send({ count, burst, size }) {
    const payload = Buffer.alloc(size, 1);
    const { connection, told } = await conversation();
    return measured(async () => {
      for (let sent = 0; sent < count; sent += burst) {
        connection.send(JSON.stringify({ receive: burst }));
        for (let i = 0; i < burst; i++) connection.send(payload);
        await told();
      }
    }, connection);
  },
  async receive(send) {
    let left = send.count;
    let finish;
    const finished = new Promise((resolve) => {
      finish = resolve;
    });
    const connection = await open(url, () => {
      if (--left === 0) finish();
    });
    return measured(() => {
      connection.send(JSON.stringify({ send }));
      return finished;
    }, connection);
  },
  async open({ count }) {
    return measured(async () => {
      for (let i = 0; i < count; i++) await (await open(url, () => {})).close();
    });
  },
  /** Needs `--expose-gc`. */
  async idle({ count }) {
    const connections = [];
    const openUpTo = async (many) => {
      while (connections.length < many) connections.push(await open(url, () => {}));
    };
    // What the first ones need once is not the price of the next.
    await openUpTo(100);
    const before = await memory();
    await openUpTo(100 + count);
    const after = await memory();
    await Promise.all(connections.map((connection) => connection.close()));
    return after - before;
  },
};

/** A connection, and a way to wait for what the server tells next. */
async function conversation() {
  let hear;
  const connection = await open(url, () => hear());
  const told = () =>
    new Promise((resolve) => {
      hear = resolve;
    });
  return { connection, told };
}

/** The CPU time of this process in µs. */
async function measured(run, connection) {
  await setImmediate();
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  await connection?.close();
  return user + system;
}

async function memory() {
  for (let i = 0; i < 5; i++) {
    globalThis.gc();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

process.on("message", async ({ name, options }) => process.send({ cost: await work[name](options) }));
process.send({ isReady: true });
