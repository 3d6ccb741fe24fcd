#!/usr/bin/env node
// The echo + fault server as a command: prints its url and what it sees, and takes faults, one a line, from stdin.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { OptionError, printable, redactUrl } from "@gundam/core";
import { type EchoServer, startEchoServer } from "./echo-server.ts";
import { applyFault, faults, readFault, usageOf } from "./faults.ts";
import type { EchoServerOptions } from "./options.ts";
import { queryFaults } from "./query-faults.ts";

const usage = `gundam-echo-server: a WebSocket echo server on loopback that misbehaves on request

Usage: gundam-echo-server [options]

  --port N          TCP port; 0, the default, takes any free one
  --host HOST       127.0.0.1 (default) or ::1
  --protocol NAME   a subprotocol it supports, may be repeated; default any
  --deflate         accepts permessage-deflate
  --allow-origin ORIGIN
                    lets pages of this origin connect, too, may be repeated; * for all; without it, pages on loopback
                    hosts and whoever is no page
  --tls-key FILE    with --tls-cert: speaks TLS (wss) with this key, PEM
  --tls-cert FILE   the certificate, PEM
  --quiet           prints its url only, not what it sees
  --help            prints this

While it runs, type a fault (help lists them), e.g. drop, refuse 503, close 4001 bye, away 3000; quit ends it.
`;

/** Longer messages are printed cut. */
const PRINTED_LENGTH = 60;

/** What the user got wrong on the command line. */
class UsageError extends Error {}

await main().catch((error: Error) => {
  process.stderr.write(`gundam-echo-server: ${explain(error)}\n`);
  process.exit(error instanceof UsageError || error instanceof OptionError ? 2 : 1);
});

async function main(): Promise<void> {
  const { isQuiet, isHelp, ...options } = readArguments();
  if (isHelp) {
    process.stdout.write(usage);
    return;
  }
  const server = await startEchoServer(options);
  print(server.url);
  if (!isQuiet) printEvents(server);
  server.on("stayedAway", (error) => print(`cannot come back: ${explain(error)}`));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => quit(server));
  // The end of stdin is not the end of the server: it may well run in the background.
  for await (const line of createInterface({ input: process.stdin })) await obey(server, line.trim());
}

function readArguments(): EchoServerOptions & { isQuiet: boolean; isHelp: boolean } {
  const values = parse();
  const key = values["tls-key"];
  const cert = values["tls-cert"];
  if ((key === undefined) !== (cert === undefined))
    throw new UsageError("--tls-key and --tls-cert go together");
  const tls = key === undefined || cert === undefined ? {} : { tls: { key: read(key), cert: read(cert) } };
  return {
    port: readPort(values.port),
    host: values.host,
    ...(values.protocol === undefined ? {} : { protocols: values.protocol }),
    perMessageDeflate: values.deflate,
    ...(values["allow-origin"] === undefined ? {} : { allowOrigins: values["allow-origin"] }),
    ...tls,
    isQuiet: values.quiet,
    isHelp: values.help,
  };
}

function parse() {
  try {
    return parseArgs({
      options: {
        port: { type: "string", default: "0" },
        host: { type: "string", default: "127.0.0.1" },
        protocol: { type: "string", multiple: true },
        deflate: { type: "boolean", default: false },
        "allow-origin": { type: "string", multiple: true },
        "tls-key": { type: "string" },
        "tls-cert": { type: "string" },
        quiet: { type: "boolean", default: false },
        help: { type: "boolean", default: false, short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port must be an integer from 0 to 65535, not ${JSON.stringify(text)}`);
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as Error).message}`);
  }
}

async function obey(server: EchoServer, line: string): Promise<void> {
  if (line === "") return;
  if (line === "quit" || line === "exit") return quit(server);
  if (line === "help") return print(help());
  try {
    await applyFault(server, readFault(line));
    print(`ok: ${line}`);
  } catch (error) {
    print(`${explain(error as Error)} (help lists the faults)`);
  }
}

async function quit(server: EchoServer): Promise<void> {
  await server.stop();
  process.exit(0);
}

function help(): string {
  const commands = faults.map((fault) => [usageOf(fault), fault.label] as const);
  const own = [
    ["help", "Print this"],
    ["quit", "End the server"],
  ] as const;
  const inUrl = queryFaults.map(({ usage, effect }) => [`?${usage}`, effect] as const);
  return [...columns([...commands, ...own]), "", "In a client's url:", ...columns(inUrl)].join("\n");
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

function printEvents(server: EchoServer): void {
  // Who connects is not to drive the terminal, nor to have its credentials in it.
  const tell = (line: string) => print(printable(line));
  server.on("upgradeRequested", ({ connection, url }) =>
    tell(`#${connection} asks to upgrade ${redactUrl(url)}`),
  );
  server.on("upgradeSpoiled", ({ connection, fault }) =>
    tell(
      `#${connection} is answered by a fault: ${fault.kind === "refuse" ? `HTTP ${fault.status}` : fault.kind}`,
    ),
  );
  server.on("opened", ({ id, protocol }) => tell(`#${id} open${protocol && `, subprotocol ${protocol}`}`));
  server.on("messageReceived", ({ connection, data }) => tell(`#${connection} sent ${show(data)}`));
  server.on("pingReceived", ({ connection }) => tell(`#${connection} sent a ping`));
  server.on("pongReceived", ({ connection }) => tell(`#${connection} sent a pong`));
  server.on("closeReceived", ({ connection, code, reason }) =>
    tell(`#${connection} sent Close ${code} ${show(reason)}`),
  );
  server.on("violated", ({ connection, error }) =>
    tell(`#${connection} broke the protocol: ${error.message}`),
  );
  server.on("disconnected", ({ connection }) => tell(`#${connection} is gone`));
  server.on("wentAway", () => tell("away: connecting is refused"));
  server.on("cameBack", ({ url }) => tell(`back: ${url}`));
}

function show(data: string | Buffer): string {
  if (typeof data !== "string") return `${data.length} bytes`;
  return JSON.stringify(data.length > PRINTED_LENGTH ? `${data.slice(0, PRINTED_LENGTH)}…` : data);
}

function explain(error: Error & NodeJS.ErrnoException & { address?: string; port?: number }): string {
  const at = `port ${error.port} on ${error.address}`;
  if (error.code === "EADDRINUSE") return `${at} is taken; choose another with --port, or 0 for any free one`;
  if (error.code === "EACCES") return `${at} needs more rights; choose one above 1023`;
  if (error instanceof UsageError) return `${error.message}\nTry --help.`;
  return error.message;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
