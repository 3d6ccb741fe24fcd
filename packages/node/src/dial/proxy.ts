// The proxy phase: over a connection to the proxy, it is asked to connect us to the target: an HTTP proxy by CONNECT, see
// tunnel.ts, another one by the library socks. Unlike agents, both take a socket that is already connected.

import type { Socket } from "node:net";
import { SocksClient } from "socks";
import type { ResolvedNodeOptions } from "../node-options.ts";
import { failLater, type PhaseEnd, type Release } from "./phase.ts";
import { unwilling } from "./proxy-failures.ts";
import type { ProxyEndpoint } from "./proxy-url.ts";
import type { Target } from "./target.ts";
import { startTlsWithProxy } from "./tls.ts";
import { type Given, Tunnel, type TunnelEnd, type TunnelRequest } from "./tunnel.ts";

/** What a proxy is asked for. */
export interface Passage {
  readonly proxy: ProxyEndpoint;
  readonly target: Target;
  /** The target's host, or its address. */
  readonly destination: string;
  readonly options: ResolvedNodeOptions;
  readonly attempt: TunnelRequest["attempt"];
  readonly given: Given | undefined;
}

export function passProxy(passage: Passage, socket: Socket, end: TunnelEnd): Release {
  switch (passage.proxy.scheme) {
    case "http:":
      return askForTunnel(passage, socket, end);
    case "https:":
      return secure(passage, socket, end);
    default:
      return speakSocks(passage, socket, end);
  }
}

function secure(passage: Passage, raw: Socket, end: TunnelEnd): Release {
  let isReleased = false;
  let release = startTlsWithProxy(passage.proxy, raw, passage.options.tlsOpts, {
    done(socket) {
      release = askForTunnel(passage, socket, end);
      // From within the user's function.
      if (isReleased) release();
    },
    failed({ kind, ...failure }) {
      end.failed({ ...failure, kind: kind === "network" ? "proxy" : kind, phase: "proxy" });
    },
  });
  return () => {
    isReleased = true;
    release();
  };
}

function askForTunnel({ target, options, ...passage }: Passage, socket: Socket, end: TunnelEnd): Release {
  const { proxyHeaders } = options.tcpOpts;
  const tunnel = new Tunnel({ ...passage, authority: authorityOf(target), proxyHeaders }, socket, end);
  tunnel.start();
  return () => tunnel.release();
}

function authorityOf({ url, port }: Target): string {
  return `${url.hostname}:${port}`;
}

/**
 * The library's own time limit, in ms, which it insists on: longer than any proxy takes, for the limits are ours. Its
 * timer, which keeps no process alive, runs on until then, and holds the socket: so it is no longer than needed, and a
 * second longer than ours, which comes first.
 */
const socksTimeout = 10 * 60_000;

/** RFC 1928, and RFC 1929 for user and password. */
function speakSocks(
  { proxy, target, destination, options }: Passage,
  socket: Socket,
  end: TunnelEnd,
): Release {
  const { connectTimeout, openTimeout } = options;
  // Not the library's errors, which carry the password.
  const unwillingFor = ({ message }: Error) => unwilling(proxy, authorityOf(target), message);
  let client: SocksClient;
  try {
    client = new SocksClient({
      command: "connect",
      proxy: { host: proxy.host, port: proxy.port, type: 5, userId: proxy.user, password: proxy.password },
      destination: { host: destination, port: target.port },
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

/** An end that is told once, and not at all after `leave`: the library has more than one word for it. */
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
