// The TLS phase: the handshake on a connected socket.

import { isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { chain, type Failure, TlsError } from "@gundam/core";
import type { Endpoint } from "./endpoint.ts";
import { absorb, codeOf, failLater, type PhaseEnd, type Release, wordsOf } from "./phase.ts";
import type { Target } from "./target.ts";
import { keepSession, type TlsMemories, ticketOf } from "./tls-memory.ts";
import { tlsOptionsFor } from "./tls-options.ts";

/** With the target, whose sessions are kept. */
export function startTls(
  target: Target,
  raw: Socket,
  given: ConnectionOptions,
  memories: TlsMemories,
  end: PhaseEnd<TLSSocket>,
): Release {
  const { host, port, path, proxy, isElsewhere } = target;
  const handshake = () => {
    const tlsOpts = isElsewhere ? tlsOptionsFor("other origins", given) : given;
    const servername = tlsOpts.servername ?? serverNameOf(target);
    const memory = memories.recall(tlsOpts, [host, port, path, servername, proxy?.href].join(" "));
    const { secureContext } = memory;
    const socket = connect({
      ...tlsOpts,
      ...ownCheck(tlsOpts),
      servername,
      secureContext,
      session: ticketOf(memory),
      ...over(raw, host),
    });
    socket.on("session", (ticket) => keepSession(memory, socket, ticket));
    socket.on("error", (cause) => isTlsError(cause) && memories.forget());
    return socket;
  };
  return shakeHands(target, raw, handshake, {
    done: end.done,
    failed(failure) {
      memories.forget();
      end.failed(failure);
    },
  });
}

/** With a proxy. */
export function startTlsWithProxy(
  proxy: Endpoint,
  raw: Socket,
  tlsOpts: ConnectionOptions,
  end: PhaseEnd<TLSSocket>,
): Release {
  const handshake = () =>
    connect({
      ...tlsOptionsFor("the proxy", tlsOpts),
      servername: serverNameOf(proxy),
      ...over(raw, proxy.host),
    });
  return shakeHands(proxy, raw, handshake, end);
}

/**
 * The user's own check of the server, whose every objection rejects the certificate. Node takes an Error for one, and lets
 * what is thrown, or is no Error, end the process.
 */
function ownCheck({ checkServerIdentity: check }: ConnectionOptions): ConnectionOptions {
  if (typeof check !== "function") return {};
  const objection = (thrown: unknown) =>
    thrown instanceof Error ? thrown : new Error("tlsOpts.checkServerIdentity answered with no Error");
  return {
    checkServerIdentity(host, certificate) {
      try {
        const answer: unknown = check(host, certificate);
        // Of a promise nobody can wait for the answer, nor is anybody told of it.
        void chain(answer, absorb, absorb);
        return answer ? objection(answer) : undefined;
      } catch (thrown) {
        return objection(thrown);
      }
    },
  };
}

/** RFC 6066 §3: a DNS name, without the final dot, and no IP address. */
function serverNameOf({ host }: Endpoint): string {
  return isIP(host) === 0 ? host.replace(/\.$/, "") : "";
}

/** Without a server name, the certificate is checked against the host. WebSocket over HTTP/2 (RFC 8441) is not ours. */
function over(raw: Socket, host: string): ConnectionOptions {
  return { socket: raw, host, ALPNProtocols: ["http/1.1"] };
}

function shakeHands(
  endpoint: Endpoint,
  raw: Socket,
  handshake: () => TLSSocket,
  end: PhaseEnd<TLSSocket>,
): Release {
  let socket: TLSSocket;
  try {
    socket = handshake();
  } catch (cause) {
    // `tls.connect` throws for options that it cannot use, such as a key that is none.
    const release = failLater(unusable(cause), end);
    return () => {
      release();
      raw.destroy();
    };
  }

  const settle = () => {
    socket.off("secureConnect", secured);
    socket.off("error", failed);
    socket.off("close", closed);
  };
  const secured = () => {
    settle();
    end.done(socket);
  };
  const failed = (cause: unknown) => {
    settle();
    end.failed(tlsFailure(endpoint, socket, cause));
  };
  const closed = () => failed(new Error("the server ended the connection"));
  socket.on("error", absorb);
  socket.on("secureConnect", secured);
  socket.on("error", failed);
  socket.on("close", closed);

  return () => {
    settle();
    socket.destroy();
    raw.destroy();
  };
}

const advice: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "the server must renew it",
  ECONNRESET: "it ended the connection; check SOURCE",
  ERR_SSL_WRONG_VERSION_NUMBER: "what answers there does not speak TLS; does SOURCE mean ws: or http:?",
};

/** Of certificates that `tlsOpts` could say to trust. */
const trustAdvice: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "if you trust it, give it as tlsOpts.ca",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "it is for another host; check SOURCE (tlsOpts.servername can name another for the url's)",
  SELF_SIGNED_CERT_IN_CHAIN: "if you trust its authority, give that as tlsOpts.ca",
  UNABLE_TO_GET_ISSUER_CERT: "if you trust its authority, give that as tlsOpts.ca",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "if you trust its authority, give that as tlsOpts.ca",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "if you trust its authority, give that as tlsOpts.ca",
};

const adviceElsewhere =
  "a redirect led there, and none of tlsOpts that say whom to trust go along; if you trust it, give its own url";

function tlsFailure({ place, source, isElsewhere }: Endpoint, socket: TLSSocket, thrown: unknown): Failure {
  // Node sets this when its verdict on the certificate is what ended the handshake, whatever the error's code.
  const rejected = Boolean(socket.authorizationError);
  const what = rejected
    ? `the certificate of ${place} was rejected`
    : `the TLS handshake with ${place} failed`;
  const code = codeOf(thrown);
  const { words, cause } = wordsOf(thrown);
  const toDo = (adviceOn(code, isElsewhere) ?? words).replace("SOURCE", source);
  const message = `${what} (${code}): ${toDo}`;
  const error = new TlsError(message, rejected, { cause });
  return { kind: rejected ? "certificate" : "network", phase: "tls", error, byUs: rejected };
}

/** A code may be any word, such as an own check's. */
function adviceOn(code: string, isElsewhere: boolean): string | undefined {
  if (!Object.hasOwn(trustAdvice, code)) return Object.hasOwn(advice, code) ? advice[code] : undefined;
  return isElsewhere ? adviceElsewhere : trustAdvice[code];
}

/** OpenSSL's own, and not the network's: of an open connection too. */
function isTlsError(cause: unknown): boolean {
  return codeOf(cause).startsWith("ERR_SSL_");
}

function unusable(thrown: unknown): Failure {
  const { words, cause } = wordsOf(thrown);
  const error = new TlsError(`tlsOpts cannot be used: ${words}`, false, { cause });
  return { kind: "blocked", phase: "tls", error, byUs: true };
}
