// Values that may be promises, continued without a promise hop where they are not.

import type { Awaitable } from "./structural.ts";

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
  } catch {
    // As for `await`, this is a rejection.
    return true;
  }
}

/**
 * Continues with the value: at once, or when its promise settles.
 *
 * @example
 * // At once where the value is no promise.
 * chain(20, (value) => value + 1); // → 21
 */
export function chain<T, U>(
  value: Awaitable<T>,
  next: (value: T) => Awaitable<U>,
  failed?: (reason: unknown) => Awaitable<U>,
): Awaitable<U> {
  return isThenable(value) ? settling(value as PromiseLike<T>).then(next, failed) : next(value);
}

/**
 * Asks for what may be a promise, and reads it; both may throw or reject. What comes of it is not caught.
 *
 * @example
 * const read = (answer: unknown) => Number(answer);
 * attempted(() => "42", read, (value) => value, () => 0); // → 42
 */
export function attempted<T, U, V>(
  ask: () => Awaitable<T>,
  read: (answer: T) => Awaitable<U>,
  next: (value: U) => V,
  failed: (reason: unknown) => V,
): Awaitable<V> {
  let value: Awaitable<U>;
  try {
    value = chain(ask(), read);
  } catch (reason) {
    return failed(reason);
  }
  return chain(value, next, failed);
}

/** A promise that keeps the rules, whatever the thenable does, and a promise with a `then` of its own. */
export async function settling<T>(value: PromiseLike<T>): Promise<T> {
  return await value;
}

/**
 * What is called, and does nothing.
 *
 * @example
 * Promise.reject(new Error("nobody minds")).catch(nothing);
 */
export function nothing(): void {}

/** Whoever waits handles its rejection; that nobody waits is no unhandled rejection of the process. */
export function unheard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** A promise and what settles it. */
export interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export function deferred(): Deferred {
  let resolve!: () => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<void>((resolveIt, rejectIt) => {
    resolve = resolveIt;
    reject = rejectIt;
  });
  return { promise: unheard(promise), resolve, reject };
}
