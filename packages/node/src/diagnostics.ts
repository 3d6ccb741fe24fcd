// What Node's diagnostics channels are told of every client of the process. The names are for good:
//
// | channel | `detail`, as the event of the same name has it |
// |---|---|
// | `gundam:attempt` | an attempt begins: `{ attempt, retriesLeft }` |
// | `gundam:phase` | a phase of connecting starts or ends: `{ phase, type, duration?, error? }` |
// | `gundam:connect` | an opening handshake succeeded: `{ headers, protocol, extensions }` |
// | `gundam:disconnect` | an open connection was lost: `{ close, willRetry }` |
// | `gundam:error` | something failed: a `GundamError` |
// | `gundam:handover` | a hand-over is done, or has failed: `{ url, error }` |
// | `gundam:retry` | a retry is planned: `{ delay, retriesLeft }` |
// | `gundam:close` | the life is over: `{ code, reason, error }` |
// | `gundam:change` | the client's phase changed: `{ from, to }` |
// | `gundam:drain` | `send` may go on: undefined |
// | `gundam:drop` | a message will not be sent: `{ message: { kind, bytes }, cause, outcome }` |
// | `gundam:ping`, `gundam:pong` | the peer's, if `wsOpts.silencePings` is false: a `Uint8Array` |
//
// Published is `{ client, type, at, detail }`, `at` in ms since the epoch. Messages are not told of, and of those that
// are dropped the size alone. Values of response headers read `***`, unless they are known to hold no secret.

import { type Channel, channel } from "node:diagnostics_channel";
import { type EventType, type Observed, type ObservedType, withoutSecrets } from "@gundam/core";

type Watched = Exclude<EventType, "message">;

/**
 * What is published on a `gundam:…` channel of Node's `diagnostics_channel`: by which `client`, of which `type`, when
 * (`at`, in ms since the epoch), and in `detail` what the event of that name tells. Messages are not told of.
 */
export type Diagnostic = {
  readonly [Type in Watched]: {
    readonly client: object;
    readonly type: Type;
    readonly at: number;
    readonly detail: Observed[Type];
  };
}[Watched];

// Held here, for Node forgets a channel that nobody holds.
const channels: Readonly<Record<Watched, Channel>> = {
  attempt: channel("gundam:attempt"),
  phase: channel("gundam:phase"),
  connect: channel("gundam:connect"),
  disconnect: channel("gundam:disconnect"),
  error: channel("gundam:error"),
  handover: channel("gundam:handover"),
  retry: channel("gundam:retry"),
  close: channel("gundam:close"),
  change: channel("gundam:change"),
  drain: channel("gundam:drain"),
  drop: channel("gundam:drop"),
  ping: channel("gundam:ping"),
  pong: channel("gundam:pong"),
};

/** Without a subscriber this reads one property. */
export function publish(client: object, type: ObservedType, detail: unknown): void {
  const watched = channels[type as Watched] as Channel | undefined;
  if (watched?.hasSubscribers) {
    watched.publish({ client, type, at: Date.now(), detail: withoutSecrets(detail) });
  }
}
