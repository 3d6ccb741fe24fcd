// Every fault by name, as a table that a page can draw as buttons, a command line can read and a test can call. Names are
// the server's methods in kebab case; arguments mean the same wherever they occur.

import { OptionError } from "@gundam/core";
import type { Drop } from "./behaviour.ts";
import type { EchoServer } from "./echo-server.ts";
import { FLOOD_LIMIT } from "./flood.ts";
import { type BadFrame, badFrames, fragments } from "./frames.ts";
import { type Headers, readHeaders } from "./headers.ts";

/** The arguments of all faults; which ones a fault takes stands in `faults`. Integers may also come as digits in a string. */
export interface FaultArgs {
  /** A close code, 0 to 65535; default 1000. */
  readonly code?: number | undefined;
  /** A close reason; default "". */
  readonly reason?: string | undefined;
  /** How TCP ends; default `"fin"`. */
  readonly how?: Drop | undefined;
  /** An HTTP status. */
  readonly status?: number | undefined;
  /** Also as lines `Name: value`, separated by `|` or line ends. */
  readonly headers?: Headers | string | undefined;
  /** The body of a response; default: the status in words. */
  readonly body?: string | undefined;
  /** For how many connections it holds; default: until `behave`. */
  readonly times?: number | undefined;
  /** How long, in ms. */
  readonly ms?: number | undefined;
  /** How many messages. */
  readonly count?: number | undefined;
  /** The text of a message. */
  readonly message?: string | undefined;
  /** What is sent at most. */
  readonly bytesPerSecond?: number | undefined;
  /** The subprotocol that is answered. */
  readonly protocol?: string | undefined;
  /** Which frame that breaks the rules: one of `badFrames`. */
  readonly frame?: BadFrame | undefined;
}

/** A fault to apply: its name in `faults`, and its arguments. */
export interface Fault extends FaultArgs {
  /** Its name in `faults`, such as `"refuse"`. */
  readonly name: string;
}

/** What an argument may be, for a form to draw and `applyFault` to check. */
export interface FaultArg {
  /** Its name in `FaultArgs`. */
  readonly name: keyof FaultArgs;
  /** What kind of value it takes, for a form to draw. */
  readonly type: "integer" | "text" | "choice" | "headers";
  /** In plain words. */
  readonly label: string;
  /** Of an integer. */
  readonly least?: number;
  /** Of an integer; of a text, how many characters, `TEXT_LIMIT` unless it says otherwise. */
  readonly most?: number;
  /** Of a choice. */
  readonly choices?: readonly string[];
  /** What it is when left out; without a default it is required, unless optional. */
  readonly default?: number | string;
  /** It may be left out, and has no default. */
  readonly optional?: true;
}

/** A fault as plain data: what a form, a command line or a test needs to know of it. */
export interface FaultDescription {
  /** What it is called by: a method of the server's in kebab case. */
  readonly name: string;
  /** In plain words. */
  readonly label: string;
  /** To whom: everybody connected, those who connect from now on, both, or the server as a whole. */
  readonly scope: "live" | "next" | "both" | "server";
  /** The arguments that it takes, in the order in which they are typed. */
  readonly args: readonly FaultArg[];
}

interface Row extends FaultDescription {
  readonly apply: (server: EchoServer, args: CheckedArgs) => void | Promise<void>;
}

/** A row's own arguments after the check: defaults filled in, required ones there. */
interface CheckedArgs {
  readonly code: number;
  readonly reason: string;
  readonly how: Drop;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string | undefined;
  readonly times: number | undefined;
  readonly ms: number | undefined;
  readonly count: number;
  readonly message: string;
  readonly bytesPerSecond: number;
  readonly protocol: string;
  readonly frame: BadFrame;
}

/** Characters. */
const TEXT_LIMIT = 1_000_000;

const code: FaultArg = {
  name: "code",
  type: "integer",
  label: "close code",
  least: 0,
  most: 65_535,
  default: 1000,
};
const reason: FaultArg = { name: "reason", type: "text", label: "close reason", default: "" };
const how: FaultArg = {
  name: "how",
  type: "choice",
  label: "how TCP ends",
  choices: ["fin", "rst"],
  default: "fin",
};
const times: FaultArg = {
  name: "times",
  type: "integer",
  label: "for the next … connections only",
  least: 1,
  most: 1_000_000,
  optional: true,
};
const ms: FaultArg = {
  name: "ms",
  type: "integer",
  label: "milliseconds",
  least: 0,
  most: 3_600_000,
  optional: true,
};

const rows: readonly Row[] = [
  {
    name: "behave",
    label: "End every fault",
    scope: "server",
    args: [],
    apply: (server) => server.behave(),
  },
  {
    name: "push",
    label: "Send a message",
    scope: "live",
    args: [{ name: "message", type: "text", label: "message", default: "hello" }],
    apply: (server, { message }) => server.push(message),
  },
  {
    name: "flood",
    label: "Send many messages at once",
    scope: "live",
    args: [
      { name: "count", type: "integer", label: "messages", least: 1, most: FLOOD_LIMIT, default: 1000 },
      { name: "message", type: "text", label: "message", default: "message" },
    ],
    apply: (server, { count, message }) => server.flood(count, message),
  },
  {
    name: "fragments",
    label: "Send a message in frames of one character",
    scope: "live",
    args: [{ name: "message", type: "text", label: "message", most: 10_000, default: "hello" }],
    apply: (server, { message }) => server.sendRaw(fragments(...message)),
  },
  {
    name: "ping",
    label: "Ping",
    scope: "live",
    args: [],
    apply: (server) => server.ping(),
  },
  {
    name: "close",
    label: "Close with a code and a reason",
    scope: "live",
    args: [code, reason],
    apply: (server, { code, reason }) => server.closeAll(code, reason),
  },
  {
    name: "close-without-code",
    label: "Close without a code",
    scope: "live",
    args: [],
    apply: (server) => server.closeAll(),
  },
  {
    name: "close-without-fin",
    label: "Close with a code, but keep TCP up",
    scope: "live",
    args: [code, reason],
    apply: (server, { code, reason }) => server.closeAllWithoutFin(code, reason),
  },
  {
    name: "drop",
    label: "Drop the connections without Close",
    scope: "live",
    args: [how],
    apply: (server, { how }) => server.drop(how),
  },
  {
    name: "silence",
    label: "Go silent: read and send nothing, keep TCP up",
    scope: "live",
    args: [],
    apply: (server) => server.silence(),
  },
  {
    name: "speak",
    label: "End the silence",
    scope: "live",
    args: [],
    apply: (server) => server.speak(),
  },
  {
    name: "stop-reading",
    label: "Stop reading, so that the client's messages pile up",
    scope: "live",
    args: [],
    apply: (server) => server.stopReading(),
  },
  {
    name: "resume-reading",
    label: "Read again",
    scope: "live",
    args: [],
    apply: (server) => server.resumeReading(),
  },
  {
    name: "bad-frame",
    label: "Send a frame that breaks the protocol",
    scope: "live",
    args: [
      {
        name: "frame",
        type: "choice",
        label: "what is wrong with it",
        choices: Object.keys(badFrames),
        default: "reserved-opcode",
      },
    ],
    apply: (server, { frame }) => server.sendRaw(badFrames[frame]),
  },
  {
    name: "slow",
    label: "Send slowly",
    scope: "both",
    args: [
      {
        name: "bytesPerSecond",
        type: "integer",
        label: "bytes per second",
        least: 1,
        most: 1_000_000_000,
        default: 1000,
      },
    ],
    apply: (server, { bytesPerSecond }) => server.slow(bytesPerSecond),
  },
  {
    name: "limit-rate",
    label: "Close with 1008 whoever sends faster",
    scope: "both",
    args: [
      { name: "count", type: "integer", label: "messages", least: 1, most: 1_000_000, default: 10 },
      {
        name: "ms",
        type: "integer",
        label: "in any … milliseconds",
        least: 1,
        most: 3_600_000,
        default: 1000,
      },
    ],
    apply: (server, { count, ms }) => server.limitRate(count, ms!),
  },
  {
    name: "mute",
    label: "Echo nothing, but answer pings",
    scope: "both",
    args: [],
    apply: (server) => server.mute(),
  },
  {
    name: "ignore-pings",
    label: "Answer no ping, but echo",
    scope: "both",
    args: [],
    apply: (server) => server.ignorePings(),
  },
  {
    name: "ignore-close",
    label: "Do not answer the client's Close",
    scope: "both",
    args: [],
    apply: (server) => server.ignoreClose(),
  },
  {
    name: "keep-tcp",
    label: "Answer the client's Close, but keep TCP up",
    scope: "both",
    args: [],
    apply: (server) => server.keepTcp(),
  },
  {
    name: "stall-at-accept",
    label: "Accept TCP and say nothing, neither TLS nor HTTP",
    scope: "next",
    args: [times],
    apply: (server, { times }) => server.stallAtAccept({ times }),
  },
  {
    name: "drop-at-accept",
    label: "Accept TCP and drop it at once",
    scope: "next",
    args: [how, times],
    apply: (server, { how, times }) => server.dropAtAccept(how, { times }),
  },
  {
    name: "refuse",
    label: "Refuse the upgrade with an HTTP status",
    scope: "next",
    args: [
      { name: "status", type: "integer", label: "HTTP status", least: 200, most: 599, default: 503 },
      times,
      { name: "headers", type: "headers", label: "headers, e.g. Retry-After: 5", optional: true },
      { name: "body", type: "text", label: "body", optional: true },
    ],
    apply: (server, { status, headers, body, times }) => server.refuse(status, { headers, body, times }),
  },
  {
    name: "stall-at-upgrade",
    label: "Never answer the upgrade",
    scope: "next",
    args: [times],
    apply: (server, { times }) => server.stallAtUpgrade({ times }),
  },
  {
    name: "garbage-at-upgrade",
    label: "Answer the upgrade with garbage",
    scope: "next",
    args: [times],
    apply: (server, { times }) => server.garbageAtUpgrade({ times }),
  },
  {
    name: "drop-at-upgrade",
    label: "Drop in the middle of the upgrade",
    scope: "next",
    args: [how, times],
    apply: (server, { how, times }) => server.dropAtUpgrade(how, { times }),
  },
  {
    name: "wrong-accept-at-upgrade",
    label: "Answer the upgrade with a wrong Sec-WebSocket-Accept",
    scope: "next",
    args: [times],
    apply: (server, { times }) => server.wrongAcceptAtUpgrade({ times }),
  },
  {
    name: "select-protocol",
    label: "Answer a subprotocol whatever was offered",
    scope: "next",
    args: [
      { name: "protocol", type: "text", label: "first, none, wrong, or a name", default: "wrong" },
      times,
    ],
    apply: (server, { protocol, times }) => server.selectProtocol(protocol, { times }),
  },
  {
    name: "close-at-open",
    label: "Close right after the opening handshake",
    scope: "next",
    args: [code, times, reason],
    apply: (server, { code, reason, times }) => server.closeAtOpen(code, reason, { times }),
  },
  {
    name: "drop-at-open",
    label: "Drop right after the opening handshake",
    scope: "next",
    args: [how, times],
    apply: (server, { how, times }) => server.dropAtOpen(how, { times }),
  },
  {
    name: "silence-at-open",
    label: "Go silent right after the opening handshake",
    scope: "next",
    args: [times],
    apply: (server, { times }) => server.silenceAtOpen({ times }),
  },
  {
    name: "away",
    label: "Go away: stop listening and drop all, for a time or until back",
    scope: "server",
    args: [ms],
    apply: goAway,
  },
  {
    name: "back",
    label: "Come back on the same port",
    scope: "server",
    args: [],
    apply: (server) => server.comeBack(),
  },
  {
    name: "restart",
    label: "Restart: close all with 1012 and come back",
    scope: "server",
    args: [{ ...ms, label: "milliseconds away", default: 0 }],
    apply: (server, { ms }) => ignoringReturn(server.restart(ms)),
  },
];

const rowsByName: ReadonlyMap<string, Row> = new Map(rows.map((row) => [row.name, row]));

/** Every fault and its arguments, as plain data. */
export const faults: readonly FaultDescription[] = rows.map(({ apply: _, ...description }) => description);

/**
 * Applies a fault by name. Resolves when it has taken effect (`away` and `restart`: when the server has gone; it returns
 * by itself). Rejects with `OptionError` for a name that is not in `faults` or arguments it cannot work with.
 *
 * @example await applyFault(server, { name: "refuse", status: 503, headers: { "Retry-After": "5" }, times: 2 })
 */
export async function applyFault(server: EchoServer, fault: Fault): Promise<void> {
  const row = rowOf(fault.name);
  await row.apply(server, checkArgs(row, fault));
}

/**
 * Reads a fault as typed: `refuse 503`, `away 3000`, `close 4001 see you`, `refuse 503 headers=Retry-After:5`.
 * Arguments stand in the order of `faults`, or as `name=value`; a text that stands last takes the rest of the line.
 * Throws `OptionError` for a fault that is not in `faults` or words too many; values are checked by `applyFault`.
 *
 * @example
 * readFault("close 4001 see you"); // → { name: "close", code: "4001", reason: "see you" }
 */
export function readFault(line: string): Fault {
  const [name = "", ...words] = line.trim().split(/\s+/);
  const row = rowOf(name);
  const last = row.args.at(-1);
  const open = [...row.args];
  const args: Record<string, string> = {};
  while (words.length > 0) {
    const word = words.shift()!;
    const named = open.find((arg) => word.startsWith(`${arg.name}=`));
    const arg = named ?? open[0];
    if (arg === undefined) {
      throw new OptionError(name, line, `takes no ${JSON.stringify(word)}: ${usageOf(row)}`);
    }
    open.splice(open.indexOf(arg), 1);
    const rest = arg === last && arg.type === "text" ? words.splice(0) : [];
    const value = named === undefined ? word : word.slice(named.name.length + 1);
    args[arg.name] = [value, ...rest].join(" ");
  }
  return { name, ...args };
}

/**
 * A fault's name and arguments as they are typed; those in brackets may be left out.
 *
 * @example
 * const refuse = faults.find(({ name }) => name === "refuse")!;
 * console.log(usageOf(refuse));
 */
export function usageOf({ name, args }: FaultDescription): string {
  const words = args.map((arg) => {
    const word =
      arg.choices === undefined || arg.choices.length > 3 ? arg.name.toUpperCase() : arg.choices.join("|");
    return isRequired(arg) ? word : `[${word}]`;
  });
  return [name, ...words].join(" ");
}

function goAway(server: EchoServer, { ms }: CheckedArgs): void {
  if (ms === undefined) server.goAway();
  else ignoringReturn(server.goAwayFor(ms));
}

/** The return is the server's business: a failure is told by its event `stayedAway`. */
function ignoringReturn(returning: Promise<void>): void {
  returning.catch(() => {});
}

function rowOf(name: string): Row {
  const row = rowsByName.get(name);
  if (row !== undefined) return row;
  const names = [...rowsByName.keys()].join(", ");
  throw new OptionError("name", name, `${JSON.stringify(name)} is no fault; the faults are ${names}`);
}

function checkArgs(row: Row, { name: _, ...given }: Fault): CheckedArgs {
  for (const name of Object.keys(given)) {
    if (!row.args.some((arg) => arg.name === name)) {
      throw new OptionError(`${row.name}.${name}`, given, `is no argument; usage: ${usageOf(row)}`);
    }
  }
  const checked = row.args.map((arg) => [arg.name, checkArg(row, arg, given[arg.name])]);
  return Object.fromEntries(checked) as CheckedArgs;
}

function checkArg(row: Row, arg: FaultArg, given: unknown): unknown {
  // A form's empty field is an argument left out; only a text can be meant to be empty.
  const isLeftOut = given === undefined || given === null || (given === "" && arg.type !== "text");
  const value = isLeftOut ? arg.default : given;
  if (value === undefined && !isRequired(arg)) return arg.type === "headers" ? {} : undefined;
  const fail = (problem: string): never => {
    throw new OptionError(
      `${row.name}.${arg.name}`,
      given,
      `must be ${problem}, not ${JSON.stringify(given)}`,
    );
  };
  if (arg.type === "integer") return checkInteger(arg, value, fail);
  if (arg.type === "headers") return checkHeaders(value, fail);
  if (typeof value !== "string") return fail("a string");
  const { most = TEXT_LIMIT } = arg;
  if (value.length > most) {
    const problem = `must be at most ${most} characters long, not ${value.length}`;
    throw new OptionError(`${row.name}.${arg.name}`, given, problem);
  }
  if (arg.type === "choice" && !arg.choices?.includes(value))
    return fail(`one of ${arg.choices?.join(", ")}`);
  return value;
}

function checkInteger(
  { least = 0, most = Number.MAX_SAFE_INTEGER }: FaultArg,
  value: unknown,
  fail: Fail,
): number {
  const number = typeof value === "string" ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= least && number <= most)
    return number;
  return fail(`an integer from ${least} to ${most}`);
}

function checkHeaders(value: unknown, fail: Fail): Headers {
  const lines = typeof value === "string" ? value.split(/[|\n]/) : linesOf(value);
  return readHeaders(lines.filter((line) => line.trim() !== "")) ?? fail("headers, each `Name: value`");
}

function linesOf(headers: unknown): string[] {
  return Object.entries(headers as Headers).flatMap(([name, value]) =>
    [value].flat().map((one) => `${name}: ${one}`),
  );
}

type Fail = (problem: string) => never;

function isRequired(arg: FaultArg): boolean {
  return arg.default === undefined && arg.optional === undefined;
}
