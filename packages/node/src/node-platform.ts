// What @gundam/node hands to core.

import { type Platform, Supervisor } from "@gundam/core";
import { publish } from "./diagnostics.ts";
import { checkNodeOptions } from "./node-option-checks.ts";
import { nodeDeclarations } from "./node-options.ts";
import { nodeRuntime } from "./node-runtime.ts";
import { createDial } from "./node-transport.ts";

export const nodePlatform: Platform = {
  name: "node",
  runtime: nodeRuntime,
  dial: /* @__PURE__ */ createDial(),
  declarations: nodeDeclarations,
  checkOptions: checkNodeOptions,
  ignored: ["pageSignals"],
  observe: publish,
  supervisor: /* @__PURE__ */ new Supervisor(),
  supervised: true,
  goingAway: 1001,
};
