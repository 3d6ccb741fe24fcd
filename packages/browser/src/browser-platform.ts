// What browsers, workers and their kin are to core.

import { type Platform, Supervisor, type Trace, verdictOf } from "@gundam/core";
import { suggest } from "#suggest";
import { browserDeclarations, ignoredOptions, warnedOptions } from "./browser-options.ts";
import { browserRuntime } from "./browser-runtime.ts";
import { dial } from "./browser-transport.ts";
import { isHidden, watchPage } from "./page-signals.ts";

/** Each event as JSON. A browser shows no response headers, so that there is nothing to hide. */
const logTrace: Trace = (event, log) => log(JSON.stringify(event, plain));

/** Of an error, JSON would tell nothing. */
function plain(_: string, value: unknown): unknown {
  return value instanceof Error ? String(value) : value;
}

export const browserPlatform: Platform = {
  name: "browser",
  runtime: browserRuntime,
  dial,
  declarations: browserDeclarations,
  watchPage,
  isHidden,
  ignored: ignoredOptions,
  warnedOf: warnedOptions,
  suggest,
  verdictOf,
  logTrace,
  isBlob: (value): value is Blob => typeof Blob === "function" && value instanceof Blob,
  supervisor: /* @__PURE__ */ new Supervisor(),
  supervised: false,
  goingAway: 1000,
};
