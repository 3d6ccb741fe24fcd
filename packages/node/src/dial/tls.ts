// The TLS phase: the handshake on a connected socket.

import type { Socket } from "node:net";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { type Failure, TlsError } from "@gundam/core";
import { absorb, codeOf, failLater, type PhaseEnd, type Release } from "./phase.ts";
import type { Target } from "./target.ts";

export function startTls(
  target: Target,
  raw: Socket,
  tlsOpts: ConnectionOptions,
  end: PhaseEnd<TLSSocket>,
): Release {
  let socket: TLSSocket;
  try {
    socket = connect({
      // RFC 6066 §3: a server name is a DNS name, without the final dot.
      ...(target.named && { servername: target.host.replace(/\.$/, "") }),
      ...tlsOpts,
      // Without a server name, the certificate is checked against the host.
      host: target.host,
      socket: raw,
      // WebSocket over HTTP/2 (RFC 8441) is not what follows.
      ALPNProtocols: ["http/1.1"],
    });
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
    end.failed(tlsFailure(target, socket, cause));
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
  DEPTH_ZERO_SELF_SIGNED_CERT: "if you trust it, give it as tlsOpts.ca",
  ECONNRESET: "the server ended the connection",
  ERR_SSL_WRONG_VERSION_NUMBER: "what answers there does not speak TLS; is it a ws: url?",
  ERR_TLS_CERT_ALTNAME_INVALID: "it is for another host; check the url or set tlsOpts.servername",
  SELF_SIGNED_CERT_IN_CHAIN: "if you trust its authority, give that as tlsOpts.ca",
  UNABLE_TO_GET_ISSUER_CERT: "if you trust its authority, give that as tlsOpts.ca",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "if you trust its authority, give that as tlsOpts.ca",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "if you trust its authority, give that as tlsOpts.ca",
};

function tlsFailure({ place }: Target, socket: TLSSocket, cause: unknown): Failure {
  // Node sets this when its verdict on the certificate is what ended the handshake, whatever the error's code.
  const rejected = Boolean(socket.authorizationError);
  const what = rejected
    ? `the certificate of ${place} was rejected`
    : `the TLS handshake with ${place} failed`;
  const message = `${what} (${codeOf(cause)}): ${advice[codeOf(cause)] ?? (cause as Error).message}`;
  const error = new TlsError(message, rejected, { cause });
  return { kind: rejected ? "certificate" : "network", phase: "tls", error, byUs: rejected };
}

function unusable(cause: unknown): Failure {
  const error = new TlsError(`tlsOpts cannot be used: ${(cause as Error).message}`, false, { cause });
  return { kind: "blocked", phase: "tls", error, byUs: true };
}
