// The default supervisor of browsers: a page that does not import it does not load it, and could not ask it for anything.

import { defaultSupervisor, type Supervisor } from "@gundam/core";
import { browserPlatform } from "./browser-platform.ts";

/** Lists the clients that were started with `supervise: true` until they are closed, of every copy that imports it. */
export const supervisor: Supervisor = /* @__PURE__ */ supervise(defaultSupervisor());

function supervise(supervisor: Supervisor): Supervisor {
  browserPlatform.supervisor = supervisor;
  return supervisor;
}
