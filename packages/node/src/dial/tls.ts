// The TLS phase: the handshake on a connected socket.

import { isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { chain, type Failure, TlsError } from "@gundam/core";
import type { Endpoint } from "./endpoint.ts";
import { absorb, codeOf, errorOf, failLater, type PhaseEnd, type Release, wordsOf } from "./phase.ts";
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
  const questions = new Questions();
  const handshake = () => {
    // A getter among them can throw, or give something else the next time.
    const tlsOpts = isElsewhere ? tlsOptionsFor("other origins", given) : given;
    const options = { ...tlsOpts };
    const servername = options.servername ?? serverNameOf(target);
    const memory = memories.recall(tlsOpts, [host, port, path, servername, proxy?.href].join(" "));
    const { secureContext } = memory;
    const socket = connect({
      ...options,
      ...ownFunctions(options, questions),
      servername,
      secureContext,
      session: options.session ?? ticketOf(memory),
      ...over(raw, target),
    });
    // Who checks the server in their own way is to be asked each time.
    if (options.checkServerIdentity === undefined) {
      socket.on("session", (ticket) => keepSession(memory, socket, ticket));
    }
    socket.on("error", (cause) => isTlsError(cause) && memories.forget());
    return socket;
  };
  const ended = {
    done: end.done,
    failed(failure: Failure) {
      memories.forget();
      end.failed(failure);
    },
  };
  return shakeHands(target, raw, handshake, ended, questions);
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
      ...over(raw, proxy),
    });
  return shakeHands(proxy, raw, handshake, end, new Questions());
}

/** The user's own among the options, of whose functions Node lets what they throw end the process. */
function ownFunctions(
  { checkServerIdentity, pskCallback }: ConnectionOptions,
  questions: Questions,
): ConnectionOptions {
  return {
    ...(typeof checkServerIdentity === "function" && { checkServerIdentity: heeded(checkServerIdentity) }),
    ...(typeof pskCallback === "function" && {
      pskCallback: (hint) => questions.ask(() => pskCallback(hint)),
    }),
  };
}

type Check = NonNullable<ConnectionOptions["checkServerIdentity"]>;

/** The user's own check of the server, of which all but undefined rejects the certificate. */
function heeded(check: Check): Check {
  return (host, certificate) => {
    try {
      const answer: unknown = check(host, certificate);
      if (answer === undefined) return undefined;
      // Of a promise nobody can wait for the answer, nor is anybody told of it.
      void chain(answer, absorb, absorb);
      const isError = answer instanceof Error;
      return isError ? errorOf(answer, "") : new Error("tlsOpts.checkServerIdentity answered with no Error");
    } catch (thrown) {
      return errorOf(thrown, "tlsOpts.checkServerIdentity failed: ");
    }
  };
}

/** What OpenSSL asks of `pskCallback`, in the middle of which a socket that is destroyed takes the process with it. */
class Questions {
  #isAsking = false;

  ask<T>(ask: () => T): T {
    this.#isAsking = true;
    try {
      const answer = ask();
      void chain<unknown, void>(answer, absorb, absorb);
      return answer;
    } catch (thrown) {
      throw errorOf(thrown, "tlsOpts.pskCallback failed: ");
    } finally {
      this.#isAsking = false;
    }
  }

  /** At once, unless something is being asked. The tick may be over before OpenSSL has its answer. */
  afterwards(run: () => void): void {
    if (this.#isAsking) setImmediate(run);
    else run();
  }
}

/** RFC 6066 §3: a DNS name, without the final dot, and no IP address. */
function serverNameOf({ host }: Endpoint): string {
  return isIP(host) === 0 ? host.replace(/\.$/, "") : "";
}

/** Without a server name, the certificate is checked against the host. WebSocket over HTTP/2 (RFC 8441) is not ours. */
function over(raw: Socket, { host, port }: Endpoint): ConnectionOptions {
  return { socket: raw, host, port, ALPNProtocols: ["http/1.1"] };
}

function shakeHands(
  endpoint: Endpoint,
  raw: Socket,
  handshake: () => TLSSocket,
  end: PhaseEnd<TLSSocket>,
  questions: Questions,
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
    questions.afterwards(() => {
      socket.destroy();
      raw.destroy();
    });
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

/** OpenSSL's names for what is wrong with a certificate: X509_verify_cert_error_string(3). */
const rejections =
  /^(CERT|CRL)_|^UNABLE_TO_|_SELF_SIGNED_|^SELF_SIGNED_|^(INVALID_CA|PATH_LENGTH_EXCEEDED|INVALID_PURPOSE|HOSTNAME_MISMATCH)$/;

function tlsFailure({ place, source, isElsewhere }: Endpoint, socket: TLSSocket, thrown: unknown): Failure {
  const code = codeOf(thrown);
  // Node sets this when its verdict on the certificate is what ended the handshake, whatever the error's code; Deno leaves
  // it at the code.
  const rejected = Boolean(socket.authorizationError) || rejections.test(code);
  const what = rejected
    ? `the certificate of ${place} was rejected`
    : `the TLS handshake with ${place} failed`;
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
