// A message as it is printed: as it came into a pipe, legible on a terminal.

import { styleText } from "node:util";
import type { Message } from "gundam";
import type { Settings } from "./arguments.ts";
import { visible } from "./visible.ts";

/** More of a message a terminal does not show, in characters and in bytes. */
const LONGEST_TEXT = 20_000;
const LONGEST_BINARY = 256;

type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

export function painter(isColored: boolean): Paint {
  return (style, text) => (isColored ? styleText(style, text, { validateStream: false }) : text);
}

/** What a pipe gets of a message: all of it, and what ends it. */
export function forPipe({ isBinary, binaryOutput, delimiter }: Settings): (message: Message) => Uint8Array {
  const isStream = isBinary && delimiter === undefined;
  const end = Buffer.from(isStream ? "" : (delimiter ?? "\n"));
  return (message) => {
    if (typeof message === "string") return Buffer.concat([Buffer.from(message), end]);
    if (binaryOutput === undefined || binaryOutput === "bytes") return Buffer.concat([message, end]);
    // Such a text is one of several, whatever bytes would be.
    return Buffer.from(`${Buffer.from(message).toString(binaryOutput)}${String(end) || "\n"}`);
  };
}

/** What a terminal shows of a message, without a line end. */
export function forTerminal({ isJson, binaryOutput }: Settings, paint: Paint): (message: Message) => string {
  return (message) => {
    if (typeof message !== "string")
      return shownBytes(message, binaryOutput === "base64" ? "base64" : "hex", paint);
    const text = isJson ? shownJson(message, paint) : visible(message.slice(0, LONGEST_TEXT));
    return message.length <= LONGEST_TEXT
      ? text
      : `${text}${more(message.length - LONGEST_TEXT, "characters", paint)}`;
  };
}

function shownBytes(bytes: Uint8Array, form: "hex" | "base64", paint: Paint): string {
  const shown = Buffer.from(bytes.subarray(0, LONGEST_BINARY)).toString(form);
  const text = form === "hex" ? shown.replace(/..(?=.)/g, "$& ") : shown;
  const rest = bytes.length - LONGEST_BINARY;
  const head = paint("dim", `[binary, ${count(bytes.length, "byte")}]`);
  return `${head}${text && ` ${text}`}${rest > 0 ? more(rest, "bytes", paint) : ""}`;
}

function more(n: number, unit: string, paint: Paint): string {
  return paint("dim", ` … and ${n} ${unit} more, which a pipe or a file would get`);
}

/** Over several lines; what is not JSON, or is too long, as it came. */
function shownJson(message: string, paint: Paint): string {
  const isJson = message.length <= LONGEST_TEXT && canParse(message);
  return isJson ? prettyJson(message, paint) : visible(message.slice(0, LONGEST_TEXT));
}

function canParse(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** JSON laid out anew, token by token: parsed and printed, a large number would be another, and of two equal keys one. */
export function prettyJson(json: string, paint: Paint): string {
  const found = json.match(tokens) ?? [];
  let depth = 0;
  const line = () => `\n${"  ".repeat(depth)}`;
  return found
    .map((token, i) => {
      const next = found[i + 1];
      switch (token) {
        case "{":
        case "[":
          if (next === "}" || next === "]") return token;
          depth++;
          return `${token}${line()}`;
        case "}":
        case "]":
          if (found[i - 1] === "{" || found[i - 1] === "[") return token;
          depth--;
          return `${line()}${token}`;
        case ",":
          return `,${line()}`;
        case ":":
          return ": ";
        default:
          return paint(styleOf(token, next === ":"), visible(token));
      }
    })
    .join("");
}

function styleOf(token: string, isKey: boolean): Style {
  if (isKey) return "blue";
  if (token.startsWith('"')) return "green";
  return /^[-\d]/.test(token) ? "yellow" : "magenta";
}

/** `1 message`, `3 messages`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
