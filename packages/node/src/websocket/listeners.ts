// The listeners of a face, where Node's `EventTarget` would end the process: over one that throws, or whose promise
// rejects. DOM, "inner invoke": "Report exception", and the other listeners are called all the same.

import { setMaxListeners } from "node:events";
import { chain } from "@gundam/core";
import { nodeRuntime } from "../node-runtime.ts";

type Listener = ((event: Event) => unknown) | { handleEvent(event: Event): unknown };
type Guard = (this: unknown, event: Event) => void;

/** One for each listener, so that an event target takes it for the same one wherever it occurs. */
const guards = new WeakMap<Listener, Guard>();

/** Has what an interface's listeners throw reported. The rest of what is given stays `EventTarget`'s own business. */
export function guardListeners(Interface: { readonly prototype: EventTarget }): void {
  Object.defineProperties(Interface.prototype, Object.getOwnPropertyDescriptors(operations));
}

const operations = {
  addEventListener(this: EventTarget, _type: string, _listener: unknown): void {
    // biome-ignore lint/complexity/noArguments: a rest parameter would change what `length` says.
    if (this instanceof EventTarget) uncount(arguments[2]);
    // biome-ignore lint/complexity/noArguments: as above.
    Reflect.apply(EventTarget.prototype.addEventListener, this, guarded(guardOf, ...arguments));
  },

  removeEventListener(this: EventTarget, _type: string, _listener: unknown): void {
    const known = (listener: Listener) => guards.get(listener) ?? listener;
    // biome-ignore lint/complexity/noArguments: as above.
    Reflect.apply(EventTarget.prototype.removeEventListener, this, guarded(known, ...arguments));
  },
};

/**
 * The signal that takes a listener away hears of it by a listener of its own, and Node takes more than ten of those for a
 * leak. Browsers know no such number.
 */
function uncount(options: unknown): void {
  const { signal } = Object(options) as { readonly signal?: unknown };
  // Not 0, which means the same, and which Node 20 cannot tell who asks for the number.
  if (signal instanceof AbortSignal) setMaxListeners(Infinity, signal);
}

/** The arguments, with the guard in the listener's place. What is no listener stays, for `EventTarget` to judge. */
function guarded(guardOf: (listener: Listener) => Listener, ...given: unknown[]): unknown[] {
  return given.map((value, i) => (i === 1 && isListener(value) ? guardOf(value) : value));
}

function isListener(value: unknown): value is Listener {
  return Object(value) === value;
}

function guardOf(listener: Listener): Guard {
  const known = guards.get(listener);
  if (known !== undefined) return known;
  const guard: Guard = function (event) {
    try {
      const answer =
        typeof listener === "function" ? listener.call(this, event) : listener.handleEvent(event);
      void chain(answer, ignore, report);
    } catch (error) {
      report(error);
    }
  };
  guards.set(listener, guard);
  return guard;
}

function ignore(): void {}

function report(error: unknown): void {
  nodeRuntime.report(error);
}
