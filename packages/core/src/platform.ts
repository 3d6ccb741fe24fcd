// A platform is what a package like @gundam/node hands to core: its two ports, its options, and what it cannot do.

import type { EventType } from "./events.ts";
import type { transition } from "./lifecycle.ts";
import type { DeclarationTable } from "./option-checks.ts";
import type { Runtime } from "./runtime.ts";
import type { BlobLike } from "./structural.ts";
import type { Supervisor } from "./supervisor.ts";
import type { Dial } from "./transport.ts";

export interface Platform {
  readonly name: "node" | "browser" | "virtual";
  readonly runtime: Runtime;
  // The options of a dial request are the platform's own business: core resolves them by `declarations`.
  readonly dial: Dial<never>;
  /** Core's declarations and the platform's own, in one table. */
  readonly declarations: DeclarationTable;
  /** Paths of the options that the platform knows by name but cannot honour. */
  readonly ignored: readonly string[];
  /** Those of them that carry credentials or guard the connection: a client that is given one warns, once. */
  readonly warnedOf?: readonly string[];
  /** What the page goes through; absent where there is none. Returns how to stop listening. */
  readonly watchPage?: (heard: (signal: PageSignal) => void) => () => void;
  /** Nobody sees the page. */
  readonly isHidden?: () => boolean;
  /** Checks that single declarations cannot make; throws an `OptionError`. */
  readonly checkOptions?: (options: never) => void;
  /** Sees every event of every client but messages, as it happens; where nobody listens, nothing is made for it. */
  readonly observe?: (client: object, type: EventType, detail: unknown) => void;
  /** Whether a value is a `Blob` that the transport can send; absent where it cannot send any. */
  readonly isBlob?: (value: unknown) => value is BlobLike;
  /** The supervisor that `supervise: true` means. */
  readonly supervisor: Supervisor;
  /** The default of `supervise`. */
  readonly supervised: boolean;
  /** The close code of a shutdown: 1001, or 1000 where scripts may not send 1001. */
  readonly goingAway: number;
  /** For the simulation, which watches the lifecycle and plants faults in it; without it, lifecycle.ts's own. */
  readonly transition?: typeof transition;
}

/** What a page tells the lifecycle: it is put away, maybe for good, or is back. */
export type PageSignal = { readonly type: "wake"; readonly hasSlept: boolean } | { readonly type: "sleep" };
