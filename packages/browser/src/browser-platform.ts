// What browsers, workers and their kin are to core.

import { type Platform, Supervisor } from "@gundam/core";
import { browserDeclarations, ignoredOptions, warnedOptions } from "./browser-options.ts";
import { browserRuntime } from "./browser-runtime.ts";
import { dial } from "./browser-transport.ts";
import { isHidden, watchPage } from "./page-signals.ts";

export const browserPlatform: Platform = {
  name: "browser",
  runtime: browserRuntime,
  dial,
  declarations: browserDeclarations,
  watchPage,
  isHidden,
  ignored: ignoredOptions,
  warnedOf: warnedOptions,
  isBlob: (value): value is Blob => typeof Blob === "function" && value instanceof Blob,
  supervisor: /* @__PURE__ */ new Supervisor(),
  supervised: false,
  goingAway: 1000,
};
