// Every place where the client calls or reads what is the user's: the functions and objects among the options, callbacks,
// listeners and diagnostics channels. A test holds the list to the declarations.

import { checkServerIdentity, createSecureContext } from "node:tls";
import { types } from "node:util";
import { endpoints, heartbeat } from "@gundam/core";

/** The events of a client; a test holds them to the types. */
export const eventNames = [
  "connect",
  "message",
  "disconnect",
  "error",
  "close",
  "attempt",
  "phase",
  "retry",
  "drain",
  "drop",
  "ping",
  "pong",
  "change",
  "handover",
];

const nothing = () => {};

/**
 * Functions. `good`: given the round, what the function should be. `option`: its name in what a user is told, if that is
 * another. `put`: how it is given, where it is not simply set. `report`: where what it throws is told: by an `error`, to the
 * operator by a warning, or to the caller. `isSync`: what it rejects with is told to nobody.
 */
export const functions = {
  url: { good: (round) => () => round.url },
  "endpoints[0]": {
    good: (round) => () => round.url,
    put: (options, ask) => {
      options.url = endpoints([ask, "ws://127.0.0.1:9/"]);
    },
  },
  headers: { good: () => () => ({ "X-Sent": "1" }) },
  "wsOpts.protocols": { good: () => () => ["chat"] },
  tlsOpts: {
    good: (round) => {
      const { tlsOpts } = round.options;
      return () => tlsOpts;
    },
    needs: isSecure,
  },
  "tcpOpts.proxy": { good: (round) => () => round.proxyUrl, needs: ({ via }) => via !== "none" },
  retryFun: { good: () => (left) => ({ retries: left - 1, timeout: 1 }) },
  shouldRetry: {
    good:
      () =>
      (_, { byDefault }) =>
        byDefault,
  },
  "supervise.adopt": { good: () => nothing, beside: { "supervise.release": nothing } },
  "supervise.release": { good: () => nothing, beside: { "supervise.adopt": nothing }, report: "operator" },
  "wsOpts.codec.encode": {
    good: () => (value) => value,
    beside: { "wsOpts.codec.decode": (message) => message },
    report: "caller",
  },
  "wsOpts.codec.decode": {
    good: () => (message) => message,
    beside: { "wsOpts.codec.encode": (value) => value },
  },
  "wsOpts.heartbeat.message": {
    good: () => () => "heartbeat",
    isSync: true,
    put: (options, message) => {
      options.wsOpts.heartbeat = heartbeat({ message, interval: 3 });
    },
  },
  "wsOpts.heartbeat.isReply": {
    good: () => (message) => message === "heartbeat",
    put: (options, isReply) => {
      options.wsOpts.heartbeat = heartbeat({ message: "heartbeat", interval: 3, isReply });
    },
  },
  trace: { good: () => nothing, report: "operator" },
  "signal.addEventListener": {
    good: () => nothing,
    option: "signal",
    isSync: true,
    beside: signalBeside("removeEventListener"),
  },
  "signal.removeEventListener": {
    good: () => nothing,
    option: "signal",
    isSync: true,
    beside: signalBeside("addEventListener"),
    report: "operator",
  },
  onConnect: { good: () => nothing },
  onMessage: { good: () => nothing },
  onDisconnect: { good: () => nothing },
  onError: { good: () => nothing, report: "operator" },
  onClose: { good: () => nothing, report: "operator" },
  "httpOpts.transformHeaderName": { good: () => (name) => name.toUpperCase() },
  "tcpOpts.lookup": {
    good: () => lookUp,
    option: "look up",
    takesCallback: true,
    needs: ({ via }) => via === "none" || via === "socks5:",
  },
  "tcpOpts.proxyHeaders": {
    good:
      () =>
      ({ response }) =>
        response ? { "X-Answer": "1" } : { "X-Ask": "1" },
    needs: hasHttpProxy,
  },
  "cookieStore.getCookieString": { good: () => () => "a=b", beside: { "cookieStore.setCookie": nothing } },
  "cookieStore.setCookie": { good: () => nothing, beside: { "cookieStore.getCookieString": () => "a=b" } },
  "tlsOpts.checkServerIdentity": { good: () => checkServerIdentity, needs: isSecure, isGuard: true },
  "tlsOpts.pskCallback": { good: () => nothing, needs: isSecure, isSync: true },
};

function signalBeside(other) {
  return { "signal.aborted": false, "signal.reason": undefined, [`signal.${other}`]: nothing };
}

/** All names are ours. */
export function lookUp(_host, options, answer) {
  if (options.all) answer(null, [{ address: "127.0.0.1", family: 4 }]);
  else answer(null, "127.0.0.1", 4);
}

function hasHttpProxy({ via }) {
  return via === "http:" || via === "https:";
}

function isSecure({ tls }) {
  return tls !== "none";
}

/** Objects, or values that may be some. `good`: given the round, what it should be. */
export const objects = {
  url: { good: (round) => new URL(round.url) },
  headers: { good: () => new Headers({ "X-Sent": "1" }) },
  supervise: { good: () => ({ adopt: nothing, release: nothing }) },
  state: { good: () => ({ mine: 1 }) },
  signal: { good: () => new AbortController().signal },
  cookieStore: { good: () => ({ getCookieString: () => "a=b", setCookie: nothing }) },
  tlsOpts: { good: (round) => ({ ...round.options.tlsOpts }), needs: isSecure },
  "tlsOpts.secureContext": { good: ({ world }) => createSecureContext({ ca: world.ca }), needs: isSecure },
  "tlsOpts.ca": { good: ({ world }) => [world.ca], needs: isSecure },
  "wsOpts.protocols": { good: () => ["chat"] },
  "wsOpts.codec": { good: () => ({ encode: (value) => value, decode: (message) => message }) },
  "wsOpts.heartbeat": { good: () => heartbeat({ message: "heartbeat", interval: 3 }) },
  "wsOpts.receiveBuffer": { good: () => ({ maxMessages: 2 }) },
  "wsOpts.userOpts": { good: () => ({}) },
  "wsOpts.compress": { good: () => ({ level: 1 }) },
  "tcpOpts.proxy": { good: (round) => new URL(round.proxyUrl), needs: ({ via }) => via !== "none" },
  "tcpOpts.proxyHeaders": { good: () => new Headers({ "X-Sent": "1" }), needs: hasHttpProxy },
  wsOpts: { good: (round) => round.options.wsOpts },
  httpOpts: { good: (round) => round.options.httpOpts },
  tcpOpts: { good: (round) => round.options.tcpOpts },
  sendQueue: { good: (round) => round.options.sendQueue },
  "sendQueue.pace": { good: () => ({ messages: 3, per: 5 }) },
};

/** What an option is that takes several things. */
export const listeners = eventNames.map((name) => `listener ${name}`);
/** Node itself ends a process over a subscriber that throws: of these only what they do is tried. */
export const channels = eventNames
  .filter((name) => name !== "message")
  .map((name) => `channel gundam:${name}`);

/** Sets `options.a.b` for the path `a.b`, unless `a` is already something else than a group. */
export function put(options, path, value) {
  const keys = path.split(".");
  const last = keys.pop();
  let group = options;
  for (const key of keys) {
    group[key] ??= {};
    group = group[key];
    if (Object(group) !== group || types.isProxy(group)) return;
  }
  Reflect.set(group, last, value);
}
