// A platform is what a package like @gundam/node hands to core: its two ports, its options, and what it cannot do.

import type { transition } from "./lifecycle.ts";
import type { DeclarationTable } from "./option-checks.ts";
import type { Runtime } from "./runtime.ts";
import type { Supervisor } from "./supervisor.ts";
import type { TraceEvent } from "./trace.ts";
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
  /** Checks that single declarations cannot make; throws an `OptionError`. */
  readonly checkOptions?: (options: never) => void;
  /** Sees what a client tells, as it happens, besides the client's own `trace`. */
  readonly observe?: (client: object, event: TraceEvent) => void;
  /** The supervisor that `supervise: true` means. */
  readonly supervisor: Supervisor;
  /** The default of `supervise`. */
  readonly supervised: boolean;
  /** The close code of a shutdown: 1001, or 1000 where scripts may not send 1001. */
  readonly goingAway: number;
  /** For the simulation, which watches the lifecycle and plants faults in it; without it, lifecycle.ts's own. */
  readonly transition?: typeof transition;
}
