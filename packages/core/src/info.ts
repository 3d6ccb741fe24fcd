// What a client knows of itself and its connection, for whoever asks.

import { type AnyClient, driverOf } from "./client.ts";
import type { LifecyclePhase } from "./events.ts";
import { redactUrl } from "./redact.ts";

/** What a client knows of itself and of its connection. Durations are in ms. A platform adds facts of its own. */
export interface ClientInfo {
  /** What the client is doing, as one word. */
  readonly phase: LifecyclePhase;
  /** The number of the attempt of now: 1 for the first since the budget was last full. */
  readonly attempt: number;
  /** Retries that are left of `retry` before the client gives up. */
  readonly retriesLeft: number;
  /** The url in use, without its userinfo and its query. */
  readonly url: string;
  /** Of `endpoints([…])`, the one that is used or tried, or is next: its url, likewise; that of a function is its place. */
  readonly endpoint: string | undefined;
  /** The subprotocol that the server selected; "" for none, or without a connection. */
  readonly protocol: string;
  /** The extensions that were negotiated, as the header says, such as `permessage-deflate`; "" for none. */
  readonly extensions: string;
  /** How long the connection has been ready. */
  readonly uptime: number;
  /** Of the last ping, or of the heartbeat where it has `isReply`; undefined before. */
  readonly rtt: number | undefined;
  /** What waits for a ready connection: so many `messages`, of so many `bytes`. */
  readonly queue: { readonly messages: number; readonly bytes: number };
  /** Messages that were handed to the connection of now. */
  readonly messagesSent: number;
  /** Messages that came over the connection of now, answers to a heartbeat included. */
  readonly messagesReceived: number;
  /** Of the life: from `start()`, or a `reconnect()` after the end. */
  readonly life: {
    /** How many connections were opened. */
    readonly connections: number;
    /** Messages that were handed to any of them. */
    readonly messagesSent: number;
    /** Messages that came over any of them. */
    readonly messagesReceived: number;
  };
  /** The options that were given and that the platform cannot honour. */
  readonly ignoredOptions: readonly string[];
}

/**
 * What a client is doing, for logs and health checks.
 *
 * @example console.log(info(client).phase, info(client).rtt)
 */
export function info(client: AnyClient): ClientInfo {
  const driver = driverOf(client);
  const { state, settings, link, outbox, others } = driver;
  const { route } = state.life;
  const { retry, stableAfter } = settings.options;
  const uptime = state.name === "open" ? driver.now() - state.readySince : 0;
  // A stable connection has made the budget full again, though nothing has drawn on it since; and so does an end.
  const isFull =
    (state.name === "open" && uptime >= stableAfter) || state.generation === 0 || isOver(state.name);
  const messagesSent = link?.sent ?? 0;
  const messagesReceived = link?.received ?? 0;
  return {
    phase: driver.phase,
    attempt: isFull ? 1 : state.life.failures + 1,
    retriesLeft: isFull ? retry : state.life.retriesLeft,
    url: redactUrl(settings.state.uri),
    endpoint: route && settings.router?.shownAt(route, settings),
    protocol: link?.handshake?.protocol ?? "",
    extensions: link?.handshake?.extensions ?? "",
    uptime,
    rtt: link?.questions?.rtt ?? link?.transport?.rtt,
    queue: {
      messages: outbox.entries.length + (others?.queue.messages ?? 0),
      bytes: outbox.bytes + (others?.queue.bytes ?? 0),
    },
    messagesSent,
    messagesReceived,
    life: {
      connections: driver.connections,
      messagesSent: driver.sentBefore + messagesSent,
      messagesReceived: driver.receivedBefore + messagesReceived,
    },
    ignoredOptions: settings.ignoredOptions,
    ...link?.transport?.info?.(),
  };
}

function isOver(name: string): boolean {
  return name === "closing" || name === "closed";
}
