// A platform is what a package like @gundam/node hands to core: its two ports, its options, and what it cannot do.

import type { Parting } from "./close-codes.ts";
import type { Failure } from "./errors.ts";
import type { Ask, Vigilance } from "./keepalive.ts";
import type { EventOf, transition } from "./lifecycle.ts";
import type { ObservedType, Observer, Trace } from "./observers.ts";
import type { DeclarationTable, Suggest } from "./option-checks.ts";
import type { Providers, ResolvedOptions, SupervisorLike } from "./options.ts";
import type { Verdict } from "./retry.ts";
import type { Runtime } from "./runtime.ts";
import type { Awaitable, BlobLike } from "./structural.ts";
import type { Connection, Dial } from "./transport.ts";

/** What a package like `@gundam/node` hands to core: its two ports, its options, and what it cannot do. */
export interface Platform {
  /** Which platform it is. */
  readonly name: "node" | "browser" | "virtual";
  /** Clocks, the timer, random numbers, urls: everything of the platform that is not a connection. */
  readonly runtime: Runtime;
  // The options of a dial request are the platform's own business: core resolves them by `declarations`.
  /** Begins the connection of an attempt. */
  readonly dial: Dial<never, Connection>;
  /** Core's declarations and the platform's own, in one table. */
  readonly declarations: DeclarationTable;
  /** What may be a function of the attempt. Without `headers` requests have no headers of ours. */
  readonly providers: Providers;
  /** Paths of the options that the platform knows by name but cannot honour. */
  readonly ignored: readonly string[];
  /** Those of them that carry credentials or guard the connection: a client that is given one warns, once. */
  readonly warnedOf?: readonly string[];
  /** What the warning says besides: what to do instead. */
  readonly instead?: string;
  /** What the text about an unknown option says besides. */
  readonly suggest?: Suggest | undefined;
  /** Checks that single declarations cannot make; throws an `OptionError`. */
  readonly checkOptions?: (options: never) => void;
  /** The default verdict on a failure. */
  readonly verdictOf: (failure: Failure) => Verdict;
  /** The next request would carry other credentials than the last one, for the platform has others by now. */
  readonly isRenewed?: () => Awaitable<boolean>;
  /** How a peer is watched where there are pings; absent where a heartbeat is all. */
  readonly vigilanceOf?: (options: ResolvedOptions) => Vigilance | undefined;
  /** Asks a peer with a ping; absent where transports cannot ping. */
  readonly ping?: Ask | undefined;
  /**
   * Tells a client's driver what its machine goes through, and with `pageSignals` what its page does; absent where neither
   * is seen. Returns how to stop.
   */
  readonly watch?: (watcher: Watcher, pageSignals: boolean | Parting) => () => void;
  /** Looks whether the machine has slept, and if so tells all who watch; `due`: when the timer was due that fires now. */
  readonly look?: (due?: number) => boolean;
  /** Nobody sees the page. */
  readonly isHidden?: () => boolean;
  /** What tells a client's trace, or the one that `trace: true` stands for, all but secrets. */
  readonly tracer: (trace: true | Trace) => Observer<ObservedType>;
  /** Whether a value is a `Blob` that the transport can send; absent where it cannot send any. */
  readonly isBlob?: (value: unknown) => value is BlobLike;
  /** The supervisor that `supervise: true` means; in browsers only who imports it has one. */
  supervisor?: SupervisorLike;
  /** The default of `supervise`. */
  readonly supervised: boolean;
  /** The close code of a shutdown: 1001, or 1000 where scripts may not send 1001. */
  readonly goingAway: number;
  /** For the simulation, which watches the lifecycle and plants faults in it; without it, lifecycle.ts's own. */
  readonly transition?: typeof transition;
}

/** What a page and its machine tell the lifecycle: a page is put away, maybe for good, or is back. */
export type PageSignal = EventOf<"wake" | "sleep">;

/** A client's driver, as whoever watches the page and its machine has it. */
export interface Watcher {
  /** Takes what has happened. */
  post(signal: PageSignal): void;
}
