// What a client keeps of TLS from one connection to the next: the secure context and the newest session, with which the
// server skips most of the handshake.
//
// Resuming, Node looks neither at the chain nor at the host name again: a session is worth what the connection was that
// it comes from. So one is kept of a verified connection only, for the same host, port, server name, proxy and tlsOpts
// object only, and until a TLS error, a redirect or the end of the certificate. Within that it is right to resume with
// a server whose certificate is another by now: only who was verified before, or has its secrets, can (RFC 8446 §2.2).

import { type ConnectionOptions, createSecureContext, type SecureContext, type TLSSocket } from "node:tls";
import { types } from "node:util";

interface Session {
  readonly ticket: Buffer;
  /** The end of the certificate that was verified. */
  readonly until: number;
}

/** What is kept for one endpoint. A connection holds on to its own, so that what it still learns reaches no other. */
export interface TlsMemory {
  readonly tlsOpts: ConnectionOptions;
  readonly endpoint: string;
  readonly secureContext: SecureContext;
  session: Session | undefined;
}

/** A client's own. */
export class TlsMemories {
  #memory: TlsMemory | undefined = undefined;

  /** What is kept for this endpoint under these options; all else is forgotten. Throws what `tls.connect` would. */
  recall(tlsOpts: ConnectionOptions, endpoint: string): TlsMemory {
    const last = this.#memory?.tlsOpts === tlsOpts ? this.#memory : undefined;
    if (last?.endpoint === endpoint) return last;
    const secureContext = last?.secureContext ?? contextOf(tlsOpts);
    this.#memory = { tlsOpts, endpoint, secureContext, session: undefined };
    return this.#memory;
  }

  forget(): void {
    this.#memory = undefined;
  }
}

/**
 * Of the user's own a copy: Node looks at it again later, when nobody catches what that throws. What is not OpenSSL's within
 * would end the process.
 */
function contextOf(tlsOpts: ConnectionOptions): SecureContext {
  const { secureContext } = tlsOpts;
  if (!secureContext) return createSecureContext(tlsOpts);
  const copy = { ...secureContext };
  const Native = createSecureContext().context.constructor;
  if (types.isProxy(copy.context) || !(copy.context instanceof Native)) {
    throw new TypeError("secureContext must be what tls.createSecureContext gives");
  }
  return copy;
}

/** The session to resume with, if any. */
export function ticketOf({ session }: TlsMemory): Buffer | undefined {
  return session !== undefined && Date.now() < session.until ? session.ticket : undefined;
}

/** A session that the server has just given. Node tells of it only when the certificate has been looked at. */
export function keepSession(memory: TlsMemory, socket: TLSSocket, ticket: Buffer): void {
  // In TLS 1.2 Node tells of it after the end of the handshake, upon which the socket may have been let go of.
  if (!socket.authorized || socket.destroyed) return;
  memory.session = { ticket, until: Date.parse(socket.getPeerCertificate().valid_to) };
}
