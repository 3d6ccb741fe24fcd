// What can be seen of a client from outside: each probe puts one through something, and says whether it does what the row of
// the comparison says, by what comes to the server. comparison.heavy.test.ts holds the table to it.

import { Relay } from "./relay.mjs";

/** How long is waited for what may never come, ms. */
const PATIENCE = 6000;

/** More than any limit that somebody has by default. */
const MANY = 5000;

/** Whether it becomes so in time. */
async function becomes(isSo) {
  const end = performance.now() + PATIENCE;
  while (performance.now() < end) {
    if (isSo()) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

async function onStage({ serve, open }, play, prepare = () => {}) {
  const server = await serve();
  const relay = await Relay.start(server.port);
  prepare(relay);
  const client = await open(relay.port);
  try {
    return await play({ server, relay, client });
  } finally {
    client.end();
    await relay.goAway();
    await server.stop();
  }
}

/** What is seen of a client that is open at first. */
function onceOpen(contender, play) {
  return onStage(contender, async (stage) => {
    if (!(await becomes(stage.client.isOpen))) throw new Error("it does not open");
    return play(stage);
  });
}

/** Sends them; whether all were taken. */
function takes(client, count) {
  try {
    for (let n = 0; n < count; n += 1) void Promise.resolve(client.send(`kept ${n}`)).catch(() => {});
    return true;
  } catch {
    return false;
  }
}

async function whileAway({ relay, client }, act) {
  await relay.goAway();
  await becomes(() => !client.isOpen());
  const result = act();
  await relay.comeBack();
  return result;
}

export const probes = {
  /** A second connection comes after the first was dropped. */
  returns: (contender) =>
    onceOpen(contender, ({ relay }) => {
      relay.drop();
      return becomes(() => relay.heads.length > 1);
    }),

  /** An opening handshake that is refused with 401 is not tried again. */
  givesUp: (contender) =>
    onStage(
      contender,
      async ({ relay, client }) => {
        await becomes(() => relay.heads.length > 1 || client.isOver?.());
        return relay.heads.length === 1;
      },
      (relay) => relay.refuse(401),
    ),

  /** What is sent while the server is away arrives when it is back. */
  keeps: (contender) =>
    onceOpen(contender, async (stage) => {
      const isTaken = await whileAway(stage, () => takes(stage.client, 1));
      return isTaken && becomes(() => stage.server.received.includes("kept 0"));
    }),

  /** Not everything is taken while the server is away, however much that is. */
  bounds: (contender) =>
    onceOpen(contender, async (stage) => {
      const areTaken = await whileAway(stage, () => takes(stage.client, MANY));
      return !areTaken || !(await becomes(() => stage.server.received.includes(`kept ${MANY - 1}`)));
    }),

  /** A connection over which nothing comes any more is replaced. */
  notices: (contender) =>
    onceOpen(contender, ({ relay }) => {
      relay.freeze();
      return becomes(() => relay.heads.length > 1);
    }),

  /** A header field of the opening handshake reaches the server. */
  sendsHeaders: (contender) =>
    onceOpen(contender, async ({ relay }) => /^x-probe: yes\r$/im.test(relay.heads[0])),
};
