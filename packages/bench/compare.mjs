// A row of the table: whoever is compared takes a turn in each round, so that all have the same machine.

import { setTimeout as wait } from "node:timers/promises";
import { chooseCores, startChild } from "./child.mjs";
import { clientProgram, serverProgram } from "./programs.mjs";
import { rotated } from "./ratios.mjs";

/** How often, and how many ms apart, the server is asked whether it is alone. */
const [LOOKS, BETWEEN_LOOKS] = [1_000, 10];

const cores = chooseCores();
export const isPinned = cores.client !== undefined;

export function startServer(folder) {
  return startChild({ ...serverProgram(folder), core: cores.server });
}

/** The contenders of all groups but the one that plays in a browser. */
export function startClient(kind, name, folder) {
  return startChild({ ...clientProgram(kind, name, folder), core: cores.client });
}

/**
 * The figures of a row, round by round: `costs`, contender → figures, and `left`, contender → why it is left out. The
 * first round warms up. A contender that fails in one round is left out of all.
 * @returns {Promise<{ costs: Record<string, Record<string, number>[]>, left: Record<string, string> }>}
 */
export async function compare(row, names, { rounds, start, server, onTurn = () => {} }) {
  const clients = new Map();
  const [costs, left] = [{}, {}];
  const leaveOut = async (name, error) => {
    left[name] = error.message;
    delete costs[name];
    await clients.get(name)?.end();
    clients.delete(name);
  };
  const begin = async (name) => {
    try {
      clients.set(name, await start(name));
      costs[name] ??= [];
    } catch (error) {
      await leaveOut(name, error);
    }
  };
  const turn = async (name, round) => {
    if (row.isFresh) await begin(name);
    if (!clients.has(name)) return;
    try {
      const figures = await work(row, clients.get(name), server);
      if (round > 0) costs[name].push(figures);
      if (row.isFresh) await clients.get(name).end();
    } catch (error) {
      await leaveOut(name, error);
    }
  };
  if (!row.isFresh) for (const name of names) await begin(name);
  try {
    // Nothing is warm in a process that is new each time.
    for (let round = row.isFresh ? 1 : 0; round <= rounds; round++) {
      for (const name of rotated(names, round)) {
        if (name in left) continue;
        onTurn(name, round);
        await turn(name, round);
      }
    }
  } finally {
    for (const client of clients.values()) await client.end();
  }
  return { costs, left };
}

/** A turn, and what the server has spent on it. */
async function work({ work, options, isSecure }, client, server) {
  const url = server.first[isSecure ? "wss" : "ws"];
  const before = await settled(server);
  const figures = await client.ask({ work, url, options });
  const { cpu } = await server.ask({});
  return { ...figures, serverCpu: (cpu - before) / (options.count ?? 1) };
}

/** Waits until those who were here before have gone. */
async function settled(server) {
  for (let looks = 0; ; looks++) {
    const { cpu, connections } = await server.ask({});
    if (connections === 0) return cpu;
    if (looks === LOOKS) throw new Error(`${connections} connections of before are still there`);
    await wait(BETWEEN_LOOKS);
  }
}
