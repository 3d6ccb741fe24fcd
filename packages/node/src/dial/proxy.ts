// The proxy phase: over a connection to the proxy, it is asked to connect us to the target. Node's own HTTP client sends
// CONNECT, the library socks speaks SOCKS: unlike agents, both take a socket that is already connected.

import http, { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { ConnectError, type Failure } from "@gundam/core";
import { SocksClient } from "socks";
import type { ResolvedNodeOptions } from "../node-options.ts";
import { causeOf, codeOf, failLater, type PhaseEnd, type Release } from "./phase.ts";
import type { ProxyEndpoint } from "./proxy-url.ts";
import { retryAfterOf } from "./retry-after.ts";
import type { Target } from "./target.ts";
import { startTlsWithProxy } from "./tls.ts";

/** `destination`: the target's host, or its address. */
export function passProxy(
  proxy: ProxyEndpoint,
  target: Target,
  destination: string,
  socket: Socket,
  options: ResolvedNodeOptions,
  end: PhaseEnd<Socket>,
): Release {
  switch (proxy.scheme) {
    case "http:":
      return sendConnect(proxy, target, socket, end);
    case "https:":
      return secure(proxy, target, socket, options, end);
    default:
      return speakSocks(proxy, target, destination, socket, options, end);
  }
}

function secure(
  proxy: ProxyEndpoint,
  target: Target,
  raw: Socket,
  { tlsOpts }: ResolvedNodeOptions,
  end: PhaseEnd<Socket>,
): Release {
  let release = startTlsWithProxy(proxy, raw, tlsOpts, {
    done(socket) {
      release = sendConnect(proxy, target, socket, end);
    },
    failed({ kind, ...failure }) {
      end.failed({ ...failure, kind: kind === "network" ? "proxy" : kind, phase: "proxy" });
    },
  });
  return () => release();
}

/** RFC 9110 §9.3.6. */
function sendConnect(
  proxy: ProxyEndpoint,
  { url, port }: Target,
  socket: Socket,
  end: PhaseEnd<Socket>,
): Release {
  const authority = `${url.hostname}:${port}`;
  const headers = { Host: authority, ...authorization(proxy) };
  const request = http.request({
    method: "CONNECT",
    path: authority,
    headers,
    createConnection: () => socket,
  });
  const { done, failed, leave } = once(end);
  request.on("connect", (response, _, head: Buffer) => {
    if (Math.floor(response.statusCode! / 100) !== 2) return failed(refused(proxy, authority, response));
    if (head.length > 0) socket.unshift(head);
    done(socket);
  });
  request.on("error", (cause) => failed(broken(proxy, cause)));
  request.end();
  return releasing(socket, leave);
}

function authorization({ user, password }: ProxyEndpoint): Record<string, string> {
  if (user === "" && password === "") return {};
  return { "Proxy-Authorization": `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}

/**
 * The library's own time limit, in ms, which it insists on: longer than any proxy takes, for the limits are ours. Its
 * timer, which keeps no process alive, runs on until then, and holds the socket: so it is no longer than needed, and a
 * second longer than ours, which comes first.
 */
const socksTimeout = 10 * 60_000;

/** RFC 1928, and RFC 1929 for user and password. */
function speakSocks(
  proxy: ProxyEndpoint,
  { url, port }: Target,
  destination: string,
  socket: Socket,
  { connectTimeout, openTimeout }: ResolvedNodeOptions,
  end: PhaseEnd<Socket>,
): Release {
  // Not the library's errors, which carry the password.
  const unwillingFor = ({ message }: Error) => unwilling(proxy, `${url.hostname}:${port}`, message);
  let client: SocksClient;
  try {
    client = new SocksClient({
      command: "connect",
      proxy: { host: proxy.host, port: proxy.port, type: 5, userId: proxy.user, password: proxy.password },
      destination: { host: destination, port },
      timeout: Math.min(connectTimeout, openTimeout, socksTimeout) + 1000,
    });
  } catch (problem) {
    return releasing(socket, failLater(unwillingFor(problem as Error), end));
  }
  const { done, failed, leave } = once(end);
  client.on("established", () => done(socket));
  client.on("error", (problem) => failed(unwillingFor(problem)));
  client.connect(socket);
  return releasing(socket, leave);
}

function releasing(socket: Socket, leave: () => void): Release {
  return () => {
    leave();
    socket.destroy();
  };
}

/** An end that is told once, and not at all after `leave`: HTTP and SOCKS have more than one word for theirs. */
function once(end: PhaseEnd<Socket>): PhaseEnd<Socket> & { leave(): void } {
  let left = false;
  const leave = () => {
    const wasLeft = left;
    left = true;
    return wasLeft;
  };
  return {
    done: (socket) => leave() || end.done(socket),
    failed: (failure) => leave() || end.failed(failure),
    leave,
  };
}

const advice: Readonly<Record<number, string>> = {
  403: "it does not let us go there; ask who runs it",
  407: "check the user and the password in tcpOpts.proxy",
  502: "it found no way there; check the url",
  503: "it found no way there; check the url",
  504: "nobody answered it there; check the url",
};

function refused(proxy: ProxyEndpoint, authority: string, response: IncomingMessage): Failure {
  const status = response.statusCode!;
  const missing = status === 407 && proxy.user === "" && "give a user and a password in tcpOpts.proxy";
  const toDo = missing || (advice[status] ?? "check tcpOpts.proxy: is it an HTTP proxy?");
  // STATUS_CODES, for what a server says may be anything.
  const message = `${proxy.place} refused to connect us to ${authority} (${status} ${STATUS_CODES[status] ?? ""}): ${toDo}`;
  const retryAfter = retryAfterOf(response.headers["retry-after"] ?? null, Date.now());
  return { ...proxyFailure(message), retryAfter };
}

function unwilling({ place }: ProxyEndpoint, authority: string, problem: string): Failure {
  const toDo = "check tcpOpts.proxy, and the user and the password in it";
  return proxyFailure(`${place} did not connect us to ${authority} (${problem}): ${toDo}`);
}

function broken({ place }: ProxyEndpoint, cause: Error): Failure {
  const code = codeOf(cause);
  const toDo = code.startsWith("HPE_") ? "does it speak HTTP? check tcpOpts.proxy" : "check tcpOpts.proxy";
  return proxyFailure(`${place} broke off (${code}): ${toDo}`, cause);
}

function proxyFailure(message: string, cause?: Error): Failure {
  const error = new ConnectError("proxy", message, { cause: causeOf(cause) });
  return { kind: "proxy", phase: "proxy", error, byUs: false };
}
