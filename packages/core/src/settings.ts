// The options and the state as they are now: as given at first, then as callbacks return them. What a callback returns
// passes the same checks as what was given, and stays until another is returned.

import { OptionError } from "./errors.ts";
import type { Watch } from "./keepalive.ts";
import type { LifecycleOptions } from "./lifecycle.ts";
import { isUrl, resolveOptions, urlSource } from "./option-checks.ts";
import type { HeaderFields, ResolvedOptions, UrlSource } from "./options.ts";
import type { Platform } from "./platform.ts";
import { withoutUserinfo } from "./redact.ts";
import { brandState, type LibraryState, type State } from "./state.ts";
import type { HeadersLike } from "./structural.ts";

export class Settings {
  readonly #platform: Platform;
  #given: Readonly<Record<string, unknown>>;
  options: ResolvedOptions;
  state: State;
  /** The url in the form that is dialled, unless a function gives it. */
  url: string | undefined;
  /** A callback has returned another url or other headers since the last attempt. */
  isRenewed = false;

  /** What the table may know of the options. */
  lifecycle: LifecycleOptions;

  /** What the client has warned of. */
  readonly #warned: Set<string> = new Set();

  /** Throws an `OptionError` for what cannot work. */
  constructor(platform: Platform, given: unknown) {
    this.#platform = platform;
    this.options = this.#resolve(given);
    this.lifecycle = lifecycleOptions(this.options);
    this.#given = given as Record<string, unknown>;
    this.#warnOfIgnored();
    this.url = this.#fixedUrl(this.options.url);
    this.state = initialState(this.options, this.url);
  }

  /** What was given of the options that the platform cannot honour. */
  get ignoredOptions(): string[] {
    return this.#givenOf(this.#platform.ignored);
  }

  #givenOf(paths: readonly string[]): string[] {
    return paths.filter((path) => {
      const [group, key] = path.split(".") as [string, string | undefined];
      const value = this.#given[group] as Record<string, unknown> | undefined;
      return key === undefined ? value !== undefined : value?.[key] !== undefined;
    });
  }

  #warnOfIgnored(): void {
    for (const option of this.#givenOf(this.#platform.warnedOf ?? [])) this.#warn(option);
  }

  /** Says once that the connection goes without what carries credentials or guards it. */
  #warn(ignored: string): void {
    if (this.#warned.has(ignored)) return;
    this.#warned.add(ignored);
    this.#platform.runtime.log(
      `gundam: browsers ignore ${ignored}, and connect without; credentials can go in a cookie or a message`,
    );
  }

  /** The next attempt may carry other credentials than the last. */
  get isRenewable(): boolean {
    const { url, headers } = this.options;
    return this.isRenewed || typeof url === "function" || typeof headers === "function";
  }

  /**
   * Takes a state that a callback made from the one it was given. What it left alone is by now maybe something else, and
   * stays so. Throws an `OptionError`, and takes nothing, if it cannot work.
   */
  adopt(next: State, given: State): void {
    const { uri, headers, wsOpts, openOpts } = given;
    const returned: Record<string, unknown> = {};
    if (next.uri !== uri) returned.url = next.uri;
    if (next.headers !== headers) returned.headers = next.headers;
    if (next.wsOpts !== wsOpts) returned.wsOpts = next.wsOpts;
    if (next.openOpts !== openOpts) Object.assign(returned, next.openOpts);
    if (Object.keys(returned).length > 0) {
      const given = { ...this.#given, ...returned };
      const options = this.#resolve(given);
      this.url = this.#fixedUrl(options.url);
      this.options = options;
      this.lifecycle = lifecycleOptions(options);
      this.#given = given;
      this.#warnOfIgnored();
      this.isRenewed ||= "url" in returned || "headers" in returned;
    }
    this.state = given === this.state ? next : { ...next, ...this.#unlike(next, given) };
  }

  /** The library's part of the state of now, where `next` has left it as it was `given`. */
  #unlike(next: State, given: State): Partial<LibraryState> {
    const keys = ["uri", "headers", "wsOpts", "openOpts"] as const;
    const kept = keys.filter((key) => next[key] === given[key]);
    return Object.fromEntries(kept.map((key) => [key, this.state[key]]));
  }

  /** An attempt uses this url and these headers. */
  use(uri: string, headers: HeaderFields): void {
    this.isRenewed = false;
    if (this.state.uri !== uri || this.state.headers !== headers)
      this.state = { ...this.state, uri, headers };
  }

  /** The absolute `ws:` or `wss:` url: WHATWG WebSocket, "obtain a URL record". */
  normalizeUrl(url: unknown): string {
    const wrong = (problem: string) =>
      new OptionError("url", url, `must be ${urlSource.allowed}: ${problem}`);
    if (url === undefined) throw wrong("it is missing");
    if (typeof url !== "string" && !isUrl(url)) throw wrong(`it is of type ${typeof url}`);
    const parts = this.#platform.runtime.parseUrl(typeof url === "string" ? url : url.href);
    if (parts === undefined) throw wrong("it cannot be parsed");
    if (parts.protocol === "http:") parts.protocol = "ws:";
    if (parts.protocol === "https:") parts.protocol = "wss:";
    if (parts.protocol !== "ws:" && parts.protocol !== "wss:") throw wrong(`its scheme is ${parts.protocol}`);
    if (parts.href.includes("#")) throw wrong("it has a fragment");
    const bare = withoutUserinfo(parts.href);
    // It would be sent as a header field.
    if (bare === parts.href || !this.#platform.ignored.includes("headers")) return parts.href;
    this.#warn("the userinfo of url");
    return bare;
  }

  #resolve(given: unknown): ResolvedOptions {
    const { declarations, ignored, checkOptions } = this.#platform;
    const options = resolveOptions(declarations, given, ignored) as unknown as ResolvedOptions;
    checkOptions?.(options as never);
    return options;
  }

  #fixedUrl(source: UrlSource): string | undefined {
    return typeof source === "function" ? undefined : this.normalizeUrl(source);
  }
}

/** The fields of what a headers option or function gives. */
export function headerFields(source: HeaderFields | HeadersLike): HeaderFields {
  if (typeof source !== "object" || source === null) {
    throw new OptionError("headers", source, "must be an object of header fields or a Headers");
  }
  if (typeof source.forEach !== "function") return source as HeaderFields;
  const fields: Record<string, string> = {};
  (source as HeadersLike).forEach((value, name) => {
    fields[name] = value;
  });
  return fields;
}

function lifecycleOptions(options: ResolvedOptions): LifecycleOptions {
  const { retry, stableAfter, callbackTimeout, openTimeout, wsOpts } = options;
  const { closingTimeout, keepalive, keepaliveTolerance, heartbeat } = wsOpts;
  const watches: Watch[] = [];
  if (keepalive !== Infinity) {
    watches.push({ message: undefined, quiet: keepalive, patience: keepalive * keepaliveTolerance });
  }
  if (heartbeat !== undefined) {
    const { message, interval, timeout } = heartbeat;
    watches.push({ message, quiet: interval, patience: timeout });
  }
  return { retry, stableAfter, callbackTimeout, openTimeout, closingTimeout, watches };
}

function initialState(options: ResolvedOptions, url: string | undefined): State {
  const { url: _, headers, wsOpts, state, signal: _s, supervise: _v, sendQueue: _q, ...openOpts } = options;
  const fields = typeof headers === "function" ? {} : headerFields(headers);
  return brandState({ uri: url ?? "", headers: fields, wsOpts, openOpts }, state);
}
