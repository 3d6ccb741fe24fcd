// The proxy that the environment names, for those who want it: nothing else here reads environment variables.

import { getProxyForUrl } from "proxy-from-env";
import { proxyOf } from "./dial/proxy-url.ts";

/**
 * A function for `tcpOpts.proxy` that does as the environment says, which it reads for each attempt. For `wss:` urls it is
 * `WSS_PROXY`, else `HTTPS_PROXY`; for `ws:` urls `WS_PROXY`, else `HTTP_PROXY`; and for both `ALL_PROXY` at last, all of
 * them in lower case, too, which goes first. Without a scheme it is an `http:` proxy. `NO_PROXY` says where none is
 * used, by the rules of the library proxy-from-env: hosts, with a port or not, of which those that begin with `.` or `*` mean
 * all that end so; `*` alone means everywhere. A variable that holds no such url fails the attempt, and is named.
 *
 * @example connect({ url, tcpOpts: { proxy: proxyFromEnv() } })
 */
export function proxyFromEnv(): (attempt: { readonly url: string }) => string | undefined {
  return ({ url }) => {
    const { protocol, host } = new URL(url);
    const schemes = protocol === "wss:" ? ["wss", "https"] : ["ws", "http"];
    const [name, scheme] = found([...schemes, "all"]) ?? [];
    // Under the scheme that the variable is for the library finds the same one, unless NO_PROXY forbids.
    if (name === undefined || getProxyForUrl(`${scheme}://${host}/`) === "") return undefined;
    return checked(name);
  };
}

/** The first that is set, as `[its name, scheme]`. */
function found(schemes: readonly string[]): [string, string] | undefined {
  for (const scheme of schemes) {
    const names = [`${scheme}_proxy`, `${scheme}_PROXY`.toUpperCase()];
    const name = names.find((name) => process.env[name]);
    // `all` is no scheme: the library takes it for any.
    if (name !== undefined) return [name, scheme === "all" ? schemes[0]! : scheme];
  }
  return undefined;
}

/** Throws an `OptionError` with the variable's name, and nothing of what it holds: it may be a password. */
function checked(name: string): string {
  const value = process.env[name]!;
  // As curl has it.
  const proxy = value.includes("://") ? value : `http://${value}`;
  proxyOf({ proxy }, name);
  return proxy;
}
