// Proofs of the options that work on Node alone.

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import net, { type LookupFunction, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { onTestFinished } from "vitest";
import { answeringServer, found, type Requested } from "../../../node/test/connecting.ts";
import {
  answering,
  type echoServer,
  freePort,
  fullServer,
  identity,
  kernelTimer,
  pem,
  switchingProtocols,
  tcpServer,
} from "../../../node/test/dialling.ts";
import { connectProxy, decidingProxy } from "../../../node/test/proxies.ts";
import {
  type ClientOptions,
  info,
  type ProxyHeadersSource,
  supervisor,
  updateFlow,
  type WebSocketClient,
} from "../../src/node.ts";
import { type Dropping, echoed, errorsAt, errorsIn, next, ofBoth, type Proof, type Stage } from "./proof.ts";

const ca = pem("authority");

/** Trouble that a proof makes itself. */
class Trouble {
  isOn = false;

  begin(): void {
    this.isOn = true;
  }

  end(): void {
    this.isOn = false;
  }
}

/** What a connection and a reconnect become; only the first if it fails. */
async function openings(
  { told }: Stage,
  client: WebSocketClient,
  server: Dropping,
  look: () => unknown = () => "connect",
) {
  const first = await told(client, "connect", "error");
  return first === "connect" ? ofBoth(client, server, look) : [first];
}

/** What a TLS connection and a reconnect become, with a server of this certificate. */
async function secureOpenings(
  stage: Stage,
  tls: Parameters<typeof echoServer>[0],
  tlsOpts: ClientOptions["tlsOpts"],
  look?: (client: WebSocketClient) => unknown,
) {
  const server = await stage.startServer(tls);
  const client = stage.connect({ url: server.url, tlsOpts });
  return openings(stage, client, server, look && (() => look(client)));
}

/** In TLS 1.2 who does not show a certificate is told so within the handshake. */
const askingForUs = { tls: { ...identity("server"), ca, requestCert: true, maxVersion: "TLSv1.2" } } as const;

const tlsFacts = (client: WebSocketClient) => info(client).tls as { protocol: string; cipher: string };

/** The errors of attempts that a server's answers trouble. */
async function errorsOfAnswers(
  stage: Stage,
  options: Partial<ClientOptions>,
  answer: (requested: Requested) => string | undefined,
) {
  const trouble = new Trouble();
  const server = await answeringServer((requested) => (trouble.isOn ? answer(requested) : undefined));
  return errorsIn(trouble, server, () => stage.connect({ url: server.url, ...options }), stage);
}

/** What is seen of the requests of a connection and a reconnect, once a server has answered them. */
async function requests(
  { connect }: Stage,
  options: Partial<ClientOptions>,
  see: (requested: Requested) => unknown,
  answer?: (requested: Requested) => string | undefined,
) {
  const server = await answeringServer(answer);
  await ofBoth(connect({ url: server.url, ...options }), server, () => {});
  return server.requests.map(see);
}

const offered = ({ request }: Requested) => request.headers["sec-websocket-extensions"];

/** How many bytes a message becomes, on both connections. */
async function bytesOf({ startServer, connect }: Stage, wsOpts: ClientOptions["wsOpts"], message: string) {
  const server = await startServer({ perMessageDeflate: true });
  const client = connect({ url: server.url, wsOpts });
  return ofBoth(client, server, async () => {
    const before = info(client).bytesWritten as number;
    await echoed(client, message);
    return (info(client).bytesWritten as number) - before;
  });
}

const isSmall = (sizes: number[]) => sizes.map((size) => size < 100);

/** What the socket of each connection was told last of Nagle's algorithm. */
async function noDelays({ startServer, connect }: Stage, tcpOpts: ClientOptions["tcpOpts"]) {
  const server = await startServer();
  let told: boolean | undefined;
  const watch = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    const setNoDelay = socket.setNoDelay.bind(socket);
    socket.setNoDelay = (noDelay = true) => {
      if (socket.remotePort === portOf(server.url)) told = noDelay;
      return setNoDelay(noDelay);
    };
  };
  subscribe("net.client.socket", watch);
  onTestFinished(() => void unsubscribe("net.client.socket", watch));
  return ofBoth(connect({ url: server.url, tcpOpts }), server, () => told);
}

/** In how many seconds the kernel probes each connection. Infinity: not at all. */
async function probes({ startServer, connect }: Stage, tcpOpts: ClientOptions["tcpOpts"]) {
  const server = await startServer();
  const client = connect({ url: server.url, tcpOpts });
  return ofBoth(client, server, async () => {
    const [timer, seconds] = await kernelTimer(info(client));
    return timer === 2 ? seconds : Infinity;
  });
}

const hasProc = existsSync("/proc/net/tcp");

/** A proxy that says nothing while there is trouble. */
async function proxyWith(trouble: Trouble): Promise<string> {
  const { port } = await connectProxy();
  const ownPort = await tcpServer((socket) => {
    if (trouble.isOn) return;
    const onward = net.connect(port, "127.0.0.1").on("error", () => socket.destroy());
    socket.pipe(onward).pipe(socket);
    socket.on("close", () => onward.destroy());
  });
  return `http://127.0.0.1:${ownPort}`;
}

/** A unix socket that leads to the port. */
async function unixSocket(port: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "gundam-"));
  const path = join(folder, "socket");
  const server = net.createServer((socket) => {
    const onward = net.connect(port, "127.0.0.1").on("error", () => socket.destroy());
    socket.on("error", () => {}).on("close", () => onward.destroy());
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  return path;
}

/** Whether the flow holds fifty messages back, on each connection, until more are let in. */
async function held({ startServer, connect, settled }: Stage, flow: number) {
  const server = await startServer();
  const client = connect({ url: server.url, wsOpts: { flow } });
  return ofBoth(client, server, async () => {
    let count = 0;
    const all = new Promise<void>((resolve) => client.on("message", () => ++count === 50 && resolve()));
    await server.fault({ name: "flood", count: 50, message: "x".repeat(100_000) });
    const outcome = await settled(all);
    updateFlow(client, 1000);
    await all;
    return outcome;
  });
}

/** Whether a client whose `onMessage` is pending is told of five messages, on each connection. */
async function backlogged(
  { startServer, connect, settled }: Stage,
  receiveBuffer: NonNullable<ClientOptions["wsOpts"]>["receiveBuffer"],
) {
  const server = await startServer();
  const pending: (() => void)[] = [];
  let isPending = true;
  const onMessage = () => (isPending ? new Promise<void>((resolve) => pending.push(resolve)) : undefined);
  const client = connect({ url: server.url, onMessage, wsOpts: { receiveBuffer } });
  return ofBoth(client, server, async () => {
    isPending = true;
    let count = 0;
    const all = new Promise<void>((resolve) => client.on("message", () => ++count === 5 && resolve()));
    await server.fault({ name: "flood", count: 5, message: "x".repeat(100_000) });
    const outcome = await settled(all);
    // A client that does not read does not see the end of the connection.
    isPending = false;
    for (const settle of pending.splice(0)) settle();
    return outcome;
  });
}

const portOf = (url: string) => Number(new URL(url).port);

export const onNode: readonly Proof[] = [
  {
    option: "headers",
    effect: "are sent with each opening handshake",
    observe: (stage) =>
      requests(stage, { headers: { "X-Token": "7" } }, ({ request }) => request.headers["x-token"]),
    shows: ["7", "7"],
    otherwise: [undefined, undefined],
  },
  {
    option: "connectTimeout",
    effect: "bounds TCP and a proxy, on the reconnect too",
    async observe(stage) {
      const server = await stage.startServer();
      const trouble = new Trouble();
      const tcpOpts = { proxy: await proxyWith(trouble) };
      const start = () => stage.connect({ url: server.url, connectTimeout: 200, retry: Infinity, tcpOpts });
      return errorsIn(trouble, server, start, stage);
    },
    shows: ["ERR_TIMEOUT", "ERR_TIMEOUT"],
    otherwise: ["nothing"],
  },
  {
    option: "supervise",
    effect: "false keeps a client off the default supervisor's list",
    async observe({ startServer, connect }) {
      const server = await startServer();
      const client = connect({ url: server.url, supervise: false });
      return ofBoth(client, server, () => supervisor.children().includes(client));
    },
    shows: [false, false],
    otherwise: [true, true],
  },
  {
    option: "wsOpts.keepalive",
    effect: "finds a peer dead that answers no ping, on the reconnect too",
    observe: (stage) => errorsAt({ name: "ignore-pings" }, stage, { wsOpts: { keepalive: 100 } }),
    shows: ["ERR_DEAD_PEER", "ERR_DEAD_PEER"],
    otherwise: ["nothing"],
  },
  {
    option: "wsOpts.keepaliveTolerance",
    effect: "lets a peer be silent for longer",
    async observe({ startServer, connect, settled }) {
      const server = await startServer();
      await server.fault({ name: "ignore-pings" });
      const client = connect({ url: server.url, wsOpts: { keepalive: 50, keepaliveTolerance: 1000 } });
      const first = await settled(next(client, "error"));
      return first === "settled" ? [first] : ofBoth(client, server, () => settled(next(client, "error")));
    },
    shows: ["nothing", "nothing"],
    otherwise: ["settled"],
  },
  {
    option: "wsOpts.flow",
    effect: "stops the reading until updateFlow, on each connection",
    observe: (stage) => held(stage, 1),
    shows: ["nothing", "nothing"],
    otherwise: ["settled", "settled"],
  },
  {
    option: "wsOpts.receiveBuffer.maxMessages",
    effect: "is how many messages are read ahead, on each connection",
    observe: (stage) => backlogged(stage, { maxMessages: 1 }),
    shows: ["nothing", "nothing"],
    otherwise: ["settled", "settled"],
  },
  {
    option: "wsOpts.receiveBuffer.maxBytes",
    effect: "is how many bytes are read ahead, on each connection",
    observe: (stage) => backlogged(stage, { maxBytes: 150_000 }),
    shows: ["nothing", "nothing"],
    otherwise: ["settled", "settled"],
  },
  {
    option: "wsOpts.silencePings",
    effect: "false tells of the peer's pings, on the reconnect too",
    async observe({ startServer, connect, told }) {
      const server = await startServer();
      const client = connect({ url: server.url, wsOpts: { silencePings: false } });
      return ofBoth(client, server, async () => {
        const word = told(client, "ping", "message");
        await server.fault({ name: "ping" });
        await server.fault({ name: "push" });
        return word;
      });
    },
    shows: ["ping", "ping"],
    otherwise: ["message", "message"],
  },
  {
    option: "wsOpts.compress",
    effect: "makes messages small, on the reconnect too",
    observe: async (stage) => isSmall(await bytesOf(stage, { compress: true }, "x".repeat(5000))),
    shows: [true, true],
    otherwise: [false, false],
  },
  {
    option: "wsOpts.compress.serverNoContextTakeover",
    effect: "is offered on each connection",
    observe: (stage) =>
      requests(stage, { wsOpts: { compress: { threshold: 0, serverNoContextTakeover: true } } }, offered),
    shows: Array(2).fill("permessage-deflate; server_no_context_takeover; client_max_window_bits"),
    otherwise: Array(2).fill("permessage-deflate; client_max_window_bits"),
  },
  {
    option: "wsOpts.compress.clientNoContextTakeover",
    effect: "is offered on each connection",
    observe: (stage) =>
      requests(stage, { wsOpts: { compress: { threshold: 0, clientNoContextTakeover: true } } }, offered),
    shows: Array(2).fill("permessage-deflate; client_no_context_takeover; client_max_window_bits"),
    otherwise: Array(2).fill("permessage-deflate; client_max_window_bits"),
  },
  {
    option: "wsOpts.compress.serverMaxWindowBits",
    effect: "is offered on each connection",
    observe: (stage) =>
      requests(stage, { wsOpts: { compress: { threshold: 0, serverMaxWindowBits: 10 } } }, offered),
    shows: Array(2).fill("permessage-deflate; server_max_window_bits=10; client_max_window_bits"),
    otherwise: Array(2).fill("permessage-deflate; client_max_window_bits"),
  },
  {
    option: "wsOpts.compress.clientMaxWindowBits",
    effect: "is offered on each connection",
    observe: (stage) =>
      requests(stage, { wsOpts: { compress: { threshold: 0, clientMaxWindowBits: 10 } } }, offered),
    shows: Array(2).fill("permessage-deflate; client_max_window_bits=10"),
    otherwise: Array(2).fill("permessage-deflate; client_max_window_bits"),
  },
  {
    option: "wsOpts.compress.threshold",
    effect: "is from which size on messages are compressed, on the reconnect too",
    observe: async (stage) =>
      isSmall(await bytesOf(stage, { compress: { threshold: 500, level: 9 } }, "x".repeat(1000))),
    shows: [true, true],
    otherwise: [false, false],
  },
  {
    option: "wsOpts.compress.level",
    effect: "is how hard zlib tries, on the reconnect too",
    observe: async (stage) =>
      isSmall(await bytesOf(stage, { compress: { threshold: 0, level: 0 } }, "x".repeat(5000))),
    shows: [false, false],
    otherwise: [true, true],
  },
  {
    option: "wsOpts.maxPayload",
    effect: "is the largest message that is received, on the reconnect too",
    async observe({ startServer, connect, told }) {
      const server = await startServer();
      const client = connect({ url: server.url, wsOpts: { maxPayload: 10 } });
      const words: string[] = [];
      for (let connection = 1; connection <= 2; connection++) {
        await client.ready();
        const word = told(client, "error", "message");
        await server.fault({ name: "push", message: "eleven chars" });
        words.push(await word);
      }
      return words;
    },
    shows: ["ERR_PROTOCOL", "ERR_PROTOCOL"],
    otherwise: ["message", "message"],
  },
  {
    option: "wsOpts.maxFrameSize",
    effect: "cuts a larger message into fragments, on the reconnect too",
    // Each of 50 frames has a head of 2 bytes, and a key of 4.
    observe: async (stage) =>
      (await bytesOf(stage, { maxFrameSize: 100 }, "x".repeat(5000))).map((bytes) => bytes - 5000),
    shows: [300, 300],
    otherwise: [8, 8],
  },
  {
    option: "pageSignals",
    effect: "is ignored on Node, and said to be",
    async observe({ startServer, connect }) {
      const server = await startServer();
      const client = connect({ url: server.url, pageSignals: false });
      return ofBoth(client, server, () => info(client).ignoredOptions);
    },
    shows: [["pageSignals"], ["pageSignals"]],
    otherwise: [[], []],
  },
  {
    option: "domainLookupTimeout",
    effect: "bounds the lookup, on the reconnect too",
    async observe(stage) {
      const server = await stage.startServer();
      const trouble = new Trouble();
      const answer = answering("127.0.0.1");
      const lookup: LookupFunction = (...question) => void (trouble.isOn || answer(...question));
      const url = server.url.replace("127.0.0.1", "here.invalid");
      const tcpOpts = { lookup };
      const start = () => stage.connect({ url, domainLookupTimeout: 200, retry: Infinity, tcpOpts });
      return errorsIn(trouble, server, start, stage);
    },
    shows: ["ERR_TIMEOUT", "ERR_TIMEOUT"],
    otherwise: ["nothing"],
  },
  {
    option: "tlsHandshakeTimeout",
    effect: "bounds the TLS handshake, on the reconnect too",
    observe: (stage) =>
      errorsAt(
        { name: "stall-at-accept" },
        stage,
        { tlsHandshakeTimeout: 300, tlsOpts: { ca } },
        { tls: identity("server") },
      ),
    shows: ["ERR_TIMEOUT", "ERR_TIMEOUT"],
    otherwise: ["nothing"],
  },
  {
    option: "httpOpts.upgradeTimeout",
    effect: "bounds the server's answer, on the reconnect too",
    observe: (stage) => errorsAt({ name: "stall-at-upgrade" }, stage, { httpOpts: { upgradeTimeout: 200 } }),
    shows: ["ERR_TIMEOUT", "ERR_TIMEOUT"],
    otherwise: ["nothing"],
  },
  {
    option: "httpOpts.maxHeaderBlockSize",
    effect: "bounds what is read of the answer, on the reconnect too",
    observe: (stage) =>
      errorsOfAnswers(stage, { httpOpts: { maxHeaderBlockSize: 1000 } }, ({ request }) =>
        switchingProtocols(request.headers["sec-websocket-key"]!, `X-Large: ${"x".repeat(2000)}`),
      ),
    shows: ["ERR_PROTOCOL", "ERR_PROTOCOL"],
    otherwise: ["nothing"],
  },
  {
    option: "httpOpts.transformHeaderName",
    effect: "spells each name, on the reconnect too",
    observe: (stage) =>
      requests(stage, { httpOpts: { transformHeaderName: (name) => name.toUpperCase() } }, ({ fields }) =>
        fields.find((field) => /^upgrade/i.test(field)),
      ),
    shows: ["UPGRADE: websocket", "UPGRADE: websocket"],
    otherwise: ["Upgrade: websocket", "Upgrade: websocket"],
  },
  {
    option: "httpOpts.cookieIgnoreInformational",
    effect: "keeps no cookie of a 103, on the reconnect neither",
    async observe(stage) {
      const kept: string[] = [];
      const cookieStore = { getCookieString: () => "", setCookie: (cookie: string) => kept.push(cookie) };
      const hints = "HTTP/1.1 103 Early Hints\r\nSet-Cookie: early=1\r\n\r\n";
      const answer = ({ request }: Requested) =>
        hints + switchingProtocols(request.headers["sec-websocket-key"]!, "Set-Cookie: final=2");
      await requests(stage, { cookieStore, httpOpts: { cookieIgnoreInformational: true } }, () => {}, answer);
      return kept;
    },
    shows: ["final=2", "final=2"],
    otherwise: ["early=1", "final=2", "early=1", "final=2"],
  },
  {
    option: "httpOpts.maxRedirects",
    effect: "is how many redirects an attempt follows, on the reconnect too",
    async observe(stage) {
      const server = await answeringServer(({ url }) => (url === "/" ? found("/feed") : undefined));
      const client = stage.connect({ url: server.url, httpOpts: { maxRedirects: 1 } });
      await openings(stage, client, server);
      return server.requests.map(({ url }) => url);
    },
    shows: ["/", "/feed", "/", "/feed"],
    otherwise: ["/"],
  },
  {
    option: "cookieStore",
    effect: "gives the reconnect what the first connection was told",
    async observe(stage) {
      const cookies: string[] = [];
      const cookieStore = {
        getCookieString: () => cookies.join("; "),
        setCookie: (cookie: string) => cookies.push(cookie),
      };
      const answer = ({ request }: Requested) =>
        switchingProtocols(
          request.headers["sec-websocket-key"]!,
          ...(cookies.length === 0 ? ["Set-Cookie: sid=7"] : []),
        );
      return requests(stage, { cookieStore }, ({ request }) => request.headers.cookie, answer);
    },
    shows: [undefined, "sid=7"],
    otherwise: [undefined, undefined],
  },
  {
    option: "tcpOpts.sendTimeout",
    effect: "gives a peer up that stops reading, on the reconnect too",
    async observe({ startServer, connect, told }) {
      const server = await startServer();
      await server.fault({ name: "mute" });
      const sendQueue = { maxBytes: Infinity };
      const client = connect({ url: server.url, sendQueue, tcpOpts: { sendTimeout: 200 } });
      const words: string[] = [];
      while (words.length < 2 && !words.includes("nothing")) {
        await client.ready();
        await server.fault({ name: "stop-reading" });
        const word = told(client, "error");
        client.send(new Uint8Array(24 * 1024 * 1024));
        words.push(await word);
      }
      return words;
    },
    shows: ["ERR_SEND_TIMEOUT", "ERR_SEND_TIMEOUT"],
    otherwise: ["nothing"],
  },
  {
    option: "tcpOpts.sendTimeoutClose",
    effect: "false only tells of it, on the reconnect too",
    async observe({ startServer, connect, told }) {
      const server = await startServer();
      await server.fault({ name: "mute" });
      const sendQueue = { maxBytes: Infinity };
      const tcpOpts = { sendTimeout: 200, sendTimeoutClose: false };
      const client = connect({ url: server.url, sendQueue, tcpOpts });
      const stall = async () => {
        await server.fault({ name: "stop-reading" });
        const timedOut = told(client, "error");
        const outcome = told(client, "drain", "disconnect");
        client.send(new Uint8Array(24 * 1024 * 1024));
        await timedOut;
        await server.fault({ name: "resume-reading" });
        return outcome;
      };
      await client.ready();
      const first = await stall();
      return first === "drain" ? ofBoth(client, server, stall) : [first];
    },
    shows: ["drain", "drain"],
    otherwise: ["disconnect"],
  },
  {
    option: "tcpOpts.noDelay",
    effect: "false leaves Nagle's algorithm on, on the reconnect too",
    observe: (stage) => noDelays(stage, { noDelay: false }),
    shows: [false, false],
    otherwise: [true, true],
  },
  {
    option: "tcpOpts.keepAlive",
    effect: "has the kernel probe, on the reconnect too",
    isPossible: hasProc,
    observe: async (stage) =>
      (await probes(stage, { keepAlive: true, keepAliveInitialDelay: 60_000 })).map((due) => due <= 60),
    shows: [true, true],
    otherwise: [false, false],
  },
  {
    option: "tcpOpts.keepAliveInitialDelay",
    effect: "is when the kernel begins to, on the reconnect too",
    isPossible: hasProc,
    observe: async (stage) =>
      (await probes(stage, { keepAlive: true, keepAliveInitialDelay: 60_000 })).map((due) => due <= 60),
    shows: [true, true],
    otherwise: [false, false],
  },
  {
    option: "tcpOpts.localAddress",
    effect: "is where connections come from, on the reconnect too",
    async observe({ startServer, connect }) {
      const server = await startServer();
      const client = connect({ url: server.url, tcpOpts: { localAddress: "127.0.0.2" } });
      return ofBoth(client, server, () => info(client).localAddress);
    },
    shows: ["127.0.0.2", "127.0.0.2"],
    otherwise: ["127.0.0.1", "127.0.0.1"],
  },
  {
    option: "tcpOpts.localPort",
    effect: "is the port that connections come from, on the reconnect too",
    async observe({ startServer, connect }) {
      const { url, fault } = await startServer();
      const localPort = await freePort();
      const client = connect({ url, retry: 100, tcpOpts: { localPort } });
      // After a FIN the port would stay taken for a while.
      const server = { drop: () => fault({ name: "drop", how: "rst" }) };
      return ofBoth(client, server, () => info(client).localPort === localPort);
    },
    shows: [true, true],
    otherwise: [false, false],
  },
  {
    option: "tcpOpts.family",
    effect: "is the IP version that is asked for, on the reconnect too",
    async observe({ startServer, connect }) {
      const server = await startServer({ host: "::1" });
      const lookup = answering("127.0.0.1", "::1");
      const url = `ws://here.invalid:${portOf(server.url)}/`;
      await ofBoth(connect({ url, tcpOpts: { family: 6, lookup } }), server, () => {});
      return lookup.mock.calls.map(([, { family }]) => family);
    },
    shows: [6, 6],
    otherwise: [undefined, undefined],
  },
  {
    option: "tcpOpts.lookup",
    effect: "is asked for each connection",
    async observe({ startServer, connect }) {
      const server = await startServer();
      const lookup = answering("127.0.0.1");
      const url = server.url.replace("127.0.0.1", "localhost");
      await ofBoth(connect({ url, tcpOpts: { lookup } }), server, () => {});
      return lookup.mock.calls.map(([hostname]) => hostname);
    },
    shows: ["localhost", "localhost"],
    otherwise: [],
  },
  {
    option: "tcpOpts.autoSelectFamily",
    effect: "false tries the first address alone, on the reconnect too",
    async observe(stage) {
      const server = await stage.startServer();
      const url = `ws://here.invalid:${portOf(server.url)}/`;
      const trouble = new Trouble();
      const [two, one] = [answering("::1", "127.0.0.1"), answering("127.0.0.1")];
      const lookup: LookupFunction = (...question) => (trouble.isOn ? two : one)(...question);
      const tcpOpts = { autoSelectFamily: false, lookup };
      return errorsIn(trouble, server, () => stage.connect({ url, tcpOpts, retry: Infinity }), stage);
    },
    shows: ["ERR_CONNECT", "ERR_CONNECT"],
    otherwise: ["nothing"],
  },
  {
    option: "tcpOpts.autoSelectFamilyAttemptTimeout",
    effect: "is how long one address is tried before the next",
    async observe({ startServer, connect, settled }) {
      const server = await startServer();
      const port = portOf(server.url);
      await fullServer("::1", port);
      const client = connect({
        url: `ws://here.invalid:${port}/`,
        tcpOpts: { lookup: answering("::1", "127.0.0.1"), autoSelectFamilyAttemptTimeout: 60_000 },
      });
      return settled(next(client, "connect"));
    },
    shows: "nothing",
    otherwise: "settled",
  },
  {
    option: "tcpOpts.path",
    effect: "is a unix socket in place of host and port, on the reconnect too",
    async observe(stage) {
      const server = await stage.startServer();
      const path = await unixSocket(portOf(server.url));
      const client = stage.connect({ url: `ws://127.0.0.1:${await freePort()}/`, tcpOpts: { path } });
      return openings(stage, client, server);
    },
    shows: ["connect", "connect"],
    otherwise: ["ERR_CONNECT"],
  },
  {
    option: "tcpOpts.proxy",
    effect: "leads there, on the reconnect too; a function is asked each time",
    async observe({ startServer, connect }) {
      const server = await startServer();
      const proxies = [await connectProxy(), await connectProxy()];
      const passed = async (proxy: string | (() => string)) => {
        const client = connect({ url: server.url, tcpOpts: { proxy } });
        const seen = ofBoth(client, server, () => proxies.map(({ destinations }) => destinations.length));
        await seen;
        await client.close();
        return seen;
      };
      const urls = proxies.map(({ port }) => `http://127.0.0.1:${port}`);
      return [await passed(urls[0]!), await passed(() => urls.reverse()[0]!)];
    },
    shows: [
      [
        [1, 0],
        [2, 0],
      ],
      [
        [2, 1],
        [3, 1],
      ],
    ],
    otherwise: [
      [
        [0, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    ],
  },
  {
    option: "tcpOpts.proxyHeaders",
    effect: "are sent with each CONNECT; a function is asked once more when the proxy asks who we are",
    async observe({ startServer, connect }) {
      const server = await startServer();
      const proxy = await decidingProxy(({ "x-token": token }) => (token === "wrong" ? {} : undefined));
      const passed = async (proxyHeaders: ProxyHeadersSource) => {
        const tcpOpts = { proxy: `http://127.0.0.1:${proxy.port}`, proxyHeaders };
        const client = connect({ url: server.url, tcpOpts });
        const seen = await ofBoth(client, server, () =>
          proxy.headers.splice(0).map((headers) => headers["x-token"]),
        );
        await client.close();
        return seen;
      };
      return [
        await passed({ "X-Token": "7" }),
        await passed(({ response }) => ({ "X-Token": response ? "8" : "wrong" })),
      ];
    },
    shows: [
      [["7"], ["7"]],
      [
        ["wrong", "8"],
        ["wrong", "8"],
      ],
    ],
    otherwise: [
      [[undefined], [undefined]],
      [[undefined], [undefined]],
    ],
  },
  {
    option: "tlsOpts",
    effect: "say whom to trust, on the reconnect too; a function is asked each time",
    observe: (stage) => secureOpenings(stage, { tls: identity("server") }, () => ({ ca })),
    shows: ["connect", "connect"],
    otherwise: ["ERR_TLS"],
  },
  {
    option: "tlsOpts.ca",
    effect: "is the authority that is trusted, on the reconnect too",
    observe: (stage) => secureOpenings(stage, { tls: identity("server") }, { ca, maxVersion: "TLSv1.3" }),
    shows: ["connect", "connect"],
    otherwise: ["ERR_TLS"],
  },
  {
    option: "tlsOpts.rejectUnauthorized",
    effect: "false trusts everybody, on the reconnect too",
    observe: (stage) =>
      secureOpenings(stage, { tls: identity("self-signed") }, { rejectUnauthorized: false }),
    shows: ["connect", "connect"],
    otherwise: ["ERR_TLS"],
  },
  {
    option: "tlsOpts.servername",
    effect: "is whose certificate is expected, on the reconnect too",
    observe: (stage) =>
      secureOpenings(stage, { tls: identity("wrong-host") }, { ca, servername: "elsewhere.example" }),
    shows: ["connect", "connect"],
    otherwise: ["ERR_TLS"],
  },
  {
    option: "tlsOpts.checkServerIdentity",
    effect: "decides on the host's name, on the reconnect too",
    observe: (stage) =>
      secureOpenings(stage, { tls: identity("wrong-host") }, { ca, checkServerIdentity: () => undefined }),
    shows: ["connect", "connect"],
    otherwise: ["ERR_TLS"],
  },
  {
    option: "tlsOpts.secureContext",
    effect: "is used as it is, on the reconnect too",
    observe: (stage) =>
      secureOpenings(stage, { tls: identity("server") }, { secureContext: createSecureContext({ ca }) }),
    shows: ["connect", "connect"],
    otherwise: ["ERR_TLS"],
  },
  {
    option: "tlsOpts.cert",
    effect: "is shown to a server that asks who we are, on the reconnect too",
    observe: (stage) => secureOpenings(stage, askingForUs, { ca, ...identity("client") }),
    shows: ["connect", "connect"],
    otherwise: ["ERR_TLS"],
  },
  {
    option: "tlsOpts.key",
    effect: "proves that the certificate is ours, on the reconnect too",
    observe: (stage) => secureOpenings(stage, askingForUs, { ca, ...identity("client") }),
    shows: ["connect", "connect"],
    otherwise: ["ERR_TLS"],
  },
  {
    option: "tlsOpts.minVersion",
    effect: "is the oldest version of TLS that will do",
    observe: (stage) =>
      secureOpenings(
        stage,
        { tls: { ...identity("server"), maxVersion: "TLSv1.2" } },
        { ca, minVersion: "TLSv1.3" },
      ),
    shows: ["ERR_TLS"],
    otherwise: ["connect", "connect"],
  },
  {
    option: "tlsOpts.maxVersion",
    effect: "is the newest version of TLS, on the reconnect too",
    observe: (stage) =>
      secureOpenings(
        stage,
        { tls: identity("server") },
        { ca, maxVersion: "TLSv1.2" },
        (client) => tlsFacts(client).protocol,
      ),
    shows: ["TLSv1.2", "TLSv1.2"],
    otherwise: ["TLSv1.3", "TLSv1.3"],
  },
  {
    option: "tlsOpts.ciphers",
    effect: "are offered, on the reconnect too",
    observe: (stage) =>
      secureOpenings(
        stage,
        { tls: identity("server") },
        { ca, ciphers: "TLS_CHACHA20_POLY1305_SHA256" },
        (client) => tlsFacts(client).cipher,
      ),
    shows: ["TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256"],
    otherwise: ["TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"],
  },
  {
    option: "transport",
    effect: '"tls" encrypts what a ws: url leads to, on the reconnect too',
    async observe(stage) {
      const server = await stage.startServer({ tls: identity("server") });
      const url = `ws://localhost:${portOf(server.url)}/`;
      const client = stage.connect({ url, transport: "tls", tlsOpts: { ca } });
      return openings(stage, client, server);
    },
    shows: ["connect", "connect"],
    otherwise: ["ERR_CONNECT"],
  },
];
