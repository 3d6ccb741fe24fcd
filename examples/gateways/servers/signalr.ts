// A hub of SignalR (its JSON protocol, version 1): it echoes calls, each in a message with a ping.

import { type Judge, startJudge } from "./judge.ts";

const HANDSHAKE_TIMEOUT = 15_000;
const KEEP_ALIVE_INTERVAL = 15_000;
const CLIENT_TIMEOUT = 30_000;
const END = "\x1e";
const ping = `{"type":6}${END}`;

export function startHub(): Promise<Judge> {
  return startJudge((party) => {
    let isGreeted = false;
    party.expect(HANDSHAKE_TIMEOUT, 1000, "no handshake");
    return (message) => {
      if (!message.endsWith(END)) return party.condemn(1007, "a record without its end");
      for (const text of message.split(END).slice(0, -1)) {
        const { protocol, type, target } = JSON.parse(text);
        if (isGreeted) {
          if (type === 1) party.send(`${ping}${JSON.stringify({ type, target, arguments: [1, 2] })}${END}`);
        } else if (protocol === "json") {
          isGreeted = true;
          party.send(`{}${END}`);
          party.every(KEEP_ALIVE_INTERVAL, () => party.send(ping));
        } else {
          return party.condemn(1002, `type ${type} where a handshake was expected`);
        }
        party.expect(CLIENT_TIMEOUT, 1000, "nothing for 30 s");
      }
    };
  });
}
