// What is compared, and where it stands: every cell has its evidence, which a test looks at.
//
// - `probed`: seen of the client by the row's probe (probes.mjs);
// - `stated`: the package that is installed has these words in this file;
// - `absent`: it has none of these words in these files;
// - `ours`: a test or a page of this repository, with words that it has;
// - `named`: a page elsewhere.

/** Whom gundam is compared with, and the files of theirs that say what they can do. */
export const peers = [
  "ws",
  "undici",
  "reconnecting-websocket",
  "partysocket",
  "graphql-ws",
  "socket.io-client",
  "@atproto/ws-client",
];

const yes = "✓";
const no = "–";

const probed = (says = yes, note) => ({ says, evidence: "probed", note });
const stated = (says, file, words, note) => ({ says, evidence: "stated", file, words, note });
const ours = (file, words, says = yes, note) => ({ says, evidence: "ours", file, words, note });

/** Where it would be, if there were one. */
const facesOf = {
  ws: "lib/websocket.js",
  undici: "lib/web/websocket/websocket.js",
  "reconnecting-websocket": "dist/reconnecting-websocket.mjs",
  partysocket: "dist/ws.js",
  "graphql-ws": "dist/client.d.ts",
  "socket.io-client": "dist/socket.io.js",
  "@atproto/ws-client": "README.md",
};

/** @param {RegExp} words */
const absent = (words, { says = no, note } = {}) => ({ says, evidence: "absent", words, note });

/** It never connects a second time, so there is nothing to be said. */
const once = { ...probed("one connection"), probe: "returns" };

const ofClass = (words) =>
  absent(words, { says: "by its class", note: "the WebSocket class that it is given may" });

/** A row: what is compared, the probe if there is one, and a cell for gundam and each of the peers. */
const row = (what, [gundam, ...others], probe) => ({
  what,
  probe,
  cells: Object.fromEntries([
    ["gundam", gundam],
    ...peers.map((peer, index) => [
      peer,
      others[index].evidence === "absent" ? { ...others[index], file: facesOf[peer] } : others[index],
    ]),
  ]),
});

export const rows = [
  row(
    "comes back by itself after a loss",
    [probed(), probed(no), probed(no), probed(), probed(), probed(), probed(), probed()],
    "returns",
  ),
  row("waits before a retry grow, and are spread at random", [
    ours("packages/core/test/backoff.test.ts", "then waits a quarter to three quarters"),
    once,
    once,
    stated(yes, "dist/reconnecting-websocket.mjs", "minReconnectionDelay: 1000 + Math.random() * 4000"),
    absent(/Math\.random/, { says: "grow alone" }),
    stated(yes, "dist/client.js", "randomisedExponentialBackoff"),
    stated(yes, "dist/socket.io.js", "randomizationFactor"),
    stated(yes, "dist/lib/reconnect-policy.js", "Exponential backoff with ±0.5s jitter"),
  ]),
  row(
    "gives up at a refusal, such as HTTP 401, on Node",
    [
      probed(),
      once,
      once,
      probed(no),
      probed(no),
      probed(no, "with shouldRetry: () => true; without it, it gives up at a refused TCP connection, too"),
      probed(no),
      probed(no),
    ],
    "givesUp",
  ),
  row(
    "what is sent while it is away arrives when it is back",
    [probed(), probed(no), probed(no), probed(), probed(), probed("✓ operations"), probed(), probed(no)],
    "keeps",
  ),
  row(
    "and is bounded by default",
    [
      probed(),
      once,
      once,
      probed("an option"),
      probed("an option"),
      absent(/maxQueue|queueSize|maxMessages/i),
      probed(no),
      stated("nothing is kept", "README.md", "it can be queued then later flushed from `onConnect`"),
    ],
    "bounds",
  ),
  row("tells what became of a message", [
    ours("docs/messages.md", "## Outcomes", "unsent, flushed, unknown, acked"),
    stated("written", "lib/websocket.js", "Callback which is executed when data is written out"),
    absent(/flushed|written|acknowledged/i),
    absent(/callback|drain|flushed/i),
    stated("unsent", "dist/ws.js", "drainQueuedMessages()"),
    stated("the operation's result", "dist/client.d.ts", "Subscribes and iterates over emitted results"),
    stated("acked, by the server's code", "build/esm/socket.d.ts", "emitWithAck"),
    stated("written", "README.md", "`send()` resolves on hand-off and not on delivery"),
  ]),
  row(
    "notices a peer that is silent, on Node",
    [
      probed(),
      stated("a recipe", "README.md", "How to detect and close broken connections?"),
      probed(no),
      probed(no),
      probed(no),
      stated("a recipe", "dist/client.d.ts", "you should implement your own logic on top of the client"),
      probed("✓ its server's pings"),
      probed(),
    ],
    "notices",
  ),
  row("and in browsers", [
    ours("docs/dead-peers.md", "with a message of yours (`heartbeat(", "✓ a heartbeat"),
    stated("no browsers", "README.md", "This module does not work in the browser"),
    stated("no browsers", "README.md", "written from scratch for Node.js"),
    absent(/heartbeat|keepAlive|\bping\b/i),
    absent(/heartbeat|keepAlive|\bping\b/i),
    stated("a recipe", "dist/client.d.ts", "you should implement your own logic on top of the client"),
    stated("✓ its server's pings", "dist/socket.io.js", "_pingTimeoutTime"),
    stated("✓ idle timeout", "README.md", "This is the browser's only dead-connection detector"),
  ]),
  row("follows the page: put away, asleep, online again", [
    ours("docs/page.md", "| "),
    stated("no browsers", "README.md", "This module does not work in the browser"),
    stated("no browsers", "README.md", "written from scratch for Node.js"),
    absent(/pagehide|visibilitychange|"online"|offline/),
    absent(/pagehide|visibilitychange|"online"|offline/),
    absent(/pagehide|visibilitychange|"online"|offline/),
    stated("offline alone", "dist/socket.io.js", 'addEventListener("offline"'),
    absent(/pagehide|visibilitychange|\bonline\b|offline/),
  ]),
  row(
    "header fields of its own, on Node",
    [
      probed(),
      probed(),
      probed(),
      ofClass(/headers/i),
      ofClass(/headers/i),
      ofClass(/headers/i),
      probed(),
      probed(),
    ],
    "sendsHeaders",
  ),
  row("through a proxy, on Node", [
    ours("packages/node/test/proxy.test.ts", "socks5: looks the name", "HTTP, HTTPS, SOCKS"),
    stated("by an agent", "README.md", "Use a custom `http.Agent` implementation"),
    stated("by a dispatcher", "docs/docs/api/WebSocket.md", "new ProxyAgent("),
    ofClass(/proxy|agent/i),
    ofClass(/proxy|\bagent/i),
    ofClass(/proxy|agent/i),
    stated("by an agent", "dist/socket.io.js", '"agent"'),
    absent(/proxy|agent/i),
  ]),
  row("time limits of an attempt", [
    ours("docs/options.md", "`tlsHandshakeTimeout`", "each phase's, and one over all"),
    stated("1", "lib/websocket.js", "options.handshakeTimeout"),
    stated("the dispatcher's", "docs/docs/api/Client.md", "headersTimeout"),
    stated("1", "dist/reconnecting-websocket.mjs", "connectionTimeout: 4000"),
    stated("1", "dist/ws.js", "connectionTimeout: 4e3"),
    stated("1", "dist/client.d.ts", "connectionAckWaitTimeout"),
    stated("1", "build/esm/manager.d.ts", "timeout: number"),
    absent(/handshakeTimeout|connectTimeout|openTimeout/),
  ]),
  row("says when to send no more", [
    ours("docs/messages.md", "wait for the `drain` event", "✓ `drain`"),
    stated("a stream", "README.md", "createWebSocketStream"),
    stated("a stream", "docs/docs/api/WebSocket.md", "Class: WebSocketStream", "experimental"),
    absent(/drain|backpressure|highWaterMark/i, { says: "`bufferedAmount`" }),
    absent(/backpressure|highWaterMark/i, { says: "`bufferedAmount`" }),
    absent(/drain|backpressure|highWaterMark/i),
    absent(/backpressure|highWaterMark/i),
    stated("a promise", "README.md", "flushed on Node.js or accepted by the browser's WebSocket"),
  ]),
  row("reads no faster than you handle, on Node", [
    ours("docs/messages.md", "so that TCP holds the server back"),
    stated("`pause()`", "lib/websocket.js", "this._socket.pause();"),
    stated("a stream", "docs/docs/api/WebSocket.md", "Class: WebSocketStream", "experimental"),
    absent(/\.pause\(|backpressure/i),
    absent(/\.pause\(|backpressure/i),
    absent(/pause|backpressure/i),
    absent(/backpressure/i),
    stated(yes, "README.md", "the socket is paused until the consumer catches up"),
  ]),
  row("`for await` over messages", [
    ours("examples/messages.test.ts", "the example tells what became of its messages"),
    stated("a stream", "README.md", "createWebSocketStream"),
    stated("a stream", "docs/docs/api/WebSocket.md", "Class: WebSocketStream", "experimental"),
    absent(/asyncIterator/),
    absent(/asyncIterator/),
    stated(yes, "dist/client.d.ts", "AsyncIterableIterator"),
    absent(/asyncIterator\] = function/),
    stated(yes, "README.md", "as an async iterable"),
  ]),
  row("protocol pings of your own, on Node", [
    ours("packages/gundam/test/option-proofs/on-node.ts", "wsOpts.silencePings"),
    stated(yes, "lib/websocket.js", "ping(data, mask, cb)"),
    stated(yes, "docs/docs/api/WebSocket.md", "ping(websocket, payload)"),
    ofClass(/\bping\b/),
    ofClass(/\bping\b/),
    absent(/\.ping\(/),
    absent(/\.ping\(/),
    absent(/\.ping\(|`ping`/),
  ]),
  row("permessage-deflate, on Node", [
    ours("packages/gundam/test/option-proofs/on-node.ts", "makes messages small", "an option"),
    stated(yes, "lib/websocket.js", "perMessageDeflate: true,"),
    stated(yes, "lib/web/websocket/connection.js", "permessage-deflate"),
    ofClass(/deflate/i),
    ofClass(/deflate/i),
    ofClass(/deflate/i),
    stated("an option", "dist/socket.io.js", '"perMessageDeflate"'),
    stated(yes, "README.md", "`permessage-deflate` is offered by default"),
  ]),
  row("WebSocket over HTTP/2, on Node", [
    ours("docs/differences.md", "HTTP/1.1", no),
    absent(/http2/i),
    stated("experimental", "docs/docs/api/WebSocket.md", "WebSocket over HTTP/2 is experimental"),
    ofClass(/http2/i),
    ofClass(/http2/i),
    ofClass(/http2/i),
    absent(/http2/i),
    absent(/http2|HTTP\/2/i),
  ]),
  row("several addresses of one service", [
    ours("packages/gundam/test/endpoints.test.ts", "describeEndpoints"),
    once,
    once,
    stated("a url function", "dist/reconnecting-websocket.d.ts", "() => Promise<string>"),
    stated("a url function", "dist/ws.js", "_getNextUrl(urlProvider)"),
    stated("a url function", "dist/client.d.ts", "url: string | (() => Promise<string> | string);"),
    absent(/endpoints|failover/i),
    stated("a url function", "README.md", "`url` may be a function"),
  ]),
  row("goes over to another connection without a gap", [
    ours("docs/messages.md", "## From one connection to the next, without a gap"),
    ...peers.map(() => absent(/hand-?over|successor|without a gap/i)),
  ]),
  row("one import for browsers and Node", [
    ours("packages/gundam/test/conditions.test.ts", "condition"),
    stated(no, "browser.js", "ws does not work in the browser"),
    stated(no, "README.md", "written from scratch for Node.js"),
    stated("Node 22, or with a class", "dist/reconnecting-websocket.mjs", "getGlobalWebSocket"),
    stated("Node 22, or with a class", "dist/ws.js", "this._options.WebSocket || WebSocket"),
    stated("Node 22, or with a class", "dist/client.js", "WebSocket implementation missing; on Node"),
    stated(yes, "package.json", '"node": "./build/esm-debug/index.js"'),
    stated(yes, "README.md", "It works on Node.js and in the browser."),
  ]),
  row("works with any WebSocket server", [
    { ...probed(), probe: "returns" },
    { ...probed(), probe: "sendsHeaders" },
    { ...probed(), probe: "sendsHeaders" },
    { ...probed(), probe: "returns" },
    { ...probed(), probe: "returns" },
    stated("GraphQL's", "PROTOCOL.md", "graphql-transport-ws"),
    stated("Socket.IO's", "package.json", '"socket.io-parser"'),
    { ...probed(), probe: "returns" },
  ]),
  row("brings along", [
    ours("packages/testing/package.json", "fault server", "a fault server for tests"),
    stated("a server", "README.md", "WebSocketServer"),
    stated("`fetch`, HTTP", "README.md", "An HTTP/1.1 client"),
    absent(/\breact\b/i),
    stated("React hooks", "package.json", '"./react"'),
    stated("GraphQL, a server", "package.json", '"./use/ws"'),
    stated("rooms, acks, long polling, a server", "dist/socket.io.js", "polling"),
    absent(/react hook/i),
  ]),
  row("types", [
    ours("packages/gundam/package.json", '"types"'),
    stated("`@types/ws`", "package.json", '"name": "ws"'),
    ...[
      '"types": "index.d.ts"',
      '"types": "./dist/reconnecting-websocket.d.ts"',
      '"types"',
      '"types"',
      '"types"',
      '"types"',
    ].map((words) => stated(yes, "package.json", words)),
  ]),
  row("published, and in use elsewhere", [
    ours("CHANGELOG.md", "Unreleased", "not yet"),
    ...peers.map(() => ({ says: yes, evidence: "named" })),
  ]),
];
