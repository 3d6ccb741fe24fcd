// How a proxy fails, in words for whoever reads them at night: what it said, and what to do. Of what it sent nothing is
// repeated but its status, and the names of the authentication schemes that it knows.

import { type IncomingMessage, STATUS_CODES } from "node:http";
import { ConnectError, type Failure, type HeaderFields } from "@gundam/core";
import { causeOf, codeOf } from "./phase.ts";
import { haveCredentials } from "./proxy-headers.ts";
import type { ProxyEndpoint } from "./proxy-url.ts";
import { retryAfterOf } from "./retry-after.ts";

/** A CONNECT that was refused. */
export interface Refusal {
  readonly proxy: ProxyEndpoint;
  readonly authority: string;
  readonly response: IncomingMessage;
  /** What `tcpOpts.proxyHeaders` gave for it. */
  readonly fields: HeaderFields;
  /** It is a function: `"silent"` if it gave nothing for the 407. */
  readonly provider: "answered" | "silent" | undefined;
}

export function refused(refusal: Refusal): Failure {
  const { proxy, authority, response } = refusal;
  const status = response.statusCode!;
  // STATUS_CODES, for what a server says may be anything.
  const what = `${proxy.place} refused to connect us to ${authority} (${status} ${STATUS_CODES[status] ?? ""})`;
  const toDo = status === 407 ? adviceOnCredentials(refusal) : adviceOn(status, authority);
  const retryAfter = retryAfterOf(response.headers["retry-after"] ?? null, Date.now());
  return { ...proxyFailure(`${what}: ${toDo}`), status, retryAfter };
}

const noWay = "it found no way there; check the url, and whether the server runs";

const advice: Readonly<Record<number, string>> = {
  403: "it does not let us go there; ask who runs it",
  502: noWay,
  503: noWay,
  504: "nobody answered it there; check the url, and whether the server runs",
};

function adviceOn(status: number, authority: string): string {
  if (status === 403 && !authority.endsWith(":443"))
    return `${advice[403]}, for many let nobody go to another port than 443`;
  return advice[status] ?? "check tcpOpts.proxy: is it an HTTP proxy?";
}

function adviceOnCredentials({ proxy, response, fields, provider }: Refusal): string {
  const schemes = schemesOf(response);
  const wanted = schemes.length === 0 ? "" : `it asks for ${schemes.join(" or ")}; `;
  if (provider === "silent") return `${wanted}tcpOpts.proxyHeaders gave nothing for it`;
  if (provider === "answered") return `${wanted}it did not accept what tcpOpts.proxyHeaders gave for it`;
  if (haveCredentials(fields))
    return `${wanted}check the Proxy-Authorization in tcpOpts.proxyHeaders; a function there can give another one`;
  const isNobody = proxy.user === "" && proxy.password === "";
  if (!isNobody && (schemes.length === 0 || schemes.includes("Basic")))
    return `${wanted}check the user and the password in tcpOpts.proxy`;
  const basic = "give a user and a password in tcpOpts.proxy";
  const other = "give what it asks for in tcpOpts.proxyHeaders";
  if (schemes.length === 0) return `${basic}, or ${other}`;
  return `${wanted}${schemes.includes("Basic") ? basic : other}`;
}

// Those of the IANA registry that proxies are known to use, and no other words of theirs.
const knownSchemes = ["Basic", "Bearer", "Digest", "Negotiate", "NTLM"];

/** RFC 9110 §11.7.1. */
function schemesOf({ rawHeaders }: IncomingMessage): string[] {
  const offers = rawHeaders.filter(
    (_, i) => /^proxy-authenticate$/i.test(rawHeaders[i - (i % 2)]!) && i % 2 === 1,
  );
  return knownSchemes.filter((scheme) => {
    const named = new RegExp(`(^|,)\\s*${scheme}(\\s|,|$)`, "i");
    return offers.some((offer) => named.test(offer));
  });
}

/** Of what socks says. */
export function unwilling({ place }: ProxyEndpoint, authority: string, problem: string): Failure {
  const toDo = "check tcpOpts.proxy, and the user and the password in it";
  return proxyFailure(`${place} did not connect us to ${authority} (${problem}): ${toDo}`);
}

/** What came is no HTTP. */
export function isJunk(cause: Error): boolean {
  return codeOf(cause).startsWith("HPE_");
}

export function broken({ place }: ProxyEndpoint, cause: Error): Failure {
  const toDo = isJunk(cause)
    ? "does it speak HTTP? check tcpOpts.proxy"
    : "it gave no answer; check tcpOpts.proxy, its port and scheme, and whether it lets us in";
  return proxyFailure(`${place} broke off (${codeOf(cause)}): ${toDo}`, cause);
}

function proxyFailure(message: string, cause?: Error): Failure {
  const error = new ConnectError("proxy", message, { cause: causeOf(cause) });
  return { kind: "proxy", phase: "proxy", error, byUs: false };
}
