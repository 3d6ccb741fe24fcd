// What @gundam/node hands to core.

import { inspect } from "node:util";
import {
  askByPing,
  Driver,
  defaultSupervisor,
  detectSleep,
  httpVerdictOf,
  observers,
  type Platform,
  socketVigilance,
  suggestFrom,
  tracerOf,
} from "@gundam/core";
import { bareCauses } from "./bare-causes.ts";
import { publish } from "./diagnostics.ts";
import { checkNodeOptions, nodeProviders } from "./node-option-checks.ts";
import { nodeDeclarations } from "./node-options.ts";
import { nodeRuntime } from "./node-runtime.ts";
import { createDial } from "./node-transport.ts";
import { undone, warnOfUndone } from "./other-runtimes.ts";

observers.push(bareCauses, publish);
if (undone.length > 0) observers.push(warnOfUndone);
// It holds all options, and is a property of its client.
Object.defineProperty(Driver.prototype, inspect.custom, { value: () => "a client's own business" });

const sleep = /* @__PURE__ */ detectSleep(nodeRuntime);

const ignored = ["pageSignals", ...undone];

/** What Node, Deno and Bun are to core: for who binds a class of their own to it. */
export const nodePlatform: Platform = {
  name: "node",
  runtime: nodeRuntime,
  dial: /* @__PURE__ */ createDial(),
  verdictOf: httpVerdictOf,
  vigilanceOf: socketVigilance,
  suggest: /* @__PURE__ */ suggestFrom(nodeDeclarations, ignored),
  ping: askByPing,
  tracer: tracerOf(nodeRuntime),
  declarations: nodeDeclarations,
  providers: nodeProviders,
  checkOptions: checkNodeOptions,
  ...sleep,
  ignored,
  supervisor: /* @__PURE__ */ defaultSupervisor(),
  supervised: true,
  goingAway: 1001,
};
