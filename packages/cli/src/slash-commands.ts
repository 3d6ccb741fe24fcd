// What can be typed at the prompt besides messages.

import { readFileSync } from "node:fs";
import { explain, info, isGundamError, ping, type WebSocketClient } from "gundam";
import { inWords } from "./advice.ts";
import { count } from "./display.ts";
import { UsageError } from "./exit-codes.ts";
import { inTime } from "./narrator.ts";
import type { Screen } from "./screen.ts";

/** What the commands work with. */
export interface Actor {
  readonly client: WebSocketClient;
  readonly screen: Screen;
  send(message: string | Uint8Array): void;
  /** Ends with this Close; throws for what no client may send. */
  close(code: number, reason: string): void;
  /** Ends when all is sent. */
  quit(): void;
}

interface SlashCommand {
  readonly name: string;
  readonly takes?: string;
  readonly meaning: string;
  run(rest: string, actor: Actor): void | Promise<void>;
}

const commands: readonly SlashCommand[] = [
  { name: "help", meaning: "print this", run: (_, { screen }) => screen.line(commandHelp()) },
  {
    name: "ping",
    meaning: "measure a round trip",
    run: async (_, { client, screen }) => screen.line(`pong after ${inTime(await ping(client))}`),
  },
  {
    name: "hex",
    takes: "00 ff…",
    meaning: "send these bytes",
    run(rest, { send }) {
      const digits = rest.replace(/\s+|0x/g, "");
      if (!/^([\da-f]{2})+$/i.test(digits)) {
        throw new UsageError("/hex takes pairs of hexadecimal digits, such as /hex 00 ff 7f");
      }
      send(Buffer.from(digits, "hex"));
    },
  },
  {
    name: "base64",
    takes: "AP9/…",
    meaning: "send these bytes",
    run(rest, { send }) {
      const digits = rest.replace(/\s+/g, "");
      if (!/^(?:[\w+/-]{4})*(?:[\w+/-]{2,3}={0,2})?$/.test(digits) || digits === "") {
        throw new UsageError("/base64 takes Base64, such as /base64 AP9/");
      }
      send(Buffer.from(digits, "base64"));
    },
  },
  {
    name: "file",
    takes: "path",
    meaning: "send what a file holds, as bytes",
    run(rest, { send, screen }) {
      if (rest === "") throw new UsageError("/file takes a path, such as /file ./photo.jpg");
      const bytes = readFileSync(rest);
      send(bytes);
      screen.status(`${count(bytes.length, "byte")} sent`);
    },
  },
  {
    name: "info",
    meaning: "what the client is doing",
    run: (_, { client, screen }) => screen.line(infoInWords(client)),
  },
  {
    name: "explain",
    meaning: "what became of the last attempts",
    run: (_, { client, screen }) => screen.line(String(explain(client))),
  },
  {
    name: "reconnect",
    meaning: "another connection in place of this one",
    run: (_, { client }) => client.reconnect(),
  },
  {
    name: "close",
    takes: "[code [reason]]",
    meaning: "close with 1000, or with 3000 to 4999, and end",
    run(rest, { close }) {
      const [, code = "1000", reason = ""] = /^(\S+)?\s*(.*)$/s.exec(rest) ?? [];
      close(Number(code), reason);
    },
  },
  { name: "quit", meaning: "end when all is sent, as Ctrl-D does", run: (_, { quit }) => quit() },
];

/** A text after the slash: the name of a command, and what it takes. What goes wrong is told. */
export async function runSlashCommand(text: string, actor: Actor): Promise<void> {
  const [, name = "", rest = ""] = /^(\S*)\s*(.*?)\s*$/s.exec(text) ?? [];
  const command = commands.find((command) => command.name === name);
  if (command === undefined) {
    actor.screen.error(
      `there is no command /${name}: /help lists them, and // begins a message that begins with a slash`,
    );
    return;
  }
  try {
    await command.run(rest, actor);
  } catch (error) {
    actor.screen.error(isGundamError(error) ? inWords(error) : (error as Error).message);
  }
}

/** What Tab makes of a line. */
export function complete(line: string): [string[], string] {
  const names = commands.map(({ name, takes }) => `/${name}${takes === undefined ? "" : " "}`);
  return [line.startsWith("/") ? names.filter((name) => name.startsWith(line)) : [], line];
}

export function commandHelp(): string {
  const rows = [
    ...commands.map(({ name, takes = "", meaning }) => [`/${name} ${takes}`.trim(), meaning] as const),
    ["//text", "send /text"] as const,
    ["Ctrl-C", "close; a second one waits for nobody"] as const,
  ];
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, meaning]) => `  ${left.padEnd(width)}  ${meaning}`).join("\n");
}

function infoInWords(client: WebSocketClient): string {
  const { phase, url, endpoint, protocol, extensions, uptime, rtt, queue, life, ...facts } = info(client);
  const { remoteAddress, remotePort, tls, bytesRead, bytesWritten } = facts;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["url", url],
    ["endpoint", endpoint],
    ["is", phase === "open" ? `open for ${inTime(uptime)}` : phase],
    ["address", remoteAddress && `${remoteAddress}, port ${remotePort}`],
    ["TLS", tls && `${tls.protocol}, ${tls.cipher}${tls.authorized ? "" : ", certificate not trusted"}`],
    ["subprotocol", protocol],
    ["extensions", extensions],
    ["round trip", rtt === undefined ? undefined : inTime(rtt)],
    ["messages", `${life.messagesSent} sent, ${life.messagesReceived} received, ${queue.messages} waiting`],
    ["bytes", bytesRead === undefined ? undefined : `${bytesWritten} sent, ${bytesRead} received`],
    ["connections", String(life.connections)],
  ];
  return rows
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => `  ${name.padEnd(11)}  ${value}`)
    .join("\n");
}
