// An exchange that asks every 5 s, with a message, and closes whoever has left five of them unanswered. It tells a price
// with each.

import { type Judge, startJudge } from "./judge.ts";

export function startExchange(): Promise<Judge> {
  return startJudge((party) => {
    const asked: number[] = [];
    party.every(5000, () => {
      if (asked.length === 5) return party.condemn(1000, "five pings unanswered");
      asked.push(Date.now());
      party.send(JSON.stringify({ ping: asked.at(-1) }));
      party.send(JSON.stringify({ price: 100 }));
    });
    return (message) => {
      const { pong } = JSON.parse(message);
      if (!asked.includes(pong)) party.condemn(1008, `a pong without its ping: ${pong}`);
      asked.length = 0;
    };
  });
}
