// The few platform shapes that core talks about. Core compiles without DOM and Node types: what it takes it declares by what
// it needs, and what it hands out is looked up where the user compiles.

/** The platform's own `AbortSignal`. */
export type PlatformAbortSignal = typeof globalThis extends { AbortSignal: { prototype: infer Own } }
  ? Own
  : AbortSignalLike;

/** The platform's own `Headers`. */
export type PlatformHeaders = typeof globalThis extends { Headers: { prototype: infer Own } }
  ? Own
  : HeadersLike;

/** The platform's own `Blob`. */
export type PlatformBlob = typeof globalThis extends { Blob: { prototype: infer Own } } ? Own : BlobLike;

/** What core needs of an `AbortSignal`. */
export interface AbortSignalLike {
  /** It has been aborted. */
  readonly aborted: boolean;
  /** What it was aborted with. */
  readonly reason: unknown;
  /** Has a listener called once it is aborted. */
  addEventListener(type: "abort", listener: () => void): void;
  /** Has it called no more. */
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What core needs of an `AbortController`. */
export interface AbortControllerLike {
  /** What is aborted. */
  readonly signal: AbortSignalLike;
  /** Aborts it; the first reason counts. */
  abort(reason?: unknown): void;
}

/** What core needs of a `Headers`. */
export interface HeadersLike {
  /** The value of a field, by a name in any letter case; null if there is none. */
  get(name: string): string | null;
  /** Visits each field, its name in lower case. */
  forEach(visit: (value: string, name: string) => void): void;
}

/** What core needs of a `URL`. */
export interface UrlLike {
  /** The whole url. */
  readonly href: string;
}

/** What core needs of a `Blob`. */
export interface BlobLike {
  /** Bytes. */
  readonly size: number;
  /** The media type, or "". */
  readonly type: string;
}

/** A value, or a promise of it. */
export type Awaitable<T> = T | PromiseLike<T>;
