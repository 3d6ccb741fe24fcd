// What no single declaration in node-options.ts can say: options that must fit each other, and values that are read as the
// dial will read them.

import { proxyOf } from "./dial/proxy-url.ts";
import { targetOf } from "./dial/target.ts";
import { compressParameters, type NodeOptions, type ResolvedNodeOptions } from "./node-options.ts";
import { checkHeaderFields } from "./request-headers.ts";

/** Throws an `OptionError`. What functions will give is checked when it is dialled. */
export function checkNodeOptions(options: ResolvedNodeOptions & Pick<NodeOptions, "url" | "headers">): void {
  const { url, headers, tcpOpts } = options;
  proxyOf(tcpOpts);
  if (headers instanceof Headers) checkHeaderFields(Object.fromEntries(headers));
  else if (typeof headers === "object") checkHeaderFields(headers);
  const href = typeof url === "object" ? url.href : url;
  compressParameters(options.wsOpts.compress);
  // Core says what is wrong with a url that is none.
  if (typeof href === "string" && URL.canParse(href)) targetOf(href.replace(/^http/i, "ws"), options);
}
