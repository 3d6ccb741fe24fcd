// The real server's faults by name (../server/faults.ts), done by the server in the page. A test holds the names, whom they
// strike and their arguments to the real ones.

import { OptionError } from "@gundam/core";
import type { Drop } from "../server/behaviour.ts";
import type { FaultArgs, FaultDescription } from "../server/faults.ts";
import { FLOOD_LIMIT, floodProblem, floodSize } from "../server/flood.ts";
import type { InPageServer } from "./in-page-server.ts";

/** A fault by name, with its arguments; integers may come as digits in a string. */
export interface InPageFault {
  /** Its name in `inPageFaults`, such as `"refuse"`. */
  readonly name: string;
  readonly [argument: string]: unknown;
}

type ArgName = keyof FaultArgs;

interface Row {
  readonly scope: FaultDescription["scope"];
  readonly args: readonly ArgName[];
  readonly apply: (server: InPageServer, args: Arguments) => void;
}

const faults: Readonly<Record<string, Row>> = {
  behave: row("server", [], (server) => server.behave()),
  push: row("live", ["message"], (server, args) => server.push(args.text("message", "hello"))),
  flood: row("live", ["count", "message"], (server, args) => {
    const count = args.integer("count", 1, FLOOD_LIMIT, 1000);
    const message = args.text("message", "message");
    const problem = floodProblem(floodSize(count, message), []);
    if (problem !== undefined) throw new OptionError("flood.count", count, problem);
    server.flood(count, message);
  }),
  fragments: row("live", ["message"], (server, args) => server.push(args.text("message", "hello"))),
  // Browsers answer pings by themselves, and tell nobody.
  ping: row("live", [], () => {}),
  close: row("live", ["code", "reason"], (server, args) =>
    server.closeAll(args.code(), args.text("reason", "")),
  ),
  "close-without-code": row("live", [], (server) => server.closeAll(undefined, "")),
  "close-without-fin": row("live", ["code", "reason"], (server, args) =>
    server.closeAllWithoutFin(args.code(), args.text("reason", "")),
  ),
  drop: row("live", ["how"], (server, args) => server.drop(args.drop())),
  silence: row("live", [], (server) => server.silence()),
  speak: row("live", [], (server) => server.speak()),
  "stop-reading": row("live", [], (server) => server.stopReading()),
  "resume-reading": row("live", [], (server) => server.resumeReading()),
  "bad-frame": row("live", ["frame"], (server) => server.breakProtocol()),
  slow: row("both", ["bytesPerSecond"], (server, args) =>
    server.slow(args.integer("bytesPerSecond", 1, 1_000_000_000, 1000)),
  ),
  "limit-rate": row("both", ["count", "ms"], (server, args) =>
    server.limitRate(args.integer("count", 1, 1_000_000, 10), args.integer("ms", 1, 3_600_000, 1000)),
  ),
  mute: row("both", [], (server) => server.mute()),
  "ignore-pings": row("both", [], () => {}),
  "ignore-close": row("both", [], (server) => server.setClosing("ignore")),
  "keep-tcp": row("both", [], (server) => server.setClosing("keep-tcp")),
  "stall-at-accept": row("next", ["times"], (server, args) =>
    server.spoil({ accept: { kind: "stall" } }, args.times()),
  ),
  "drop-at-accept": row("next", ["how", "times"], (server, args) =>
    server.spoil({ accept: { kind: "drop", how: args.drop() } }, args.times()),
  ),
  refuse: row("next", ["status", "times", "headers", "body"], (server, args) =>
    server.spoil(
      { upgrade: { kind: "refuse", status: args.integer("status", 200, 599, 503), headers: {}, body: "" } },
      args.times(),
    ),
  ),
  "stall-at-upgrade": row("next", ["times"], (server, args) =>
    server.spoil({ upgrade: { kind: "stall" } }, args.times()),
  ),
  "garbage-at-upgrade": row("next", ["times"], (server, args) =>
    server.spoil({ upgrade: { kind: "garbage" } }, args.times()),
  ),
  "drop-at-upgrade": row("next", ["how", "times"], (server, args) =>
    server.spoil({ upgrade: { kind: "drop", how: args.drop() } }, args.times()),
  ),
  "wrong-accept-at-upgrade": row("next", ["times"], (server, args) =>
    server.spoil({ upgrade: { kind: "wrong-accept" } }, args.times()),
  ),
  "select-protocol": row("next", ["protocol", "times"], (server, args) =>
    server.spoil({ protocol: args.text("protocol", "wrong") }, args.times()),
  ),
  "close-at-open": row("next", ["code", "times", "reason"], (server, args) =>
    server.spoil(
      { opened: { kind: "close", code: args.code(), reason: args.text("reason", "") } },
      args.times(),
    ),
  ),
  "drop-at-open": row("next", ["how", "times"], (server, args) =>
    server.spoil({ opened: { kind: "drop", how: args.drop() } }, args.times()),
  ),
  "silence-at-open": row("next", ["times"], (server, args) =>
    server.spoil({ opened: { kind: "silence" } }, args.times()),
  ),
  away: row("server", ["ms"], (server, args) => server.goAway(args.ms(undefined))),
  back: row("server", [], (server) => server.comeBack()),
  restart: row("server", ["ms"], (server, args) => server.restart(args.ms(0)!)),
};

/** Every fault: its name, whom it strikes, and the names of its arguments. */
export const inPageFaults: readonly Pick<Row & { name: string }, "name" | "scope" | "args">[] =
  /* @__PURE__ */ Object.entries(faults).map(([name, { scope, args }]) => ({ name, scope, args }));

/**
 * Applies a fault by the name that it has at the real server. Throws an `OptionError` for what it cannot work with.
 *
 * @example
 * const { server } = virtualPage();
 * applyFault(server, { name: "refuse", times: 2 });
 */
export function applyFault(server: InPageServer, fault: InPageFault): void {
  const { name, ...given } = fault;
  const found = Object.hasOwn(faults, name) ? faults[name] : undefined;
  if (found === undefined) {
    const names = Object.keys(faults).join(", ");
    throw new OptionError("name", name, `${JSON.stringify(name)} is no fault; the faults are ${names}`);
  }
  const unknown = Object.keys(given).find((arg) => !found.args.some((known) => known === arg));
  if (unknown !== undefined) {
    const known = found.args.join(", ") || "none";
    throw new OptionError(
      `${name}.${unknown}`,
      given[unknown],
      `is no argument; the arguments are: ${known}`,
    );
  }
  found.apply(server, new Arguments(name, given));
}

/** The arguments of a fault, read and checked one by one. */
class Arguments {
  readonly #fault: string;
  readonly #given: Readonly<Record<string, unknown>>;

  constructor(fault: string, given: Readonly<Record<string, unknown>>) {
    this.#fault = fault;
    this.#given = given;
  }

  integer(name: ArgName, least: number, most: number, fallback: number): number {
    return this.#integer(name, least, most) ?? fallback;
  }

  code(): number {
    return this.integer("code", 0, 65_535, 1000);
  }

  times(): number | undefined {
    return this.#integer("times", 1, 1_000_000);
  }

  ms(fallback: number | undefined): number | undefined {
    return this.#integer("ms", 0, 3_600_000) ?? fallback;
  }

  text(name: ArgName, fallback: string): string {
    const value = this.#given[name] ?? fallback;
    return typeof value === "string" ? value : this.#fail(name, "a string");
  }

  drop(): Drop {
    const value = this.text("how", "fin");
    return value === "fin" || value === "rst" ? value : this.#fail("how", "one of fin, rst");
  }

  #integer(name: ArgName, least: number, most: number): number | undefined {
    const value = this.#given[name];
    if (value === undefined || value === "") return undefined;
    const number = typeof value === "string" ? Number(value) : value;
    if (Number.isInteger(number) && (number as number) >= least && (number as number) <= most)
      return number as number;
    return this.#fail(name, `an integer from ${least} to ${most}`);
  }

  #fail(name: ArgName, allowed: string): never {
    const value = this.#given[name];
    throw new OptionError(
      `${this.#fault}.${name}`,
      value,
      `must be ${allowed}, not ${JSON.stringify(value)}`,
    );
  }
}

function row(scope: Row["scope"], args: readonly ArgName[], apply: Row["apply"]): Row {
  return { scope, args, apply };
}
