// The cookie store, asked and told (RFC 6265 §5.4 and §5.2). It is the user's: it may throw, reject, hang or answer
// nonsense, and none of that may reach further than the attempt. A store that answers at once costs no promise.

import {
  type Awaitable,
  chain,
  type GundamError,
  messageOf,
  ProviderError,
  TimeoutError,
} from "@gundam/core";
import type { CookieStore } from "../node-options.ts";
import { nodeRuntime } from "../node-runtime.ts";
import { checkHeaderFields } from "../request-headers.ts";
import { causeOf } from "./phase.ts";

export interface CookiesListener {
  /** A cookie could not be kept. */
  troubled(error: GundamError): void;
  /** `deadline` has changed. */
  rescheduled(): void;
}

/** The cookies of one attempt. */
export class Cookies {
  /** While something waits for the store: the monotonic ms at which it waits no longer. */
  deadline: number = Infinity;

  readonly #store: CookieStore;
  readonly #patience: number;
  readonly #listener: CookiesListener;
  /** How many cookies the store has not said yet that it keeps. */
  #pending = 0;
  #proceed: (() => void) | undefined = undefined;

  /** `patience`: how many ms the store may take to keep what must be kept first. */
  constructor(store: CookieStore, patience: number, listener: CookiesListener) {
    this.#store = store;
    this.#patience = patience;
    this.#listener = listener;
  }

  /** The Cookie field for a request to the url, or why there is none to be had; never throws nor rejects. */
  get(url: URL): Awaitable<string | ProviderError> {
    return cookiesFor(url, this.#store);
  }

  /** Hands the Set-Cookie fields of an answer to the store. */
  set(url: URL, fields: readonly string[]): void {
    for (const field of fields) this.#set(field, addressOf(url));
  }

  /** Calls when all is kept, or could not be, or took too long; at once if the store is sync. */
  whenSettled(proceed: () => void): void {
    if (this.#pending === 0) return proceed();
    this.#proceed = proceed;
    this.deadline = nodeRuntime.now() + this.#patience;
    this.#listener.rescheduled();
  }

  expire(now: number): void {
    if (now < this.deadline) return;
    this.#listener.troubled(new TimeoutError("cookieStore.setCookie", this.#patience, "callbackTimeout"));
    this.#goOn();
  }

  #set(field: string, address: string): void {
    const failed = (cause: unknown) => this.#listener.troubled(failure("setCookie", cause));
    const settled = () => {
      if (--this.#pending === 0) this.#goOn();
    };
    this.#pending++;
    try {
      void chain(this.#store.setCookie(field, address), settled, (cause) => {
        failed(cause);
        settled();
      });
    } catch (cause) {
      this.#pending--;
      failed(cause);
    }
  }

  #goOn(): void {
    const proceed = this.#proceed;
    this.#proceed = undefined;
    this.deadline = Infinity;
    proceed?.();
  }
}

/** What cookies a client has sent last. */
export class SentCookies {
  #last: { readonly store: CookieStore; readonly url: URL; readonly sent: string } | undefined = undefined;

  keep(store: CookieStore | undefined, url: URL, sent: string): void {
    this.#last = store && { store, url, sent };
  }

  /** Whether the store has others by now for the same request; never throws nor rejects. */
  areOld(): Awaitable<boolean> {
    if (this.#last === undefined) return false;
    const { store, url, sent } = this.#last;
    return chain(cookiesFor(url, store), (now) => typeof now === "string" && now !== sent);
  }
}

/** Stores know http and https: of a WebSocket's url, RFC 6455 §4.1 makes these. */
function addressOf({ href }: URL): string {
  return href.replace(/^ws/, "http");
}

/** Never throws nor rejects. */
function cookiesFor(url: URL, store: CookieStore): Awaitable<string | ProviderError> {
  const failed = (cause: unknown) => failure("getCookieString", cause);
  try {
    return chain<unknown, string | ProviderError>(
      store.getCookieString(addressOf(url)),
      checkCookies,
      failed,
    );
  } catch (cause) {
    return failed(cause);
  }
}

function checkCookies(cookies: unknown): string | ProviderError {
  const unusable = (cause?: unknown) => {
    const problem = "did not answer with a string that can be sent";
    return new ProviderError("cookieStore.getCookieString", problem, { cause });
  };
  try {
    const fields = { Cookie: cookies ?? "" };
    checkHeaderFields(fields);
    return typeof fields.Cookie === "string" ? fields.Cookie : unusable();
  } catch (cause) {
    return unusable(cause);
  }
}

function failure(method: keyof CookieStore, cause: unknown): ProviderError {
  return new ProviderError(`cookieStore.${method}`, `failed: ${messageOf(cause)}`, {
    cause: causeOf(cause),
  });
}
