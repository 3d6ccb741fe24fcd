// Core's runtime port on Node.

import { setMaxListeners } from "node:events";
import { inspect } from "node:util";
import { printable, type Runtime, withoutControls } from "@gundam/core";
import { onAbort } from "./abort-signals.ts";

export const nodeRuntime: Runtime = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  // A client that waits for its next attempt is meant to live, and so is its process, unless it was told otherwise.
  setTimer: (delay, fire) => startTimer(delay, fire).cancel,
  // Not `process.nextTick`, which starves behind pending promises and overtakes them elsewhere: in one queue with the
  // promises, callbacks keep the same order on Node and in browsers.
  microtask: (run) => queueMicrotask(run),
  random: () => Math.random(),
  report(error) {
    const warning = new Error("an error that no callback could be told of", { cause: error });
    warning.name = "GundamWarning";
    // Node prints a warning's `detail`, but neither its stack nor its cause.
    process.emitWarning(Object.assign(warning, { detail: shown(error) }));
  },
  warn: (line) => process.emitWarning(printable(line), "GundamWarning"),
  // stdout belongs to the program.
  log: (line) => console.error(line),
  abortController() {
    const controller = new AbortController();
    // A connection's signal is given to each request that ends with it. Node would warn of a leak.
    setMaxListeners(0, controller.signal);
    return controller;
  },
  onAbort,
  parseUrl(input) {
    try {
      return new URL(input);
    } catch {
      return undefined;
    }
  },
};

export interface NodeTimer {
  readonly cancel: () => void;
  setRef(isRef: boolean): void;
}

/** Timers come before Node has read its sockets, and what is done "immediate"ly after: libuv polls in between. */
export function startTimer(delay: number, fire: () => void, isRef = true): NodeTimer {
  let immediate: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    // Never without its ref: for such a one libuv does not end its poll, and it would come when anything else does.
    immediate = setImmediate(fire);
  }, delay);
  const setRef = (ref: boolean) => void (ref ? timer.ref() : timer.unref());
  if (!isRef) timer.unref();
  return {
    cancel() {
      clearTimeout(timer);
      clearImmediate(immediate);
    },
    setRef,
  };
}

function shown(error: unknown): string {
  try {
    // Of its many lines none is to look like the beginning of another's.
    return inspect(error)
      .split("\n")
      .map(withoutControls)
      .join("\n")
      .replace(/\n(?! )/g, "\n    ");
  } catch {
    // What was thrown can have an `inspect` that throws.
    return "(it cannot be shown)";
  }
}
