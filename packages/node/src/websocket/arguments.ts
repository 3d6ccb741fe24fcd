// The constructor's arguments, by the steps of the standard.

import { subprotocols } from "@gundam/core";

const [, isSubprotocols] = subprotocols;

/** Obtains a url record from what was given. Throws a `SyntaxError` `DOMException` for what is none for WebSockets. */
export function parseUrl(url: string): URL {
  // "Let urlRecord be the result of applying the URL parser to url with baseURL." Node has no base url.
  // "If urlRecord is failure, then throw a "SyntaxError" DOMException."
  if (!URL.canParse(url))
    throw syntaxError("the url must be an absolute one, such as wss://example.org/feed");
  const record = new URL(url);
  // "If urlRecord's scheme is "http", then set urlRecord's scheme to "ws"."
  if (record.protocol === "http:") record.protocol = "ws:";
  // "Otherwise, if urlRecord's scheme is "https", set urlRecord's scheme to "wss"."
  else if (record.protocol === "https:") record.protocol = "wss:";
  // "If urlRecord's scheme is not "ws" or "wss", then throw a "SyntaxError" DOMException."
  if (record.protocol !== "ws:" && record.protocol !== "wss:") {
    throw syntaxError("the url's scheme must be ws, wss, http or https");
  }
  // "If urlRecord's fragment is non-null, then throw a "SyntaxError" DOMException." An empty one is not null.
  if (record.href.includes("#")) throw syntaxError("the url must not have a fragment (#)");
  return record;
}

/** Throws a `SyntaxError` `DOMException` for what cannot be offered. */
export function checkProtocols(protocols: readonly string[]): readonly string[] {
  // "If any of the values in protocols occur more than once or otherwise fail to match the requirements for elements that
  // comprise the value of Sec-WebSocket-Protocol fields as defined by The WebSocket Protocol, then throw a "SyntaxError"
  // DOMException." The standard's tests (WPT, Create-protocols-repeated-case-insensitive) count those that differ in case
  // alone as the same one.
  if (!isSubprotocols(protocols) || !isSubprotocols(protocols.map((protocol) => protocol.toLowerCase()))) {
    throw syntaxError("the subprotocols must be tokens (RFC 9110 §5.6.2) that differ in more than case");
  }
  return protocols;
}

/** Without what was given: urls have secrets anywhere, and some send theirs as a subprotocol. */
function syntaxError(problem: string): DOMException {
  return new DOMException(`new WebSocket(): ${problem}`, "SyntaxError");
}
