// What can be said on the command line, and the settings that it makes. Every option is declared here, with what it means:
// --help and the README's table come from the declarations. What is wrong is a `UsageError`, which repeats no secret.

import { readFileSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import { UsageError } from "./exit-codes.ts";
import { examples, exitCodeHelp } from "./help.ts";
import { readDelimiter, readDuration, readHeartbeat, readSize, readWhole } from "./values.ts";

export type BinaryOutput = "bytes" | "hex" | "base64";

/** Durations in ms, sizes in bytes; undefined: the option was not given. */
export interface Settings {
  readonly urls: readonly string[];
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly subprotocols: readonly string[];
  /** `"env"`: as the environment says. */
  readonly proxy: string | undefined;
  readonly unixSocket: string | undefined;
  readonly compress: boolean;
  readonly maxPayload: number | undefined;
  readonly maxRedirects: number | undefined;
  readonly tls: TlsSettings;
  readonly connectTimeout: number | undefined;
  readonly openTimeout: number | undefined;
  readonly retry: number | undefined;
  /** `Infinity`: no pings. */
  readonly keepalive: number | undefined;
  readonly heartbeat: { readonly message: string; readonly interval: number } | undefined;
  readonly isJson: boolean;
  readonly isBinary: boolean;
  readonly binaryOutput: BinaryOutput | undefined;
  readonly delimiter: string | undefined;
  readonly isWhole: boolean;
  readonly execute: readonly string[];
  readonly messages: number | undefined;
  readonly wait: number | undefined;
  readonly readsInput: boolean;
  readonly isTraced: boolean;
  readonly isExplained: boolean;
  readonly isQuiet: boolean;
  readonly isColored: boolean;
  readonly keepsHistory: boolean;
}

export interface TlsSettings {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly passphrase?: string;
  readonly rejectUnauthorized?: false;
  readonly servername?: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is asked for: a run, or only a text. */
export type Request = { readonly settings: Settings } | { readonly text: string };

interface Parsed {
  readonly header?: readonly string[];
  readonly subprotocol?: readonly string[];
  readonly origin?: string;
  readonly auth?: string;
  readonly authFile?: string;
  readonly proxy?: string;
  readonly unixSocket?: string;
  readonly compress?: true;
  readonly maxPayload?: number;
  readonly maxRedirects?: number;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  readonly passphraseFile?: string;
  readonly insecure?: true;
  readonly servername?: string;
  readonly connectTimeout?: number;
  readonly openTimeout?: number;
  /** False: --no-retry. */
  readonly retry?: number | false;
  readonly keepalive?: number;
  readonly heartbeat?: { readonly message: string; readonly interval: number };
  readonly json?: true;
  readonly binary?: true;
  readonly binaryOutput?: string;
  readonly delimiter?: string;
  readonly null?: true;
  readonly whole?: true;
  readonly execute?: readonly string[];
  readonly messages?: number;
  readonly wait?: number;
  readonly input: boolean;
  readonly trace?: true;
  readonly explain?: true;
  readonly quiet?: true;
  readonly color: boolean;
  readonly history: boolean;
}

const append = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** The declarations. `columns`: how wide the help may be. */
export function declare(columns: number): Command {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const command = new Command("gundam")
    .description("A WebSocket client for the terminal and for pipes that stays connected.")
    .usage("[options] <url…>")
    .argument(
      "[url…]",
      "ws:, wss:, http: or https:; several are addresses of one service, the preferred one first",
    )
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this")
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {}, getOutHelpWidth: () => columns });

  command.optionsGroup("Opening:");
  command
    .addOption(
      new Option(
        "-H, --header <field>",
        'a header field, "name: value", may be repeated; @file: one a line',
      ).argParser(append),
    )
    .addOption(
      new Option(
        "-s, --subprotocol <name>",
        "a subprotocol to offer, may be repeated, the most wanted first",
      ).argParser(append),
    )
    .option("-o, --origin <origin>", "the Origin header field, for servers that serve only their own pages")
    .addOption(
      new Option(
        "--auth <user:password>",
        "HTTP Basic; the shell's history and ps show it: GUNDAM_AUTH in the environment, or --auth-file, do not",
      ).conflicts("authFile"),
    )
    .option("--auth-file <file>", "a file that holds user:password")
    .option(
      "--proxy <url>",
      "http:, https:, socks5: or socks5h:, with user:password@ if it wants them; env: what HTTPS_PROXY, ALL_PROXY, NO_PROXY … say",
    )
    .option("--unix-socket <path>", "connect to this socket in place of the url's host and port")
    .option(
      "--max-redirects <n>",
      "follow as many redirects, at most 20 (default: 0)",
      readWhole("--max-redirects", 20),
    )
    .option("--compress", "offer permessage-deflate");

  command.optionsGroup("TLS:");
  command
    .option("--ca <file>", "trust these authorities, PEM, in place of those that Node knows")
    .option("--cert <file>", "the client's certificate, PEM")
    .option("--key <file>", "its key, PEM")
    .addOption(
      new Option(
        "--passphrase <text>",
        "of the key; GUNDAM_PASSPHRASE in the environment, or --passphrase-file, stay out of sight",
      ).conflicts("passphraseFile"),
    )
    .option("--passphrase-file <file>", "a file that holds it")
    .option("-k, --insecure", "connect whatever the server's certificate is: anybody may be answering")
    .option("--servername <name>", "the name to ask for (SNI), and to check the certificate against");

  command.optionsGroup("Staying connected:");
  command
    .option(
      "--retry <n>",
      "try again as often in a row, or forever (default: the first connection is tried once, one that was lost forever)",
      readWhole("--retry", Infinity, "forever"),
    )
    .option("--no-retry", "end when the connection is lost")
    .option("--connect-timeout <s>", "how long TCP and a proxy may take", readDuration("--connect-timeout"))
    .option(
      "--open-timeout <s>",
      "how long all of an attempt may take (default: 20)",
      readDuration("--open-timeout"),
    )
    .option(
      "--keepalive <s>",
      "ping when nothing came for so long; if nothing comes for as long again, the peer is dead; 0: no pings (default: 20)",
      readDuration("--keepalive", "0"),
    )
    .option(
      "--heartbeat <text,s>",
      "send this text when nothing came for so long, as servers want that have a ping of their own",
      readHeartbeat,
    );

  command.optionsGroup("Messages:");
  command
    .option("--json", "check what is sent; on a terminal, print what comes over several lines")
    .addOption(
      new Option(
        "--binary",
        "send binary messages; without --delimiter, --null or --whole stdin and stdout are streams of bytes, not lines",
      ).conflicts("json"),
    )
    .addOption(
      new Option(
        "--binary-output <form>",
        "how binary messages are printed (default: hex on a terminal, else bytes)",
      ).choices(["bytes", "hex", "base64"]),
    )
    .option(
      "-d, --delimiter <text>",
      "what ends a message on stdin and on stdout; \\n, \\t, \\0, \\xHH are known (default: a line end)",
      readDelimiter,
    )
    .addOption(new Option("-0, --null", "the same as --delimiter '\\0'").conflicts(["delimiter", "whole"]))
    .addOption(new Option("--whole", "all of stdin is one message").conflicts("delimiter"))
    .option(
      "--max-payload <size>",
      "the largest message, either way, in bytes or as 64K, 32M, 1G (default: 16M)",
      readSize("--max-payload"),
    )
    .addOption(
      new Option("-x, --execute <text>", "send this message first, may be repeated").argParser(append),
    );

  command.optionsGroup("When to end:");
  command
    .option(
      "-n, --messages <n>",
      "end when so many messages have come; nothing is asked at the terminal",
      readWhole("--messages", Infinity),
    )
    .option(
      "-w, --wait <s>",
      "stay so long after the end of the input, or forever; nothing is asked at the terminal",
      readDuration("--wait", "forever"),
    )
    .option("--no-input", "do not read stdin, which may be what a script's loop reads its lines from");

  command.optionsGroup("What is told, on stderr:");
  command
    .option("--trace", "everything as it happens, a line each, without secrets and messages")
    .option("--explain", "at the end, what became of the last attempts: phases, timings, decisions")
    .option("-q, --quiet", "errors alone")
    .option(
      "--no-color",
      "no colours; they are also left out when NO_COLOR is set, and where there is no terminal",
    )
    .option("--no-history", "do not keep, nor offer, what was typed");

  return command.addHelpText("after", `\n${exitCodeHelp(columns)}\n${examples}`);
}

/** Reads `argv`, without the program. Throws a `UsageError`. */
export function readArguments(argv: readonly string[], env: Environment, columns: number): Request {
  const command = declare(columns);
  try {
    command.parse(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.version") return { text: `${command.version()}\n` };
    if (error.code === "commander.helpDisplayed") return { text: helpOf(command) };
    throw new UsageError(problemOf(error));
  }
  if (command.args.length === 0)
    throw new UsageError("there is no url: give one, such as wss://example.org/feed");
  return { settings: settingsOf(command.args, command.opts<Parsed>(), env) };
}

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (more) => {
      text += more;
    },
  });
  command.outputHelp();
  return text;
}

/** What commander says, without the value of an option that it does not know: it may be a secret. */
function problemOf({ code, message }: CommanderError): string {
  const [, unknown] = /^error: unknown option '(--[^=']*|-.)/.exec(message) ?? [];
  if (code !== "commander.unknownOption" || unknown === undefined) return message.replace(/^error: /, "");
  const [, meant] = /\(Did you mean (.*)\?\)$/.exec(message) ?? [];
  return `there is no option ${unknown}${meant === undefined ? "" : `; did you mean ${meant}?`}`;
}

function settingsOf(urls: readonly string[], given: Parsed, env: Environment): Settings {
  if ((given.cert === undefined) !== (given.key === undefined)) {
    throw new UsageError("--cert and --key go together: a certificate is shown by whoever has its key");
  }
  return {
    urls: urls.map(withScheme),
    headers: headersOf(given, env),
    subprotocols: given.subprotocol ?? [],
    proxy: given.proxy,
    unixSocket: given.unixSocket,
    compress: given.compress ?? false,
    maxPayload: given.maxPayload,
    maxRedirects: given.maxRedirects,
    tls: tlsOf(given, env),
    connectTimeout: given.connectTimeout,
    openTimeout: given.openTimeout,
    retry: given.retry === false ? 0 : given.retry,
    keepalive: given.keepalive === 0 ? Infinity : given.keepalive,
    heartbeat: given.heartbeat,
    isJson: given.json ?? false,
    isBinary: given.binary ?? false,
    binaryOutput: given.binaryOutput as BinaryOutput | undefined,
    delimiter: given.null ? "\0" : given.delimiter,
    isWhole: given.whole ?? false,
    execute: given.execute ?? [],
    messages: given.messages,
    wait: given.wait,
    readsInput: given.input,
    isTraced: given.trace ?? false,
    isExplained: given.explain ?? false,
    isQuiet: given.quiet ?? false,
    isColored: given.color,
    keepsHistory: given.history,
  };
}

/** `localhost:8080` is meant as a url, and would be read as one whose scheme is `localhost:`. */
function withScheme(url: string): string {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(url)) return url;
  return `${/^(localhost|127\.[\d.]+|\[::1\])(?![^:/?#])/i.test(url) ? "ws" : "wss"}://${url}`;
}

function headersOf({ header = [], origin, auth, authFile }: Parsed, env: Environment): Settings["headers"] {
  const fields = header
    .flatMap((field) => (field.startsWith("@") ? fieldsOf(field.slice(1)) : field))
    .map(readField);
  if (origin !== undefined) fields.push(["Origin", origin]);
  const credentials = auth ?? (authFile === undefined ? env.GUNDAM_AUTH : secretOf("--auth-file", authFile));
  if (credentials !== undefined) {
    if (fields.some(([name]) => name.toLowerCase() === "authorization")) {
      throw new UsageError(
        "there are two Authorization header fields: one of --header, and that of --auth, --auth-file or GUNDAM_AUTH",
      );
    }
    // RFC 7617 §2: the user's name ends at the first colon.
    if (!credentials.includes(":")) {
      throw new UsageError("--auth, --auth-file and GUNDAM_AUTH take user:password, with the colon between");
    }
    fields.push(["Authorization", `Basic ${Buffer.from(credentials).toString("base64")}`]);
  }
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of fields) {
    const before = headers[name];
    headers[name] = before === undefined ? value : [before, value].flat();
  }
  return headers;
}

function fieldsOf(file: string): string[] {
  return String(read("--header", file))
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");
}

function readField(field: string, index: number): [name: string, value: string] {
  const colon = field.indexOf(":");
  // It may be a value alone, which is none of anybody's business.
  if (colon < 1)
    throw new UsageError(
      `--header must be "name: value", and the ${ordinal(index + 1)} has no name before a colon`,
    );
  return [field.slice(0, colon).trim(), field.slice(colon + 1).trim()];
}

function tlsOf(given: Parsed, env: Environment): TlsSettings {
  const { ca, cert, key, passphraseFile, insecure, servername } = given;
  const passphrase =
    given.passphrase ??
    (passphraseFile === undefined ? env.GUNDAM_PASSPHRASE : secretOf("--passphrase-file", passphraseFile));
  return {
    ...(ca !== undefined && { ca: read("--ca", ca) }),
    ...(cert !== undefined && { cert: read("--cert", cert) }),
    ...(key !== undefined && { key: read("--key", key) }),
    ...(passphrase !== undefined && { passphrase }),
    ...(insecure && { rejectUnauthorized: false as const }),
    ...(servername !== undefined && { servername }),
  };
}

/** What a file says on its first line. */
function secretOf(option: string, file: string): string {
  return String(read(option, file)).split(/\r?\n/, 1)[0]!;
}

function read(option: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${option} cannot be read: ${(error as Error).message}`);
  }
}

function ordinal(n: number): string {
  return ["first", "second", "third"][n - 1] ?? `${n}th`;
}
