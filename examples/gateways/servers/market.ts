// A market that takes five messages in any second, wants a ping at least once in 28 s, and no id twice.

import { type Judge, startJudge } from "./judge.ts";

export function startMarket(): Promise<Judge> {
  return startJudge((party) => {
    const ids = new Set<string>();
    let times: number[] = [];
    const listen = () => party.expect(28_000, 1000, "no ping for 28 s");
    listen();
    return (message) => {
      const now = performance.now();
      times = [...times.filter((time) => time > now - 1000), now];
      if (times.length > 5) return party.condemn(1008, "Too many requests");
      const { id, type, topic } = JSON.parse(message);
      if (ids.has(id)) return party.condemn(1008, `the id ${id} again`);
      ids.add(id);
      if (type === "ping") listen();
      party.send(JSON.stringify({ id, type: type === "ping" ? "pong" : "ack", topic }));
    };
  });
}
