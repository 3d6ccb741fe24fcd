// ws, with the one thing that it does not tell: that it has read the peer's Close frame. ws itself reports a connection's
// end only when TCP ends; but on reading a Close frame, and on failing the connection over a bad one, it calls its own
// public `close`.

import type { Writable } from "node:stream";
import WebSocket from "isomorphic-ws";

export class ObservedWebSocket extends WebSocket {
  /** The peer's Close frame was read, with this code (1005: with none), and is being answered. */
  onCloseFrame: ((code: number, reason: string) => void) | undefined = undefined;
  /** The close code that ws gives a peer that broke the protocol; its 'error' follows at once. */
  failedWith: number | undefined = undefined;

  // Only ws calls this: with the code and the reason of a Close frame, with nothing for one without, or with the code
  // alone to fail the connection.
  override close(code?: number, reason?: Buffer): void {
    super.close(code, reason);
    this.#unrefCloseTimer();
    if (reason === undefined && code !== undefined) this.failedWith = code;
    else this.onCloseFrame?.(code ?? 1005, reason?.toString() ?? "");
  }

  /**
   * With permessage-deflate the receiver does not stop at a bad frame by itself when it comes while an earlier message is
   * still being inflated: it delivers what stands behind, and to end then is a TypeError that nobody can catch.
   */
  stopAtBadFrames(): void {
    const { _receiver: receiver } = this as unknown as { _receiver: Writable };
    const write = receiver._write;
    receiver._write = (chunk, encoding, written) => {
      if (receiver.errored === null) write.call(receiver, chunk, encoding, written);
    };
  }

  /** Our own way to start the closing handshake, and to send a last Close frame; 1005 is one without a code. */
  startClosing(code: number, reason?: string): void {
    if (code === 1005) super.close();
    else super.close(code, reason);
    this.#unrefCloseTimer();
  }

  /** What still waits for an answer has its own handle, and decides whether it keeps the process; ws's timer does not. */
  #unrefCloseTimer(): void {
    (this as unknown as { _closeTimer: NodeJS.Timeout | null })._closeTimer?.unref();
  }
}
