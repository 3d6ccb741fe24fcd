// Engine.IO 4 with Socket.IO 5, as far as a client that listens needs it: events are echoed.

import { type Judge, startJudge } from "./judge.ts";

export const PING_INTERVAL = 25_000;
export const PING_TIMEOUT = 20_000;

export function startEngine(): Promise<Judge> {
  return startJudge((party) => {
    let isIn = false;
    const settings = { sid: "a", upgrades: [], pingInterval: PING_INTERVAL, pingTimeout: PING_TIMEOUT };
    party.send(`0${JSON.stringify(settings)}`);
    party.every(PING_INTERVAL, () => {
      party.send("2");
      party.expect(PING_TIMEOUT, 1000, "ping timeout");
    });
    return (packet) => {
      if (packet === "3") party.expectNothing();
      else if (packet === "40") {
        isIn = true;
        party.send('40{"sid":"b"}');
      } else if (packet.startsWith("42") && isIn) party.send(packet);
      else if (packet === "2") party.condemn(1000, "invalid heartbeat direction");
      else if (packet !== "6") party.condemn(1000, `${packet} before its namespace was entered`);
    };
  });
}
