// The policies of other clients, as their sources have them; what they draw at random they draw here from `random`.
// Each is the one that its library has by default, or, where reconnecting has to be asked for, by its documentation.

import type { Policy } from "./policy.ts";

/** `retries`: how many waits came before this one since the loss. */
type Wait = (retries: number, random: () => number) => number;

export const peerPolicies: readonly Policy[] = [
  counting({
    name: "gun",
    source: "gun 2.x, src/gun.erl: default_retry_fun, retry 5, retry_timeout 5000; no limit to an upgrade",
    handshakeTimeout: Infinity,
    wait: (retries) => (retries === 0 ? 0 : retries < 5 ? 5_000 : Infinity),
  }),
  growing({
    name: "reconnecting-websocket",
    source: "reconnecting-websocket 4.4.0: DEFAULT, _getNextDelay; a page draws its least delay once",
    leastDelay: (random) => 1_000 + 4_000 * random(),
  }),
  growing({
    name: "partysocket",
    source: "partysocket 1.3.0, dist/ws.js: DEFAULT, _getNextDelay",
    leastDelay: () => 3_000,
  }),
  listed({
    name: "phoenix",
    source: "phoenix 1.8.16, assets/js/phoenix/socket.js: reconnectAfterMs; a WebSocket has no limit",
    waits: [10, 50, 100, 150, 200, 250, 500, 1_000, 2_000],
    afterwards: 5_000,
  }),
  listed({
    name: "signalr",
    source: "@microsoft/signalr 10.0.11, DefaultReconnectPolicy.ts: withAutomaticReconnect()",
    waits: [0, 2_000, 10_000, 30_000],
    afterwards: Infinity,
  }),
  counting({
    name: "socket.io",
    source: "socket.io-client 4.8.4: manager.ts (1000, 5000, 0.5, timeout 20000), contrib/backo2.ts",
    handshakeTimeout: 20_000,
    wait: backo2,
  }),
  counting({
    name: "centrifuge",
    source: "centrifuge 5.8.0: minReconnectDelay 500, maxReconnectDelay 20000, timeout 5000, backoff()",
    handshakeTimeout: 5_000,
    wait(retries, random) {
      const interval = Math.floor(random() * (Math.min(20_000, 500 * 2 ** Math.min(retries, 31)) + 1));
      return Math.min(20_000, 500 + interval);
    },
  }),
  counting({
    name: "full-jitter",
    source:
      "AWS Architecture Blog, Exponential Backoff And Jitter: U(0, min(cap, base × 2ⁿ)); " +
      "base 1 s and cap 20 s as in the standard retry mode of the AWS SDKs; handshakes as resilient()",
    handshakeTimeout: 10_000,
    wait: (retries, random) => random() * Math.min(20_000, 1_000 * 2 ** retries),
  }),
];

/** The wait depends on how many there were. */
function counting(peer: Omit<Policy, "fleet"> & { readonly wait: Wait }): Policy {
  const { wait, ...policy } = peer;
  return {
    ...policy,
    fleet(clients, random) {
      const retries = new Uint32Array(clients);
      return { plan: (client) => wait(retries[client]!++, random) };
    },
  };
}

function listed(peer: {
  readonly name: string;
  readonly source: string;
  readonly waits: readonly number[];
  readonly afterwards: number;
}): Policy {
  const { waits, afterwards, ...rest } = peer;
  return counting({ ...rest, handshakeTimeout: Infinity, wait: (retries) => waits[retries] ?? afterwards });
}

/** From a client's own least delay on, a factor of 1.3 up to 10 s. */
function growing(peer: {
  readonly name: string;
  readonly source: string;
  readonly leastDelay: (random: () => number) => number;
}): Policy {
  const { leastDelay, ...rest } = peer;
  return {
    ...rest,
    handshakeTimeout: 4_000,
    fleet(clients, random) {
      const retries = new Uint32Array(clients);
      const least = new Float64Array(clients);
      return {
        plan(client) {
          if (retries[client] === 0) least[client] = leastDelay(random);
          return Math.min(least[client]! * 1.3 ** retries[client]!++, 10_000);
        },
      };
    },
  };
}

/** One number is both the size and, by its first decimal, the sign of the jitter; the cap comes after it. */
function backo2(retries: number, random: () => number): number {
  const wait = 1_000 * 2 ** retries;
  const chance = random();
  const deviation = Math.floor(chance * 0.5 * wait);
  const isLess = (Math.floor(chance * 10) & 1) === 0;
  return Math.trunc(Math.min(isLess ? wait - deviation : wait + deviation, 5_000));
}
