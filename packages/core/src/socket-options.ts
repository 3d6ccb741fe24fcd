// The options of platforms with sockets of their own, besides core's: request headers, keepalive, flow. Browsers never
// load them.

import { OptionError } from "./errors.ts";
import { type Vigilance, vigilanceOf, watchPeer } from "./keepalive.ts";
import { type DeclarationTable, flag, type Kind, positiveCount, positiveDuration } from "./option-checks.ts";
import {
  coreDeclarations,
  coreProviders,
  type HeaderFields,
  type Providers,
  type ResolvedOptions,
} from "./options.ts";
import type { HeadersLike } from "./structural.ts";

const headerSource: Kind = [
  "an object of header fields, a Headers or a function returning one",
  (value) =>
    (typeof value === "object" && value !== null && !Array.isArray(value)) || typeof value === "function",
];

/** Core's declarations, and those of what a socket of one's own can do. */
export const socketDeclarations: DeclarationTable = {
  ...coreDeclarations,
  headers: [headerSource, {}],
  wsOpts: {
    ...(coreDeclarations.wsOpts as DeclarationTable),
    keepalive: [positiveDuration, Infinity],
    keepaliveTolerance: [positiveDuration, 1],
    flow: [positiveCount, Infinity],
    receiveBuffer: {
      maxMessages: [positiveCount, 64],
      maxBytes: [positiveCount, 1024 * 1024],
    },
    silencePings: [flag, true],
  },
};

/**
 * The fields of what a headers option or function gives.
 *
 * @example
 * headerFields(new Headers({ Authorization: "Bearer x" })); // → { authorization: "Bearer x" }
 */
export function headerFields(source: HeaderFields | HeadersLike): HeaderFields {
  if (typeof source !== "object" || source === null) {
    throw new OptionError("headers", undefined, "must be an object of header fields or a Headers");
  }
  if (typeof source.forEach !== "function") return source as HeaderFields;
  const fields: Record<string, string> = {};
  (source as HeadersLike).forEach((value, name) => {
    fields[name] = value;
  });
  return fields;
}

/** What may be a function of the attempt on platforms with sockets of their own: core's, and `headers`. */
export const socketProviders: Providers = {
  // First, for the other functions are told of it.
  url: coreProviders.url,
  headers: (given) => headerFields(given as HeaderFields | HeadersLike),
  ...coreProviders,
};

/**
 * How a peer is watched: by pings, as `wsOpts.keepalive` asks for, by the heartbeat, or by both.
 *
 * @example
 * const withPings: Pick<Platform, "vigilanceOf"> = { vigilanceOf: socketVigilance };
 * console.log(withPings.vigilanceOf === socketVigilance);
 */
export function socketVigilance({ wsOpts }: ResolvedOptions): Vigilance | undefined {
  const { keepalive, keepaliveTolerance, heartbeat } = wsOpts;
  if (keepalive === Infinity) return heartbeat?.vigilance;
  const pings = watchPeer({ quiet: keepalive, patience: keepalive * keepaliveTolerance });
  return vigilanceOf(heartbeat === undefined ? [pings] : [pings, heartbeat.watch]);
}
