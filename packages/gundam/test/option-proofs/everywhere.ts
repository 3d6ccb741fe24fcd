// Proofs of the options that work on Node and in browsers.

import { info } from "@gundam/core";
import type { ClientOptions, Codec, State } from "../../src/node.ts";
import {
  echoed,
  errorsAt,
  next,
  ofBoth,
  outcomeOf,
  type Proof,
  received,
  reconnected,
  type Stage,
} from "./proof.ts";

type WsOpts = NonNullable<ClientOptions["wsOpts"]>;

/** A function that never answers. */
const hang = () => new Promise<never>(() => {});

/** What is planned after a first attempt that is refused, and after a connection that is lost. */
async function plans({ startServer, connect }: Stage, options: Partial<ClientOptions>) {
  const refusing = await startServer();
  await refusing.fault({ name: "refuse", status: 503 });
  const refused = await next(connect({ url: refusing.url, ...options }), "retry");
  const dropping = await startServer();
  const client = connect({ url: dropping.url, ...options });
  await client.ready();
  const planned = next(client, "retry");
  await dropping.fault({ name: "drop" });
  return [refused, await planned];
}

async function delays(stage: Stage, options: Partial<ClientOptions>) {
  return (await plans(stage, options)).map(({ delay }) => delay);
}

/** How often a client attempts until it gives up, 3 if it goes on: from the start, and after a connection was lost. */
async function attempts({ startServer, connect }: Stage, options: Partial<ClientOptions>) {
  const counts: number[] = [];
  for (const hasWorked of [false, true]) {
    const server = await startServer();
    if (!hasWorked) await server.fault({ name: "away" });
    const client = connect({ url: server.url, ...options });
    if (hasWorked) await client.ready();
    let count = 0;
    const tired = new Promise<void>((resolve) => client.on("attempt", () => ++count === 3 && resolve()));
    const over = next(client, "close");
    if (hasWorked) await server.fault({ name: "away" });
    await Promise.race([over, tired]);
    counts.push(count);
  }
  return counts;
}

/** What comes of messages that are sent before there is a connection, and after it is lost. */
async function queueing(
  { startServer, connect }: Stage,
  sendQueue: NonNullable<ClientOptions["sendQueue"]>,
  ...messages: string[]
) {
  const server = await startServer();
  const client = connect({ url: server.url, sendQueue });
  const dropped: unknown[] = [];
  client.on("drop", ({ message, outcome }) => outcome === "unsent" && dropped.push(message));
  const outcomes = () => messages.map((message) => outcomeOf(() => client.send(message)));
  const first = outcomes();
  await client.ready();
  const lost = next(client, "disconnect");
  await server.fault({ name: "drop" });
  await lost;
  return { outcomes: [first, outcomes()], dropped };
}

/** What a callback is told in a life that is refused, opens, is lost, opens again and is closed. */
async function toldTo(
  { startServer, connect }: Stage,
  callbackOf: (note: (word: unknown) => void) => Partial<ClientOptions>,
) {
  const words: unknown[] = [];
  const server = await startServer();
  await server.fault({ name: "refuse", status: 503, times: 1 });
  const client = connect({ url: server.url, ...callbackOf((word) => words.push(word)) });
  await client.ready();
  await echoed(client, "first");
  await reconnected(client, server);
  await echoed(client, "second");
  const closed = next(client, "close");
  await client.close(4000, "done");
  await closed;
  // A callback is called after its event, but before another turn.
  await new Promise((resolve) => setTimeout(resolve, 0));
  return words;
}

/** Which messages a client is delivered that has asked its peer, and then gets news. */
async function delivered({ startServer, connect }: Stage, wsOpts: WsOpts) {
  const server = await startServer();
  const client = connect({ url: server.url, wsOpts });
  const messages: unknown[] = [];
  client.on("message", (message) => messages.push(message));
  await received(server, 1);
  client.send("news");
  while (!messages.includes("news")) await next(client, "message");
  return [...new Set(messages)];
}

/** What is seen of a heartbeat by a peer that answers it. */
async function asked({ startServer, connect }: Stage, wsOpts: WsOpts) {
  const server = await startServer();
  connect({ url: server.url, wsOpts });
  return (await received(server, 2)).slice(0, 2);
}

const exclaiming: Codec<unknown, unknown> = {
  encode: (message, mark) => `${message}${mark}`,
  decode: (message) => [message],
};

export const everywhere: readonly Proof[] = [
  {
    option: "url",
    effect: "is where each connection leads; a function is asked each time",
    async observe({ startServer, connect }) {
      const server = await startServer();
      let times = 0;
      const client = connect({ url: () => `${server.url}?${++times}` });
      await ofBoth(client, server, () => {});
      return (await server.record()).upgrades.map(({ url }) => url);
    },
    shows: ["/?1", "/?2"],
    otherwise: "ERR_OPTION",
  },
  {
    option: "openTimeout",
    effect: "ends an attempt that takes too long, on the reconnect too",
    observe: (stage) => errorsAt({ name: "stall-at-upgrade" }, stage, { openTimeout: 300 }),
    shows: ["ERR_TIMEOUT", "ERR_TIMEOUT"],
    otherwise: ["nothing"],
  },
  {
    option: "retry",
    effect: "is how many retries there are, at first and after a loss",
    observe: (stage) => attempts(stage, { retry: 1 }),
    shows: [2, 1],
    otherwise: [3, 3],
  },
  {
    option: "retryFun",
    effect: "plans the retry, at first and after a loss",
    observe: (stage) => plans(stage, { retryFun: (left) => ({ retries: left + 1, timeout: 1234 }) }),
    shows: [
      { delay: 1234, retriesLeft: 6 },
      { delay: 1234, retriesLeft: 6 },
    ],
    otherwise: [
      { delay: 20, retriesLeft: 4 },
      { delay: 0, retriesLeft: 4 },
    ],
  },
  {
    option: "retryTimeout",
    effect: "is the wait before a retry, after an unstable connection too",
    observe: (stage) => delays(stage, { retryTimeout: 1234, stableAfter: 60_000 }),
    shows: [1234, 1234],
    otherwise: [5000, 5000],
  },
  {
    option: "shouldRetry",
    effect: "decides whether there is a retry, at first and after a loss",
    async observe({ startServer, connect, told }) {
      const server = await startServer();
      await server.fault({ name: "refuse", status: 503 });
      const shouldRetry = () => false;
      const first = await told(connect({ url: server.url, shouldRetry }), "retry", "close");
      await server.fault({ name: "behave" });
      const client = connect({ url: server.url, shouldRetry });
      await client.ready();
      const second = told(client, "retry", "close");
      await server.fault({ name: "drop" });
      return [first, await second];
    },
    shows: ["close", "close"],
    otherwise: ["retry", "retry"],
  },
  {
    option: "stableAfter",
    effect: "is when a connection has shown its worth: the retry after it is immediate",
    observe: (stage) => delays(stage, { stableAfter: 0, retryTimeout: 1234 }),
    shows: [1234, 0],
    otherwise: [1234, 1234],
  },
  {
    option: "callbackTimeout",
    effect: "is how long onConnect may take, on the reconnect too",
    async observe({ startServer, connect, told }) {
      const server = await startServer();
      const client = connect({ url: server.url, callbackTimeout: 200, retry: Infinity, onConnect: hang });
      const first = await told(client, "error");
      return first === "nothing" ? [first] : [first, await told(client, "error")];
    },
    shows: ["ERR_TIMEOUT", "ERR_TIMEOUT"],
    otherwise: ["nothing"],
  },
  {
    option: "wsOpts.closingTimeout",
    effect: "is how long the peer's Close frame is waited for, in every life",
    async observe({ startServer, connect, settled }) {
      const server = await startServer();
      const client = connect({ url: server.url, wsOpts: { closingTimeout: 100 } });
      await client.ready();
      await server.fault({ name: "ignore-close" });
      const first = await settled(client.close());
      if (first === "nothing") return [first];
      client.reconnect();
      await client.ready();
      return [first, await settled(client.close())];
    },
    shows: ["settled", "settled"],
    otherwise: ["nothing"],
  },
  {
    option: "wsOpts.protocols",
    effect: "are offered on each connection; a function is asked each time",
    async observe({ startServer, connect }) {
      const server = await startServer({ protocols: ["chat"] });
      let times = 0;
      const protocols = () => [`superchat.v${++times}`, "chat"];
      const client = connect({ url: server.url, wsOpts: { protocols } });
      await ofBoth(client, server, () => {});
      const { upgrades } = await server.record();
      const offers = upgrades.map(({ headers }) => headers["sec-websocket-protocol"]);
      return [...offers.map((offer) => String(offer).replace(/,\s*/, ", ")), info(client).protocol];
    },
    shows: ["superchat.v1, chat", "superchat.v2, chat", "chat"],
    otherwise: ["undefined", "undefined", ""],
  },
  {
    option: "wsOpts.codec",
    effect: "makes messages of what is sent and received, on the reconnect too",
    async observe({ startServer, connect }) {
      const server = await startServer();
      const client = connect({
        url: server.url,
        wsOpts: { codec: exclaiming as Codec<never, never>, userOpts: "!" },
      });
      return ofBoth(client, server, () => echoed(client, "hello"));
    },
    shows: [["hello!"], ["hello!"]],
    otherwise: ["hello", "hello"],
  },
  {
    option: "wsOpts.userOpts",
    effect: "reach the codec, on the reconnect too",
    async observe({ startServer, connect }) {
      const server = await startServer();
      const client = connect({
        url: server.url,
        wsOpts: { codec: exclaiming as Codec<never, never>, userOpts: "!" },
      });
      return ofBoth(client, server, () => echoed(client, "hello"));
    },
    shows: [["hello!"], ["hello!"]],
    otherwise: [["helloundefined"], ["helloundefined"]],
  },
  {
    option: "wsOpts.heartbeat",
    effect: "finds a peer dead that does not answer it, on the reconnect too",
    observe: (stage) =>
      errorsAt({ name: "mute" }, stage, {
        wsOpts: { heartbeat: stage.heartbeat({ message: "still there?", interval: 100, timeout: 200 }) },
      }),
    shows: ["ERR_DEAD_PEER", "ERR_DEAD_PEER"],
    otherwise: ["nothing"],
  },
  {
    option: "wsOpts.heartbeat.message",
    effect: "is what the peer is asked",
    observe: (stage) =>
      asked(stage, {
        heartbeat: stage.heartbeat({ message: "still there?", interval: 50, timeout: 60_000 }),
      }),
    shows: ["still there?", "still there?"],
    otherwise: "ERR_OPTION",
  },
  {
    option: "wsOpts.heartbeat.interval",
    effect: "is when a silent peer is asked, again and again",
    observe: (stage) =>
      asked(stage, {
        heartbeat: stage.heartbeat({ message: "still there?", interval: 50, timeout: 60_000 }),
      }),
    shows: ["still there?", "still there?"],
    otherwise: "ERR_OPTION",
  },
  {
    option: "wsOpts.heartbeat.timeout",
    effect: "is how long the peer may take to answer, on the reconnect too",
    observe: (stage) =>
      errorsAt({ name: "mute" }, stage, {
        wsOpts: { heartbeat: stage.heartbeat({ message: "still there?", interval: 100, timeout: 200 }) },
      }),
    shows: ["ERR_DEAD_PEER", "ERR_DEAD_PEER"],
    otherwise: ["nothing"],
  },
  {
    option: "wsOpts.heartbeat.when",
    effect: "has the message sent although the server is talking, on the reconnect too",
    async observe({ startServer, connect, settled, heartbeat }) {
      const server = await startServer();
      const beat = heartbeat({ message: "still there?", interval: 150, when: "always" });
      const client = connect({ url: server.url, wsOpts: { heartbeat: beat } });
      return ofBoth(client, server, async () => {
        const talking = setInterval(() => client.send("news"), 10);
        const echoed = new Promise<void>((resolve) =>
          client.on("message", (message) => message === "still there?" && resolve()),
        );
        const outcome = await settled(echoed);
        clearInterval(talking);
        return outcome;
      });
    },
    shows: ["settled", "settled"],
    otherwise: ["nothing", "nothing"],
  },
  {
    option: "wsOpts.heartbeat.isReply",
    effect: "says what is not delivered",
    observe: (stage) =>
      delivered(stage, {
        heartbeat: stage.heartbeat({
          message: "still there?",
          interval: 50,
          timeout: 60_000,
          isReply: (message) => message === "still there?",
        }),
      }),
    shows: ["news"],
    otherwise: ["still there?", "news"],
  },
  {
    option: "sendQueue.maxMessages",
    effect: "is how many messages wait, at first and after a loss",
    observe: async (stage) => (await queueing(stage, { maxMessages: 1 }, "a", "b")).outcomes,
    shows: [
      [true, "ERR_QUEUE_FULL"],
      [true, "ERR_QUEUE_FULL"],
    ],
    otherwise: [
      [true, true],
      [true, true],
    ],
  },
  {
    option: "sendQueue.maxBytes",
    effect: "is how many bytes wait, at first and after a loss",
    observe: async (stage) => (await queueing(stage, { maxBytes: 9 }, "12345", "12345")).outcomes,
    shows: [
      [true, "ERR_QUEUE_FULL"],
      [true, "ERR_QUEUE_FULL"],
    ],
    otherwise: [
      [true, true],
      [true, true],
    ],
  },
  {
    option: "sendQueue.overflow",
    effect: "says which message gives way, at first and after a loss",
    observe: (stage) => queueing(stage, { maxMessages: 1, overflow: "drop-oldest" }, "a", "b"),
    shows: {
      outcomes: [
        [true, true],
        [true, true],
      ],
      dropped: ["a", "a"],
    },
    otherwise: {
      outcomes: [
        [true, "ERR_QUEUE_FULL"],
        [true, "ERR_QUEUE_FULL"],
      ],
      dropped: [],
    },
  },
  {
    option: "sendQueue.highWaterMark",
    effect: "is from when on send returns false, at first and after a loss",
    observe: async (stage) => (await queueing(stage, { highWaterMark: 6 }, "12345", "6")).outcomes,
    shows: [
      [true, false],
      [true, false],
    ],
    otherwise: [
      [true, true],
      [true, true],
    ],
  },
  {
    option: "sendQueue.pace.messages",
    effect: "is how many messages leave in any sendQueue.pace.per ms, of both connections together",
    async observe({ startServer, connect }) {
      const server = await startServer();
      const client = connect({ url: server.url, sendQueue: { pace: { messages: 3, per: 600_000 } } });
      return ofBoth(client, server, () => ["a", "b"].map((message) => client.send(message)));
    },
    shows: [
      [true, true],
      [true, false],
    ],
    otherwise: [
      [true, true],
      [true, true],
    ],
  },
  {
    option: "sendQueue.pace.per",
    effect: "is the time in which they leave, on the reconnect too",
    async observe({ startServer, connect, told }) {
      const server = await startServer();
      const client = connect({ url: server.url, sendQueue: { pace: { messages: 1, per: 600_000 } } });
      const outcome = async () => {
        client.send("a");
        return [client.send("b"), await told(client, "drain")];
      };
      return ofBoth(client, server, outcome);
    },
    shows: [
      [false, "nothing"],
      [false, "nothing"],
    ],
    otherwise: [
      [false, "drain"],
      [false, "drain"],
    ],
  },
  {
    option: "trace",
    effect: "is told what happens, on the reconnect too",
    async observe({ startServer, connect }) {
      const server = await startServer();
      const types: string[] = [];
      const client = connect({ url: server.url, trace: ({ type }) => types.push(type) });
      await ofBoth(client, server, () => echoed(client, "hello"));
      return types.filter((type) => ["connect", "sent", "received", "disconnect"].includes(type));
    },
    shows: ["connect", "sent", "received", "disconnect", "connect", "sent", "received"],
    otherwise: [],
  },
  {
    option: "signal",
    effect: "ends the client, while it is open or waits to reconnect",
    async observe({ startServer, connect, told }) {
      const server = await startServer();
      const ends: string[] = [];
      for (const isWaiting of [false, true]) {
        const controller = new AbortController();
        const { signal } = controller;
        const client = connect({ url: server.url, signal, stableAfter: 60_000, retryTimeout: 60_000 });
        await client.ready();
        if (isWaiting) {
          const waiting = next(client, "retry");
          await server.fault({ name: "drop" });
          await waiting;
        }
        const closed = told(client, "close");
        controller.abort();
        ends.push(await closed);
      }
      return ends;
    },
    shows: ["close", "close"],
    otherwise: ["nothing", "nothing"],
  },
  {
    option: "state",
    effect: "is your part of the state, which outlives connections",
    async observe({ startServer, connect }) {
      const server = await startServer();
      const client = connect({ url: server.url, state: { account: 7 } });
      return ofBoth(client, server, () => (client.state as State<{ account?: number }>).account);
    },
    shows: [7, 7],
    otherwise: [undefined, undefined],
  },
  {
    option: "onConnect",
    effect: "is told of each connection",
    observe: (stage) => toldTo(stage, (note) => ({ onConnect: (_, client) => note(client.phase) })),
    shows: ["open", "open"],
    otherwise: [],
  },
  {
    option: "onMessage",
    effect: "is told the messages of each connection",
    observe: (stage) => toldTo(stage, (note) => ({ onMessage: (message) => note(message) })),
    shows: ["first", "second"],
    otherwise: [],
  },
  {
    option: "onDisconnect",
    effect: "is told of a loss",
    observe: (stage) => toldTo(stage, (note) => ({ onDisconnect: (client) => note(client.lastClose?.code) })),
    shows: [1006],
    otherwise: [],
  },
  {
    option: "onError",
    effect: "is told of an attempt that fails, and of a connection that breaks",
    observe: async (stage) =>
      await toldTo(stage, (note) => ({ onError: (error) => note(error.isGundamError) })),
    shows: [true, true],
    otherwise: [],
  },
  {
    option: "onClose",
    effect: "is told of the end",
    observe: (stage) => toldTo(stage, (note) => ({ onClose: (code, reason) => note([code, reason]) })),
    shows: [[4000, "done"]],
    otherwise: [],
  },
];
