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
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What core needs of an `AbortController`. */
export interface AbortControllerLike {
  readonly signal: AbortSignalLike;
  abort(reason?: unknown): void;
}

/** What core needs of a `Headers`. */
export interface HeadersLike {
  get(name: string): string | null;
  forEach(visit: (value: string, name: string) => void): void;
}

/** What core needs of a `URL`. */
export interface UrlLike {
  readonly href: string;
}

/** What core needs of a `Blob`. */
export interface BlobLike {
  readonly size: number;
  readonly type: string;
}

/** A value, or a promise of it. */
export type Awaitable<T> = T | PromiseLike<T>;
