// The state that callbacks are given: the library's part and yours. A callback that returns a state replaces it, and
// what it holds is what the next attempt uses. A state is known by an enumerable symbol, which spreading keeps and
// parsed JSON cannot carry, so that a message that happens to have a `uri` redirects nobody.

import type { CoreWsOpts, HeaderFields } from "./options.ts";

export const brand: unique symbol = Symbol.for("gundam.state") as never;

/** The library's part of the state. */
export interface LibraryState {
  /** The url in use: absolute, `ws:` or `wss:`; "" before a url function has answered for the first time. */
  readonly uri: string;
  /** The request headers in use. */
  readonly headers: HeaderFields;
  /** The WebSocket options in use. */
  readonly wsOpts: Readonly<CoreWsOpts>;
  /** The other options of the connection: timeouts, retry, TCP and TLS. */
  readonly openOpts: Readonly<Record<string, unknown>>;
}

/**
 * The state that callbacks are given: the library's part, and beside it yours, as the option `state` began it. A
 * callback that returns `{ ...state, … }` replaces it.
 */
export type State<Yours extends object = object> = LibraryState & Yours;

export function isState(value: unknown): value is State {
  return (value as Partial<Record<typeof brand, true>> | null | undefined)?.[brand] === true;
}
