// What @gundam/node hands to core.

import { type Platform, Supervisor } from "@gundam/core";
import { checkNodeOptions, nodeDeclarations } from "./node-options.ts";
import { nodeRuntime } from "./node-runtime.ts";
import { dial } from "./node-transport.ts";

export const nodePlatform: Platform = {
  name: "node",
  runtime: nodeRuntime,
  dial,
  declarations: nodeDeclarations,
  checkOptions: checkNodeOptions,
  ignored: [],
  supervisor: /* @__PURE__ */ new Supervisor(),
  supervised: true,
  goingAway: 1001,
};
