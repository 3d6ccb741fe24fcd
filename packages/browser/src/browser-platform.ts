// What browsers, workers and their kin are to core.

import {
  coreProviders,
  type Observer,
  type Platform,
  type Trace,
  type TraceEvent,
  verdictOf,
  withoutControls,
} from "@gundam/core";
import { instead, suggest } from "#hints";
import { browserDeclarations, ignoredOptions, warnedOptions } from "./browser-options.ts";
import { browserRuntime } from "./browser-runtime.ts";
import { dial } from "./browser-transport.ts";
import { isHidden, look, watch } from "./page.ts";

/** Each event as JSON. */
const logTrace: Trace = (event, log) => log(withoutControls(JSON.stringify(event, plain)));

/** A browser shows no response headers, so that there is nothing to hide. */
function tracer(trace: true | Trace): Observer {
  const tell = trace === true ? logTrace : trace;
  return (_, type, detail) => {
    if (type !== "dial" && type !== "setback") {
      tell({ type, at: Date.now(), detail } as TraceEvent, browserRuntime.log);
    }
  };
}

/** Of any realm: the getter throws for what is no `Blob`. */
function isBlob(value: unknown): value is Blob {
  try {
    return Reflect.get(Blob.prototype, "size", value) >= 0;
  } catch {
    return false;
  }
}

/** Of an error, JSON would tell nothing. */
function plain(_: string, value: unknown): unknown {
  return value instanceof Error ? String(value) : value;
}

/** What browsers, workers and their kin are to core: for who binds a class of their own to it. */
export const browserPlatform: Platform = {
  name: "browser",
  runtime: browserRuntime,
  dial,
  declarations: browserDeclarations,
  providers: coreProviders,
  watch,
  look,
  isHidden,
  ignored: ignoredOptions,
  warnedOf: warnedOptions,
  instead,
  suggest,
  verdictOf,
  tracer,
  isBlob,
  supervised: false,
  goingAway: 1000,
};
