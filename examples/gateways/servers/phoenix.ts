// A Phoenix socket with channels (the protocol's version 2.0.0): what is pushed to a topic is broadcast to it.

import { type Judge, startJudge } from "./judge.ts";

/** Of its transport, since it last received something. */
export const TIMEOUT = 60_000;

export function startPhoenix(): Promise<Judge> {
  return startJudge((party) => {
    const joined = new Map<string, string>();
    const refs = new Set<string>();
    const listen = () => party.expect(TIMEOUT, 1000, "nothing for 60 s");
    if (!party.path.includes("vsn=2.0.0")) party.condemn(1003, "an unknown version");
    listen();
    return (message) => {
      listen();
      const [joinRef, ref, topic, event, payload] = JSON.parse(message);
      const reply = () =>
        party.send(JSON.stringify([joinRef, ref, topic, "phx_reply", { status: "ok", response: {} }]));
      if (refs.has(ref)) return party.condemn(1008, `the ref ${ref} again`);
      refs.add(ref);
      if (event === "phx_join") joined.set(topic, joinRef);
      else if (topic !== "phoenix" && joined.get(topic) !== joinRef) {
        return party.condemn(1008, `${event} to a topic that was not joined`);
      }
      reply();
      if (event !== "phx_join" && topic !== "phoenix") {
        party.send(JSON.stringify([null, null, topic, event, payload]));
      }
    };
  });
}
