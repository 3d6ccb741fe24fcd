// What went wrong, in words for who typed a command: the library's own, with the names of this program's options, and what
// can be done here.

import { type GundamError, isGundamError } from "gundam";

/** What the library calls it, and what it is here. */
const words: readonly (readonly [RegExp, string])[] = [
  [/\bif you trust it, give it as tlsOpts\.ca\b/, "if you trust it, give it by --ca"],
  [
    /\bif you trust its authority, give that as tlsOpts\.ca\b/,
    "if you trust its authority, give that by --ca",
  ],
  [
    / \(tlsOpts\.servername can name another for the url's\)/,
    " (--servername can name another for the url's)",
  ],
  [/; what gives new ones for each attempt can be a function \(headers, url\)/, ""],
  [/\bhttpOpts\.maxRedirects\b/g, "--max-redirects"],
  [/\bwsOpts\.maxPayload\b/g, "--max-payload"],
  [/\bwsOpts\.protocols\b/g, "--subprotocol"],
  [/\bwsOpts\.keepalive\b/g, "--keepalive"],
  [/\bhttpOpts\.upgradeTimeout\b/g, "--open-timeout"],
  [/\bopenTimeout\b/g, "--open-timeout"],
  [/\bconnectTimeout\b/g, "--connect-timeout"],
  [
    / in tcpOpts\.proxy, or give what it asks for in tcpOpts\.proxyHeaders\b/,
    ", --proxy http://user:password@host:port",
  ],
  [/ for tcpOpts\.sendTimeout \((\d+ ms)\)/, " for $1"],
  [/\btcpOpts\.proxyHeaders\b/g, "--proxy"],
  [/\btcpOpts\.proxy\b/g, "--proxy"],
  [/\btcpOpts\.path\b/g, "--unix-socket"],
  [/\bsendQueue\.maxBytes\b/g, "--max-payload"],
  [/, as a string, a URL or a function\b/, ""],
  [/\ban array of (different subprotocol names \(RFC 9110 tokens\)), or a function, not this object/, "$1"],
  [/^headers\b/, "--header"],
  [/^tlsOpts\b/, "what --ca, --cert, --key and --passphrase say"],
];

/** What the library says, in this program's words. */
export function inWords(error: unknown): string {
  const message = isGundamError(error) ? error.message : (error as Error).message;
  return words.reduce((text, [theirs, ours]) => text.replace(theirs, ours), message);
}

/** What can be done about it here, besides what its message says; undefined: nothing more. */
export function adviceOn(error: GundamError): string | undefined {
  const { code, cause, status, rejected, phase } = error as GundamError & {
    readonly status?: number;
    readonly rejected?: boolean;
    readonly phase?: string;
  };
  if (status === 401 || status === 403) {
    return 'Give credentials with --auth-file, or a header field with -H "Authorization: Bearer …"; a server that minds its pages, with --origin.';
  }
  if (code === "ERR_TLS" && rejected) return "--insecure connects all the same, to whoever answers.";
  if (code === "ERR_PROTOCOL" && /subprotocol/i.test((cause as Error | undefined)?.message ?? "")) {
    return "--subprotocol says which ones are offered.";
  }
  if (code === "ERR_CONNECT" && phase === "tcp") return "--retry forever waits until it is there.";
  return undefined;
}
