// The options of `ReconnectingWebSocket`: Gundam's, over the values that `resilient` recommends, and beside them the names
// that users of reconnecting-websocket and partysocket know, where they say the same.

import { OptionError } from "../errors.ts";
import {
  count,
  type Declarations,
  type DeclarationTable,
  duration,
  flag,
  type Kind,
  positiveDuration,
  resolveOptions,
} from "../option-checks.ts";
import type { CoreOptions } from "../options.ts";
import { refuseOptions, saidByInterface } from "./said-elsewhere.ts";

/** The names that other reconnecting clients have. Gundam's own name for the same goes before them. */
export interface FamiliarOptions {
  /** Open nothing until `reconnect()` is called. Default false. */
  startClosed?: boolean | undefined;
  /** `retry`. Default `Infinity`. */
  maxRetries?: number | undefined;
  /** `openTimeout`, ms. Default 20000. */
  connectionTimeout?: number | undefined;
  /** `stableAfter`, ms. Default 5000. */
  minUptime?: number | undefined;
  /** `sendQueue.maxMessages`. Default 1024. */
  maxEnqueuedMessages?: number | undefined;
  /**
   * The first wait, ms; default 1000. With one of these three the waits are as long as they say, in place of `backoff()`,
   * which spreads the clients of a server that comes back.
   */
  minReconnectionDelay?: number | undefined;
  /** The longest wait, ms; default 10000. */
  maxReconnectionDelay?: number | undefined;
  /** How many times as long each wait is as the one before; default 1.3. */
  reconnectionDelayGrowFactor?: number | undefined;
}

const growth: Kind = ["a number, 1 or more", (value) => typeof value === "number" && value >= 1];

const declarations: Declarations<FamiliarOptions> = {
  startClosed: [flag, false],
  maxRetries: [count],
  connectionTimeout: [positiveDuration],
  minUptime: [duration],
  maxEnqueuedMessages: [count],
  minReconnectionDelay: [duration],
  maxReconnectionDelay: [duration],
  reconnectionDelayGrowFactor: [growth],
};

/** Options that are the client's, but for its url. */
export type ClientOptions = Omit<CoreOptions, "url">;

/** Gundam's options for what was given, and whether to wait for `reconnect()`. Throws an `OptionError`. */
export function clientOptions(
  given: FamiliarOptions & ClientOptions,
  resilient: (options: ClientOptions) => ClientOptions,
): {
  readonly startClosed: boolean;
  readonly options: ClientOptions;
} {
  refuseOptions(saidByInterface, given);
  const isFamiliar = ([name]: [string, unknown]) => Object.hasOwn(declarations, name);
  const familiar: FamiliarOptions = resolveOptions(
    declarations as DeclarationTable,
    Object.fromEntries(Object.entries(given).filter(isFamiliar)),
  );
  const ours: ClientOptions = Object.fromEntries(
    Object.entries(given).filter((option) => !isFamiliar(option)),
  );
  refuseIdle(ours, familiar);
  const options: ClientOptions = {
    supervise: false,
    ...ours,
    retry: ours.retry ?? familiar.maxRetries,
    openTimeout: ours.openTimeout ?? familiar.connectionTimeout,
    stableAfter: ours.stableAfter ?? familiar.minUptime,
    retryFun: ours.retryFun ?? growingWaits(familiar),
    sendQueue: {
      ...ours.sendQueue,
      maxMessages: ours.sendQueue?.maxMessages ?? familiar.maxEnqueuedMessages,
    },
  };
  return { startClosed: familiar.startClosed === true, options: resilient(options) };
}

/** What would have no effect says so, rather than have somebody wait for it. */
function refuseIdle({ retryFun, retryTimeout }: ClientOptions, familiar: FamiliarOptions): void {
  const waits = ["minReconnectionDelay", "maxReconnectionDelay", "reconnectionDelayGrowFactor"] as const;
  const idle = waits.find((name) => familiar[name] !== undefined);
  if (retryFun !== undefined && idle !== undefined) {
    throw new OptionError(idle, familiar[idle], "has no effect beside a retryFun of your own");
  }
  if (retryFun === undefined && retryTimeout !== undefined) {
    const policy = idle === undefined ? "backoff()" : idle;
    const problem = `has no effect beside ${policy}: give minReconnectionDelay, or a retryFun of your own`;
    throw new OptionError("retryTimeout", retryTimeout, problem);
  }
}

function growingWaits({
  minReconnectionDelay: first,
  maxReconnectionDelay: longest,
  reconnectionDelayGrowFactor: factor,
}: FamiliarOptions): ClientOptions["retryFun"] {
  if (first === undefined && longest === undefined && factor === undefined) return undefined;
  return (retriesLeft, _options, { attempt }) => ({
    retries: retriesLeft - 1,
    timeout: Math.min((first ?? 1000) * (factor ?? 1.3) ** (attempt - 1), longest ?? 10_000),
  });
}
