// The lookup phase. `net.connect` asks for the addresses by itself: here is the lookup function it is given.

import dns, { type LookupAddress, type LookupOptions } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { attempted, ConnectError, type Failure, printable } from "@gundam/core";
import type { ResolvedNodeOptions } from "../node-options.ts";
import { nodeRuntime } from "../node-runtime.ts";
import type { Endpoint } from "./endpoint.ts";
import { fileLimits, reachedFileLimit } from "./file-limits.ts";
import { absorb, causeOf, codeOf, errorOf, type PhaseEnd, type Release } from "./phase.ts";

type Answer = Parameters<LookupFunction>[2];

/** A question that the operating system has yet to answer. */
interface Flight {
  /** The monotonic ms at which it was asked. */
  readonly since: number;
  readonly waiting: Set<Answer>;
}

/** The lookups in flight, the oldest first. */
const flights = new Map<string, readonly Flight[]>();
/** A lookup cannot be cancelled, and of its four threads libuv lends two to lookups: a third would wait for those. */
const mostFlights = 2;
/** How old a lookup may be to be joined, in ms: as long as glibc waits for one name server, resolv.conf(5). */
const oldestJoined = 5000;

/**
 * Asks the operating system, or joins the question when it is already being asked: attempt after attempt would use up
 * libuv's threads. One that is as old as `patience` is joined no more, for the name server that it was put to may be gone
 * with its network; unless there are two of them, of which the younger is joined. Returns how to stop waiting.
 */
export function joinLookup(
  hostname: string,
  options: LookupOptions,
  patience: number,
  answer: Answer,
): () => void {
  const question = `${hostname} ${options.family} ${options.hints} ${options.all}`;
  const inFlight = flights.get(question) ?? [];
  const youngest = inFlight.at(-1);
  // The timer whose attempt waited as long may have come early, by less than a ms.
  const isYoung = (flight: Flight) =>
    Math.ceil(nodeRuntime.now() - flight.since) < Math.min(patience, oldestJoined);
  const isJoined = youngest !== undefined && (isYoung(youngest) || inFlight.length === mostFlights);
  const { waiting } = isJoined ? youngest : startFlight(question, hostname, options);
  waiting.add(answer);
  return () => waiting.delete(answer);
}

function startFlight(question: string, hostname: string, options: LookupOptions): Flight {
  const flight: Flight = { since: nodeRuntime.now(), waiting: new Set() };
  dns.lookup(hostname, options, (error, address, family) => {
    const inFlight = flights.get(question)!;
    const others = inFlight.filter((other) => other !== flight);
    if (others.length > 0) flights.set(question, others);
    else flights.delete(question);
    // What one has found is an answer to all who ask; that it has failed says nothing of the others.
    for (const { waiting } of error ? [flight] : inFlight) {
      for (const tell of waiting) {
        waiting.delete(tell);
        tell(error, address, family);
      }
    }
  });
  flights.set(question, [...(flights.get(question) ?? []), flight]);
  return flight;
}

/** Asks the user's own `lookup`, of which all that goes wrong is an answer. */
export function askOwnLookup(
  lookup: LookupFunction,
  hostname: string,
  options: LookupOptions,
  answer: Answer,
): () => void {
  let waiting = true;
  const once = (tell: () => void) => {
    if (!waiting) return;
    waiting = false;
    tell();
  };
  const failed = (cause: unknown) => {
    once(() => process.nextTick(answer, errorOf(cause, "tcpOpts.lookup failed: "), ""));
  };
  const answered: Answer = (error, address) => {
    once(() => {
      // `net.connect` throws over what is no list of addresses: in the user's hands, where nobody may catch it.
      const found = error ? [] : addressesOf(address);
      if (error) answer(errorOf(error, "tcpOpts.lookup failed: "), "");
      else if (found.length === 0) answer(new Error("tcpOpts.lookup gave no IP address"), "");
      else if (options.all) answer(null, found);
      else answer(null, found[0]!.address, found[0]!.family);
    });
  };
  void attempted(() => lookup(hostname, options, answered) as unknown, absorb, absorb, failed);
  return () => {
    waiting = false;
  };
}

/** A lookup written before Happy Eyeballs ignores `all` and answers with one address. */
function addressesOf(answer: unknown): LookupAddress[] {
  try {
    const addresses = Array.isArray(answer) ? answer.map((entry) => entry?.address) : [answer];
    return addresses
      .filter((address) => typeof address === "string")
      .map((address) => ({ address, family: isIP(address) }))
      .filter(({ family }) => family !== 0);
  } catch {
    // What cannot be read holds no address.
    return [];
  }
}

/**
 * The lookup phase by itself, for who tells a proxy the address. It is one address, for there is no Happy Eyeballs at a
 * proxy: an IPv4 one if there is any.
 */
export function lookUp(
  endpoint: Endpoint,
  { domainLookupTimeout, tcpOpts }: ResolvedNodeOptions,
  end: PhaseEnd<string>,
): Release {
  const { lookup, family = 0 } = tcpOpts;
  let waiting = true;
  const answer: Answer = (error, addresses) => {
    if (!waiting) return;
    if (error) return end.failed(lookupFailure(endpoint, error));
    const all = addresses as LookupAddress[];
    end.done((all.find(({ family }) => family === 4) ?? all[0]!).address);
  };
  const options = { family, hints: 0, all: true };
  const leave = lookup
    ? // It may answer at once, a phase does not.
      askOwnLookup(lookup, endpoint.host, options, (...given) => process.nextTick(answer, ...given))
    : joinLookup(endpoint.host, options, domainLookupTimeout, answer);
  return () => {
    waiting = false;
    leave();
  };
}

const advice: Readonly<Record<string, string>> = {
  ...fileLimits,
  ENOTFOUND: "there is no such host name; check SOURCE",
  EAI_AGAIN: "the name server did not answer; check the network",
};

export function lookupFailure({ host, source }: Endpoint, cause: unknown): Failure {
  const code = reachedFileLimit() ?? codeOf(cause);
  const what = (advice[code] ?? "check SOURCE and the name service").replace("SOURCE", source);
  const message = `could not look up ${printable(host)} (${code}): ${what}`;
  return {
    kind: "network",
    phase: "lookup",
    error: new ConnectError("lookup", message, { cause: causeOf(cause) }),
    byUs: false,
  };
}
