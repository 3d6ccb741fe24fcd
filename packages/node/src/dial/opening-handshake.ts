// ws for the opening handshake alone (RFC 6455 §4): what follows it is @gundam/protocol's.

import type { Socket } from "node:net";
import type { PerMessageDeflate } from "@gundam/protocol";
import WebSocket from "#ws";

export class OpeningHandshake extends WebSocket {
  /** The server has agreed to all that was asked; `head` is what came with its answer. */
  agreed: ((head: Buffer, deflate: PerMessageDeflate | undefined) => void) | undefined = undefined;

  /**
   * Where ws would begin with the data transfer. Not documented: ws calls it on the client's side and the server's with a
   * socket whose handshake it has checked, and a test holds the ws that we depend on to that.
   */
  setSocket(_socket: Socket, head: Buffer): void {
    const { _extensions } = this as unknown as { readonly _extensions: Record<string, PerMessageDeflate> };
    this.agreed!(head, _extensions["permessage-deflate"]);
  }
}
