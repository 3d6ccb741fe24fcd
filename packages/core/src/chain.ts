// Values that may be promises, continued without a promise hop where they are not.

import type { Awaitable } from "./structural.ts";

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}

/** Continues with the value: at once, or when its promise settles. */
export function chain<T, U>(
  value: Awaitable<T>,
  next: (value: T) => Awaitable<U>,
  failed?: (reason: unknown) => Awaitable<U>,
): Awaitable<U> {
  return isThenable(value) ? (value as PromiseLike<T>).then(next, failed) : next(value);
}
