// Proofs of the options that work otherwise in browsers, and of all that browsers ignore.

import { info, supervisor } from "../../src/browser.ts";
import type { WebSocketClient } from "../../src/node.ts";
import { echoed, errorsAt, next, ofBoth, type Proof } from "./proof.ts";

/** Options that would show, or let no connection open, if they were not ignored. */
const ignored: Readonly<Record<string, unknown>> = {
  headers: { "X-Token": "7" },
  domainLookupTimeout: 0.001,
  tlsHandshakeTimeout: 0.001,
  "httpOpts.upgradeTimeout": 0.001,
  "httpOpts.maxHeaderBlockSize": 1,
  "httpOpts.transformHeaderName": () => "X-Token",
  "httpOpts.cookieIgnoreInformational": true,
  "httpOpts.maxRedirects": 5,
  cookieStore: { getCookieString: () => "token=7", setCookie() {} },
  "tcpOpts.sendTimeout": 0.001,
  "tcpOpts.sendTimeoutClose": false,
  "tcpOpts.noDelay": false,
  "tcpOpts.keepAlive": true,
  "tcpOpts.keepAliveInitialDelay": 1,
  "tcpOpts.localAddress": "192.0.2.1",
  "tcpOpts.localPort": 1,
  "tcpOpts.family": 6,
  "tcpOpts.lookup": () => {},
  "tcpOpts.autoSelectFamily": false,
  "tcpOpts.autoSelectFamilyAttemptTimeout": 1,
  "tcpOpts.path": "/nowhere",
  "tcpOpts.proxy": "http://127.0.0.1:1",
  "tcpOpts.proxyHeaders": { "X-Token": "7" },
  tlsOpts: { ca: "none" },
  transport: "tls",
  "wsOpts.compress": { level: 9 },
  "wsOpts.keepalive": 0.001,
  "wsOpts.keepaliveTolerance": 0.001,
  "wsOpts.flow": 1,
  "wsOpts.receiveBuffer.maxMessages": 1,
  "wsOpts.receiveBuffer.maxBytes": 1,
  "wsOpts.maxPayload": 1,
  "wsOpts.maxFrameSize": 1,
  "wsOpts.silencePings": false,
};

/** Both connections work as if the option had not been given, and it is listed; where its group is ignored, that. */
function ignoring([option, value]: [string, unknown]): Proof {
  const given = option.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
  const listed = option.split(".", option.startsWith("wsOpts.") ? 2 : 1).join(".");
  const worked = { echoes: ["hello", "hello"], tokens: [] };
  return {
    option,
    effect: "is ignored in browsers, and said to be",
    async observe({ startServer, connect }) {
      const server = await startServer();
      const client = connect({ url: server.url, ...given });
      // Firefox takes its time over a reconnect, unless the server has said goodbye.
      const parting = { drop: () => server.fault({ name: "close" }) };
      const echoes = await ofBoth(client, parting, () => echoed(client, "hello"));
      const { upgrades } = await server.record();
      const tokens = upgrades.flatMap(({ headers }) => [headers["x-token"], headers.cookie]).filter(Boolean);
      return { echoes, tokens, ignoredOptions: info(client).ignoredOptions };
    },
    shows: { ...worked, ignoredOptions: [listed] },
    otherwise: { ...worked, ignoredOptions: [] },
  };
}

const online = () => window.dispatchEvent(new Event("online"));

export const inBrowsers: readonly Proof[] = [
  {
    option: "connectTimeout",
    effect: "bounds the whole opening, on the reconnect too",
    observe: (stage) => errorsAt({ name: "stall-at-upgrade" }, stage, { connectTimeout: 300 }),
    shows: ["ERR_TIMEOUT", "ERR_TIMEOUT"],
    otherwise: ["nothing"],
  },
  {
    option: "supervise",
    effect: "true lists a client with the default supervisor",
    async observe({ startServer, connect }) {
      const server = await startServer();
      const client: WebSocketClient = connect({ url: server.url, supervise: true });
      return ofBoth(client, server, () => supervisor.children().includes(client));
    },
    shows: [true, true],
    otherwise: [false, false],
  },
  {
    option: "pageSignals",
    effect: "false lets a client wait, whatever the page goes through",
    async observe({ startServer, connect, settled }) {
      const server = await startServer();
      const patient = { retryTimeout: 60_000, stableAfter: 60_000 };
      const client = connect({ url: server.url, pageSignals: false, ...patient });
      await client.ready();
      const waiting = next(client, "retry");
      await server.drop();
      await waiting;
      const connected = next(client, "connect");
      online();
      return settled(connected);
    },
    shows: "nothing",
    otherwise: "settled",
  },
  ...Object.entries(ignored).map(ignoring),
];
