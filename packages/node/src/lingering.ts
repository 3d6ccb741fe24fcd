// Sockets on which a last Close frame was sent, and whose peer may not have read it yet. To destroy one with unread bytes
// would reset it, and the peer would never see why: RFC 6455 §7.1.1. So what comes is read and thrown away until the peer
// has ended its side, for a short while.

import type { Socket } from "node:net";

/** How long a peer has to end its side once ours has ended, in ms. */
const PATIENCE = 1000;

/** Destroys the socket in time, if the peer's end has not. `isLeaving`: whether bytes of ours still make their way. */
export function linger(socket: Socket, isLeaving: () => boolean): void {
  if (socket.destroyed) return;
  // The socket holds the process itself, if it is to.
  const timer = setInterval(() => isLeaving() || socket.destroy(), PATIENCE).unref();
  socket.once("finish", () => timer.refresh());
  socket.once("close", () => clearInterval(timer));
}
