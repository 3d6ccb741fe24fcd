// A TCP connect, and the lookup before it: one `net.connect` serves both.

import { connect, type LookupFunction, type NetConnectOpts, type Socket } from "node:net";
import { ConnectError, type Failure } from "@gundam/core";
import type { ResolvedNodeOptions } from "../node-options.ts";
import { nodeRuntime } from "../node-runtime.ts";
import { onread, shareBuffer } from "../read-buffer.ts";
import type { Endpoint } from "./endpoint.ts";
import { fileLimits } from "./file-limits.ts";
import { askOwnLookup, joinLookup, lookupFailure } from "./lookup.ts";
import type { Patience } from "./patience.ts";
import { absorb, codeOf, type PhaseEnd, type Release } from "./phase.ts";

/** Of one TCP connect. */
export interface TcpConnect {
  readonly endpoint: Endpoint;
  readonly options: ResolvedNodeOptions;
  /** The socket reads into the buffer that all share. */
  readonly isShared: boolean;
  readonly patience: Patience;
  /** How long each of several addresses is tried before the next, in whole ms. */
  readonly attemptTimeout: number;
}

export interface TcpEnd extends PhaseEnd<Socket> {
  /** The lookup is over, which `again` would answer as it was; not told of an address that needed none. */
  found(addresses: number, again: LookupFunction): void;
}

export function connectTcp(
  { endpoint, options, isShared, patience, attemptTimeout }: TcpConnect,
  end: TcpEnd,
): Release {
  const { domainLookupTimeout, tcpOpts } = options;
  let lookingUp = endpoint.named;
  let addresses = 1;
  /** When the address that is tried was turned to. */
  let since = 0;
  let leaveLookup = absorb;

  const turned = () => {
    since = nodeRuntime.now();
  };
  const lookup: LookupFunction = (hostname, options, callback) => {
    const answer: typeof callback = (error, address, family) => {
      if (!error) {
        lookingUp = false;
        addresses = Array.isArray(address) ? address.length : 1;
        turned();
        end.found(addresses, (_hostname, _options, answer) => answer(null, address, family));
      }
      callback(error, address, family);
    };
    leaveLookup = tcpOpts.lookup
      ? askOwnLookup(tcpOpts.lookup, hostname, options, answer)
      : joinLookup(hostname, options, domainLookupTimeout, answer);
  };

  // Each option by name: a spread would double the time that a dial takes. Their declarations refuse what would throw.
  const connectOptions: NetConnectOpts = {
    host: endpoint.host,
    port: endpoint.port,
    // In place of host and port, where there is one.
    path: endpoint.path as string,
    lookup,
    noDelay: tcpOpts.noDelay,
    keepAlive: tcpOpts.keepAlive,
    keepAliveInitialDelay: tcpOpts.keepAliveInitialDelay,
    localAddress: tcpOpts.localAddress,
    localPort: tcpOpts.localPort,
    family: tcpOpts.family,
    autoSelectFamily: tcpOpts.autoSelectFamily,
    autoSelectFamilyAttemptTimeout: attemptTimeout,
  };
  if (isShared) connectOptions.onread = onread;
  const socket = connect(connectOptions);
  if (isShared) shareBuffer(socket);

  const settle = () => {
    socket.off("connectionAttempt", turned);
    socket.off("connect", connected);
    socket.off("error", failed);
    socket.off("close", closed);
  };
  const connected = () => {
    settle();
    const tried = socket.autoSelectFamilyAttemptedAddresses?.length ?? addresses;
    patience.answered(nodeRuntime.now() - since, tried === addresses);
    end.done(socket);
  };
  const failed = (cause: unknown) => {
    settle();
    end.failed(lookingUp ? lookupFailure(endpoint, cause) : tcpFailure(endpoint, cause));
  };
  const closed = () => failed(new Error("the socket was closed"));
  socket.on("error", absorb);
  socket.on("connectionAttempt", turned);
  socket.on("connect", connected);
  socket.on("error", failed);
  // Others can have it in hand, such as a subscriber of Node's channel `net.client.socket`.
  socket.on("close", closed);

  return () => {
    settle();
    leaveLookup();
    socket.destroy();
  };
}

const advice: Readonly<Record<string, string>> = {
  ...fileLimits,
  EACCES: "this process may not; check the permissions",
  EADDRINUSE: "the local address is in use; check tcpOpts.localPort",
  EADDRNOTAVAIL: "the local address is not available; check tcpOpts.localAddress",
  ECONNREFUSED: "nothing listens there; check SOURCE and that the server runs",
  EHOSTUNREACH: "no route leads there; check the network",
  ENETUNREACH: "no route leads there; check the network",
  ENOENT: "there is no such socket; check tcpOpts.path",
  ETIMEDOUT: "nobody answers there; check SOURCE, the network and firewalls",
};

function tcpFailure({ place, source }: Endpoint, cause: unknown): Failure {
  const code = codeOf(cause);
  const what = (advice[code] ?? "check SOURCE and the network").replace("SOURCE", source);
  const message = `could not connect to ${place} (${code}): ${what}`;
  return { kind: "network", phase: "tcp", error: new ConnectError("tcp", message, { cause }), byUs: false };
}
