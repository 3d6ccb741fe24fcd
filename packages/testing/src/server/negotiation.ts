// What ws has for the opening handshake: it reads the headers for subprotocols and extensions, and negotiates
// permessage-deflate. ws exports all of it; only the types are missing from @types/ws.

import type { PerMessageDeflate } from "@gundam/protocol";
import ws from "#ws";

/** permessage-deflate for one connection. */
export interface NegotiableDeflate extends PerMessageDeflate {
  /** As negotiated. */
  readonly params: Record<string, unknown>;
  /** Throws when it can accept none. */
  accept(offers: readonly unknown[]): void;
}

interface Negotiation {
  PerMessageDeflate: (new (options: {
    isServer: true;
    maxPayload: number;
  }) => NegotiableDeflate) & {
    readonly extensionName: string;
  };
  extension: {
    parse(header: string): Record<string, unknown[]>;
    format(extensions: Record<string, unknown[]>): string;
  };
  subprotocol: { parse(header: string): Set<string> };
}

export const negotiation: Negotiation = ws as unknown as Negotiation;

/** Larger messages are answered with Close 1009; the largest that a test of big messages may need. */
export const maxPayload: number = 128 * 1024 * 1024;
