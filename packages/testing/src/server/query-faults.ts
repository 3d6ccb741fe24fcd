// Faults that one request asks for in its own url, so that a page needs no control channel. The table is the document.

import { STATUS_CODES } from "node:http";
import type { Behaviour, Drop } from "./behaviour.ts";
import { FLOOD_LIMIT, floodProblem, floodSize } from "./flood.ts";
import { HandshakeError } from "./handshake.ts";
import { readHeaders, token } from "./headers.ts";

interface QueryFault {
  /** As written in the url. */
  readonly usage: string;
  /** In plain words. */
  readonly effect: string;
  readonly read: (value: string, all: URLSearchParams) => Partial<Behaviour>;
}

const table: Readonly<Record<string, QueryFault>> = {
  refuse: {
    usage: "refuse=503 [&header=Retry-After:5]… [&body=busy]",
    effect: "refuses the upgrade with a status, headers and a body",
    read: (value, all) => ({ upgrade: readRefusal(value, all) }),
  },
  stall: {
    usage: "stall",
    effect: "never answers the upgrade",
    read: () => ({ upgrade: { kind: "stall" } }),
  },
  garbage: {
    usage: "garbage",
    effect: "answers the upgrade with bytes that are not HTTP",
    read: () => ({ upgrade: { kind: "garbage" } }),
  },
  "drop-at-upgrade": {
    usage: "drop-at-upgrade=fin|rst",
    effect: "ends TCP in the middle of the 101",
    read: (value) => ({ upgrade: { kind: "drop", how: readDrop("drop-at-upgrade", value) } }),
  },
  "wrong-accept": {
    usage: "wrong-accept",
    effect: "answers 101 with the Sec-WebSocket-Accept of another key",
    read: () => ({ upgrade: { kind: "wrong-accept" } }),
  },
  protocol: {
    usage: "protocol=first|none|wrong|NAME",
    effect: "answers this subprotocol, whatever the client offered",
    read: (value) => ({ protocol: readProtocol(value) }),
  },
  close: {
    usage: "close=4001 [&reason=bye]",
    effect: "sends Close once open",
    read: (value, all) => ({
      opened: { kind: "close", code: readNumber("close", value, 0, 65_535), reason: all.get("reason") ?? "" },
    }),
  },
  drop: {
    usage: "drop=fin|rst",
    effect: "ends TCP once open, without Close",
    read: (value) => ({ opened: { kind: "drop", how: readDrop("drop", value) } }),
  },
  silent: {
    usage: "silent",
    effect: "reads and writes nothing once open, while TCP stays up",
    read: () => ({ opened: { kind: "silence" } }),
  },
  push: {
    usage: "push=hello [&count=1000]",
    effect: "sends a message, or many numbered ones, once open",
    read: (value, all) => ({ opened: readFlood(value, all) }),
  },
  after: {
    usage: "after=500",
    effect: "does close, drop, silent or push this many ms after the 101",
    read: (value) => ({ delay: readNumber("after", value, 0, 3_600_000) }),
  },
  mute: {
    usage: "mute",
    effect: "reads messages without echoing them",
    read: () => ({ echo: false }),
  },
  "ignore-pings": {
    usage: "ignore-pings",
    effect: "answers no ping",
    read: () => ({ pong: false }),
  },
  "ignore-close": {
    usage: "ignore-close",
    effect: "does not answer the client's Close; TCP stays up",
    read: () => ({ closing: "ignore" }),
  },
  "keep-tcp": {
    usage: "keep-tcp",
    effect: "answers the client's Close, but never ends TCP",
    read: () => ({ closing: "keep-tcp" }),
  },
  slow: {
    usage: "slow=1000",
    effect: "sends this many bytes a second at most",
    read: (value) => ({ bytesPerSecond: readNumber("slow", value, 1, 1_000_000_000) }),
  },
};

/** What a request can ask for in its url: `usage` as written after `?`, `effect` in plain words. */
export const queryFaults: readonly {
  readonly name: string;
  readonly usage: string;
  readonly effect: string;
}[] = Object.entries(table).map(([name, { usage, effect }]) => ({ name, usage, effect }));

/**
 * The changes of behaviour a url asks for. Names that are not in the table are the application's own and are left alone.
 * Throws `HandshakeError` (400) for a value that cannot work.
 */
export function readQueryFaults(url: string): Partial<Behaviour> {
  const mark = url.indexOf("?");
  const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark));
  const changes: Partial<Behaviour>[] = [];
  for (const [name, value] of query) {
    if (Object.hasOwn(table, name)) changes.push(table[name]!.read(value, query));
  }
  return Object.assign({}, ...changes);
}

/** The answer to a plain HTTP request: what this server is, and the table. */
export function describeServer(): string {
  const width = Math.max(...queryFaults.map(({ usage }) => usage.length));
  const rows = queryFaults.map(({ usage, effect }) => `  ?${usage.padEnd(width)}  ${effect}`);
  return `${["Gundam's echo server speaks WebSocket only. Its faults, by query:", ...rows].join("\n")}\n`;
}

function readRefusal(value: string, all: URLSearchParams): Behaviour["upgrade"] {
  const status = readNumber("refuse", value, 200, 599);
  const headers = readHeaders(all.getAll("header"));
  if (headers === undefined) throw new HandshakeError(400, "header must be Name:value");
  const framing = Object.keys(headers).find((name) => framingFields.test(name));
  if (framing !== undefined)
    throw new HandshakeError(400, `header must not be ${framing}, which frames the answer`);
  return { kind: "refuse", status, headers, body: all.get("body") ?? STATUS_CODES[status] ?? "" };
}

/** With these a url could have the body pass for the next response (RFC 9112 §11.1). */
const framingFields = /^(connection|content-length|transfer-encoding|upgrade)$/i;

function readProtocol(value: string): string {
  if (token.test(value)) return value;
  throw new HandshakeError(400, `protocol must be a token (RFC 9110 §5.6.2), not ${JSON.stringify(value)}`);
}

function readFlood(message: string, all: URLSearchParams): Behaviour["opened"] {
  const count = readNumber("count", all.get("count") ?? "1", 1, FLOOD_LIMIT);
  const problem = floodProblem(floodSize(count, message), []);
  if (problem !== undefined) throw new HandshakeError(400, `push ${problem}`);
  return { kind: "send", message, count };
}

function readDrop(name: string, value: string): Drop {
  if (value === "" || value === "fin") return "fin";
  if (value === "rst") return "rst";
  throw new HandshakeError(400, `${name} must be fin or rst, not ${JSON.stringify(value)}`);
}

function readNumber(name: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (value !== "" && Number.isInteger(number) && number >= least && number <= most) return number;
  throw new HandshakeError(
    400,
    `${name} must be an integer from ${least} to ${most}, not ${JSON.stringify(value)}`,
  );
}
