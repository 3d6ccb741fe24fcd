// What every invariant is: an observer that also looks around whenever the world is at rest, and at its end.

import type { Observer } from "../observation.ts";

export interface Invariant extends Observer {
  /** All that needs no time has settled. */
  atRest?(): void;
  /** The client was closed, and all that was pending has settled or was given up. */
  atEnd?(): void;
}
