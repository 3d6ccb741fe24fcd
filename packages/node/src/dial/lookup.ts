// The lookup phase. `net.connect` asks for the addresses by itself: here is the lookup function it is given.

import dns, { type LookupAddress, type LookupOptions } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { ConnectError, type Failure, printable } from "@gundam/core";
import type { TcpOpts } from "../node-options.ts";
import type { Endpoint } from "./endpoint.ts";
import { fileLimits, reachedFileLimit } from "./file-limits.ts";
import { causeOf, codeOf, type PhaseEnd, type Release } from "./phase.ts";

type Answer = Parameters<LookupFunction>[2];

/** The lookups in flight, and who waits for each. */
const flights = new Map<string, Set<Answer>>();

/**
 * Asks the operating system, or joins the question when it is already being asked: a lookup cannot be cancelled and
 * holds one of the four threads of libuv's pool, which attempt after attempt would use up. Returns how to stop waiting.
 */
export function joinLookup(hostname: string, options: LookupOptions, answer: Answer): () => void {
  const question = `${hostname} ${options.family} ${options.hints} ${options.all}`;
  const waiting = flights.get(question) ?? startFlight(question, hostname, options);
  waiting.add(answer);
  return () => waiting.delete(answer);
}

function startFlight(question: string, hostname: string, options: LookupOptions): Set<Answer> {
  const waiting = new Set<Answer>();
  dns.lookup(hostname, options, (error, address, family) => {
    flights.delete(question);
    for (const tell of waiting) tell(error, address, family);
  });
  flights.set(question, waiting);
  return waiting;
}

/** Asks the user's own `lookup`, of which all that goes wrong is an answer. */
export function askOwnLookup(
  lookup: LookupFunction,
  hostname: string,
  options: LookupOptions,
  answer: Answer,
): () => void {
  let waiting = true;
  try {
    lookup(hostname, options, (error, address, family) => {
      if (!waiting) return;
      waiting = false;
      const found = error ? [] : addressesOf(address);
      // `net.connect` throws over what is no list of addresses: in the user's hands, where nobody may catch it.
      if (found.length === 0)
        answer(error ?? new Error("tcpOpts.lookup gave no IP address"), address, family);
      else if (options.all) answer(null, found);
      else answer(null, found[0]!.address, found[0]!.family);
    });
  } catch (thrown) {
    waiting = false;
    process.nextTick(answer, thrown);
  }
  return () => {
    waiting = false;
  };
}

/** A lookup written before Happy Eyeballs ignores `all` and answers with one address. */
function addressesOf(answer: unknown): LookupAddress[] {
  const addresses = Array.isArray(answer) ? answer.map((entry) => entry?.address) : [answer];
  return addresses
    .filter((address) => typeof address === "string")
    .map((address) => ({ address, family: isIP(address) }))
    .filter(({ family }) => family !== 0);
}

/**
 * The lookup phase by itself, for who tells a proxy the address. It is one address, for there is no Happy Eyeballs at a
 * proxy: an IPv4 one if there is any.
 */
export function lookUp(endpoint: Endpoint, { lookup, family = 0 }: TcpOpts, end: PhaseEnd<string>): Release {
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
    : joinLookup(endpoint.host, options, answer);
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
