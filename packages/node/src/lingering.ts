// Sockets on which a last Close frame was sent, and whose peer may not have read it yet. To destroy one with unread bytes
// would reset it, and the peer would never see why: RFC 6455 §7.1.1. So what comes is read and thrown away until the peer
// has ended its side, for a short while.

import type { Socket } from "node:net";
import { nodeRuntime } from "./node-runtime.ts";

/** How long a peer has to end its side once ours has ended, in ms. */
const PATIENCE = 1000;

/** Those that linger, each with the time at which it is looked at: the earliest first. */
const lingering = new Map<Socket, Lingering>();
let timer: NodeJS.Timeout | undefined;

interface Lingering {
  until: number;
  /** Whether bytes of ours are still leaving. */
  readonly isLeaving: () => boolean;
}

/** Ends when the peer does, or is destroyed in time. It must be read from. */
export function linger(socket: Socket, isLeaving: () => boolean): void {
  if (socket.destroyed) return;
  lingering.set(socket, { until: nodeRuntime.now() + PATIENCE, isLeaving });
  socket.once("end", () => socket.destroy());
  socket.once("close", () => lingering.delete(socket));
  if (timer === undefined) timer = setTimeout(look, PATIENCE).unref();
}

/** The sockets hold the process themselves, if they are to. */
function look(): void {
  timer = undefined;
  const now = nodeRuntime.now();
  for (const [socket, entry] of lingering) {
    if (entry.until > now) continue;
    if (entry.isLeaving()) entry.until = now + PATIENCE;
    else socket.destroy();
  }
  const next = Math.min(...[...lingering.values()].map(({ until }) => until));
  if (next < Infinity) timer = setTimeout(look, Math.max(next - now, 1)).unref();
}
