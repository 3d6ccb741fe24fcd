// The options and the state as they are now: as given at first, then as callbacks return them. What a callback returns
// passes the same checks as what was given, and stays until another is returned.

import { OptionError } from "./errors.ts";
import type { Vigilance } from "./keepalive.ts";
import { isUrl, libraryKeys, resolveOptions, urlSource, valueAt } from "./option-checks.ts";
import type { HeaderFields, ResolvedOptions, RoutedUrl, UrlRouter } from "./options.ts";
import type { Platform } from "./platform.ts";
import type { Verdict } from "./retry.ts";
import { brand, type State } from "./state.ts";
import type { Awaitable } from "./structural.ts";

export class Settings {
  readonly #platform: Platform;
  #given!: Readonly<Record<string, unknown>>;
  declare options: ResolvedOptions;
  /** Paths of the options that are functions of the attempt. */
  declare provided: readonly string[];
  /** Of a url that leads to several endpoints. */
  declare router: UrlRouter | undefined;
  /** How the peer of an open connection is watched, if it is. */
  declare vigilance: Vigilance | undefined;
  declare state: State;
  /** A callback has returned another url, other headers, or what else a function may give, since the last attempt. */
  #isRenewed = false;

  /** What the client has warned of. */
  readonly #warned: string[] = [];

  /** Throws an `OptionError` for what cannot work. */
  constructor(platform: Platform, given: unknown) {
    this.#platform = platform;
    this.#take(given as Record<string, unknown>);
    const {
      url,
      headers,
      wsOpts,
      state,
      signal: _s,
      supervise: _v,
      sendQueue: _q,
      ...openOpts
    } = this.options;
    const fields = typeof headers === "function" ? {} : this.#platform.providers.headers?.(headers, this);
    this.state = {
      ...state,
      uri: typeof url === "string" ? url : "",
      headers: (fields ?? {}) as HeaderFields,
      wsOpts,
      openOpts,
      [brand]: true,
    } as State;
  }

  /** What was given of the options that the platform cannot honour. */
  get ignoredOptions(): string[] {
    return this.#givenOf(this.#platform.ignored);
  }

  #givenOf(paths: readonly string[]): string[] {
    return paths.filter((path) => valueAt(this.#given, path) !== undefined);
  }

  /** Says once that the connection goes without what carries credentials or guards it. */
  #warn(ignored: string): void {
    if (this.#warned.includes(ignored)) return;
    this.#warned.push(ignored);
    const { runtime, instead = "" } = this.#platform;
    runtime.warn(`gundam: browsers ignore ${ignored}${instead}`);
  }

  /** Whether the next attempt may differ from the last one in what is to blame for its failure. */
  mayDiffer(verdict: Verdict, asksPlatform: boolean): Awaitable<boolean | undefined> {
    const { provided } = this;
    if (verdict === "elsewhere") return provided.includes("url");
    return this.#isRenewed || provided.length > 0 || (asksPlatform && this.#platform.isRenewed?.());
  }

  /**
   * Takes a state that a callback made from the one it was given. What it left alone is by now maybe something else, and
   * stays so. Throws an `OptionError`, and takes nothing, if it cannot work.
   */
  adopt(next: State, given: State): void {
    const kept: Record<string, unknown> = {};
    const returned: Record<string, unknown> = {};
    for (const key of libraryKeys) {
      if (next[key] === given[key]) kept[key] = this.state[key];
      else if (key === "openOpts") Object.assign(returned, next[key]);
      else returned[key === "uri" ? "url" : key] = next[key];
    }
    if (Object.keys(returned).length > 0) {
      const before = this.options;
      this.#take({ ...this.#given, ...returned });
      this.#isRenewed ||= Object.keys(this.#platform.providers).some(
        (path) => valueAt(before, path) !== valueAt(this.options, path),
      );
    }
    // A copy: what it would answer later is of no consequence.
    this.state = { ...next, ...kept };
  }

  /** An attempt uses this url and these headers. */
  use(uri: string, headers: HeaderFields): void {
    this.#isRenewed = false;
    this.state = { ...this.state, uri, headers };
  }

  /** The absolute `ws:` or `wss:` url: WHATWG WebSocket, "obtain a URL record". It may hold secrets. */
  normalizeUrl(url: unknown, option: string = "url"): string {
    const refuse = (problem: string): never => {
      throw new OptionError(option, undefined, `must be ${urlSource[0]}: ${problem}`);
    };
    const text = isUrl(url) ? url.href : url;
    const parts = typeof text === "string" ? this.#platform.runtime.parseUrl(text) : undefined;
    if (parts === undefined) return refuse(url === undefined ? "it is missing" : "it cannot be parsed");
    const scheme = parts.protocol.replace(/^http/, "ws");
    if (scheme !== "ws:" && scheme !== "wss:") refuse("it has another scheme");
    if (parts.href.includes("#")) refuse("it has a fragment");
    parts.protocol = scheme;
    // It would be sent as a header field.
    if ((parts.username || parts.password) && this.#platform.providers.headers === undefined) {
      parts.username = parts.password = "";
      this.#warn("the userinfo of url");
    }
    return parts.href;
  }

  /** Throws an `OptionError`, and takes nothing, if something of it cannot work. */
  #take(given: Readonly<Record<string, unknown>>): void {
    const {
      declarations,
      providers,
      ignored,
      warnedOf = [],
      suggest,
      checkOptions,
      vigilanceOf,
    } = this.#platform;
    const options = resolveOptions(declarations, given, ignored, suggest) as unknown as ResolvedOptions;
    checkOptions?.(options as never);
    // From here on a url that is no function is in the form that is dialled.
    if (typeof options.url !== "function") options.url = this.normalizeUrl(options.url);
    const router = routerOf(options.url);
    router?.check(this);
    this.router = router;
    this.provided = Object.keys(providers).filter(
      (path) => typeof valueAt(options, path) === "function" && !(path === "url" && router?.isFixed),
    );
    this.options = options;
    this.vigilance = vigilanceOf ? vigilanceOf(options) : options.wsOpts.heartbeat?.vigilance;
    this.#given = given;
    for (const option of this.#givenOf(warnedOf)) this.#warn(option);
  }
}

/**
 * The router of a url that `endpoints()` has made; undefined for any other url, and for what cannot be read.
 *
 * @example
 * routerOf("wss://example.org/"); // → undefined
 */
export function routerOf(url: unknown): UrlRouter | undefined {
  try {
    const { router } = url as RoutedUrl;
    return typeof router.isFixed === "boolean" ? router : undefined;
  } catch {
    return undefined;
  }
}
