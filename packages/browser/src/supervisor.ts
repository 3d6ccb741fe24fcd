// The default supervisor of browsers: a page that does not import it does not load it, and could not ask it for anything.

import { Supervisor } from "@gundam/core";
import { browserPlatform } from "./browser-platform.ts";

/** Lists the clients that were started with `supervise: true` until they are closed. */
export const supervisor: Supervisor = /* @__PURE__ */ supervise(new Supervisor());

function supervise(supervisor: Supervisor): Supervisor {
  browserPlatform.supervisor = supervisor;
  return supervisor;
}
