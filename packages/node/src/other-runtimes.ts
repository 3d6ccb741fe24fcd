// Bun and Deno run this package, too. They pass the same transport contract; what they are treated otherwise for than Node,
// and what they leave undone, is said here.

import type { Socket } from "node:net";
import { type AnyClient, info, type ObservedType } from "@gundam/core";
import type { PerMessageDeflate } from "@gundam/protocol";
import { nodeRuntime } from "./node-runtime.ts";

const { versions } = process;
const name = "bun" in versions ? "Bun" : "deno" in versions ? "Deno" : "Node";

/** Bun calls back without the socket. */
export const canShareReadBuffer: boolean = name !== "Bun";

/** Deno reads on beneath a TLS socket that is paused, and keeps in memory whatever comes. */
export function pauseTogether(socket: Socket, tcp: Socket): void {
  if (name !== "Deno" || socket === tcp) return;
  const below = tcp as Socket & { readonly _handle: Handle | null };
  socket.on("pause", () => below._handle?.readStop()).on("resume", () => below._handle?.readStart());
}

/** Of a socket that is not destroyed: not documented, but what Deno's own sockets are paused by. */
interface Handle {
  readStop(): void;
  readStart(): void;
}

/** What a message inflates to: Deno tells of an end first, and then that it was none. */
export function inflatingInTime(extension: PerMessageDeflate): PerMessageDeflate {
  if (name !== "Deno") return extension;
  const decompress: PerMessageDeflate["decompress"] = (data, fin, done) => {
    let last: Parameters<typeof done> | undefined;
    extension.decompress(data, fin, (...answer) => {
      if (last === undefined) setImmediate(() => done(...last!));
      last = answer;
    });
  };
  return {
    decompress,
    compress: (data, fin, done) => extension.compress(data, fin, done),
    cleanup: () => extension.cleanup(),
  };
}

/** Bun writes headers out as JSON, cookies and all. */
export function withoutJson(headers: Headers): Headers {
  return name === "Bun" ? Object.defineProperty(headers, "toJSON", { value: () => ({}) }) : headers;
}

/** Deno's error over a url that is none repeats it, secrets and all. */
export function forgetUrl(error: unknown): void {
  if (name !== "Deno" || !(error instanceof Error)) return;
  const { message, stack } = error;
  const bare = message.replace(/(?<=Invalid URL): '.*'/s, "");
  if (bare === message) return;
  error.message = bare;
  if (stack !== undefined) error.stack = stack.replace(message, bare);
}

/** Pre-shared keys, and keys in other hands. */
const openSslAlone = [
  "tlsOpts.pskCallback",
  "tlsOpts.clientCertEngine",
  "tlsOpts.privateKeyEngine",
  "tlsOpts.privateKeyIdentifier",
];

const undoneBy: Readonly<Record<typeof name, readonly string[]>> = {
  Node: [],
  // BoringSSL chooses among the ciphers of TLS 1.3 by itself.
  Bun: ["tlsOpts.ciphers", ...openSslAlone],
  // rustls chooses all these by itself; and of a session and revoked certificates Deno does not tell it.
  Deno: [
    "tlsOpts.ciphers",
    "tlsOpts.ecdhCurve",
    "tlsOpts.sigalgs",
    "tlsOpts.secureOptions",
    "tlsOpts.session",
    "tlsOpts.crl",
    ...openSslAlone,
  ],
};

/** Paths of the options without effect here; all of them guard the connection. */
export const undone: readonly string[] = undoneBy[name];

const warned: WeakMap<object, Set<string>> = new WeakMap();

/** An observer: a client says once of each of them that it has been given it in vain. */
export function warnOfUndone(client: object, type: ObservedType): void {
  if (type !== "attempt") return;
  const told = warned.get(client) ?? new Set();
  warned.set(client, told);
  for (const option of info(client as AnyClient).ignoredOptions) {
    if (!undone.includes(option) || told.has(option)) continue;
    told.add(option);
    nodeRuntime.warn(`gundam: ${name} ignores ${option}: the connection is not guarded by it`);
  }
}
