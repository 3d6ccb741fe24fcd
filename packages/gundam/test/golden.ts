// A client as the original is used, and what it was told.

import { onTestFinished } from "vitest";
import { type ClientOptions, connect, type WebSocketClient } from "../src/node.ts";

export interface Played {
  readonly client: WebSocketClient;
  /** What the callbacks were told. */
  readonly told: unknown[];
  /** The waits before the retries. */
  readonly delays: number[];
}

/** Starts a client as the original is used: with callbacks. Like the original's, its connections are stable at once. */
export function play(options: ClientOptions): Played {
  const told: unknown[] = [];
  const delays: number[] = [];
  const client = connect({
    stableAfter: 0,
    onConnect: () => told.push("connect"),
    onMessage: (message) => told.push(message),
    onDisconnect: (client) => told.push(["disconnect", client.lastClose?.code]),
    onError: (error) => told.push(error.code),
    onClose: (code) => told.push(["close", code]),
    ...options,
  });
  client.on("retry", ({ delay }) => delays.push(delay));
  onTestFinished(() => client.terminate());
  return { client, told, delays };
}
