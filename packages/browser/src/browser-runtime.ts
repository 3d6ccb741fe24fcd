// The runtime port over what every page and worker has.

import type { Runtime } from "@gundam/core";
import { clocks } from "./clocks.ts";
import { soon } from "./soon.ts";

export const browserRuntime: Runtime = {
  ...clocks,
  setTimer(delay, fire) {
    let isSet = true;
    // In a task of its own: behind those of what has come while the page was busy.
    const timer = setTimeout(() => soon(() => isSet && fire()), delay);
    return () => {
      isSet = false;
      clearTimeout(timer);
    };
  },
  microtask: (run) => queueMicrotask(run),
  random: () => Math.random(),
  report(error) {
    // Where monitoring tools listen; Safari has it since 15.4.
    (globalThis.reportError ?? console.error)(error);
  },
  warn: (line) => console.warn(line),
  log: (line) => console.log(line),
  abortController: () => new AbortController(),
  onAbort(signal, aborted) {
    signal.addEventListener("abort", aborted);
    return () => signal.removeEventListener("abort", aborted);
  },
  parseUrl(input) {
    try {
      // A page's base url, or a worker's own; elsewhere there is none, and a url has to be absolute.
      return new URL(input, globalThis.document?.baseURI ?? globalThis.location?.href);
    } catch {
      return undefined;
    }
  },
};
