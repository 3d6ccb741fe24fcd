// Text from bytes: RFC 6455 §8.1 wants it to be UTF-8, and whatever is not to end the connection.

import { type Buffer, isUtf8, transcode } from "node:buffer";

/** Where UTF-8 is malformed, a decoder puts this. */
const REPLACEMENT = "\ufffd";

/** From how many bytes on the way round by UTF-16 is tried for text beyond ASCII. */
const LONG = 300;

/** The text of these bytes, or undefined if they are not UTF-8. */
export function decodeText(bytes: Buffer, from: number, to: number): string | undefined {
  const text =
    to - from > LONG && goesRound ? decodeLong(bytes, from, to) : bytes.toString(undefined, from, to);
  // What was decoded without a replacement was well-formed; with one, the peer may have sent just that character.
  if (text === undefined || !text.includes(REPLACEMENT)) return text;
  return isUtf8(bytes.subarray(from, to)) ? text : undefined;
}

/** Before Node 22, `toString` decodes text beyond ASCII several times slower than `transcode` and a look at UTF-16. */
const goesRound = isFasterRound();

function decodeLong(bytes: Buffer, from: number, to: number): string | undefined {
  const view = bytes.subarray(from, to);
  // Mostly ASCII is told by its first bytes, where it takes the straight way.
  for (let at = from, end = Math.min(to, from + LONG); at < end; at++) {
    if (bytes[at]! <= 0x7f) continue;
    // `transcode` throws where `toString` puts a replacement.
    return isUtf8(view) ? transcode(view, "utf8", "utf16le").toString("utf16le") : undefined;
  }
  return bytes.toString(undefined, from, to);
}

function isFasterRound(): boolean {
  return Number(process.versions.node.split(".")[0]) < 22 && typeof transcode === "function";
}
