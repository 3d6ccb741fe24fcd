// What stdin gives, cut into messages.

import { UsageError } from "./exit-codes.ts";

export interface Cutting {
  /** What ends a message; undefined: what is read at once is one. */
  readonly delimiter: Uint8Array | undefined;
  /** All is one message. */
  readonly isWhole: boolean;
  /** The largest message, in bytes. */
  readonly largest: number;
}

/** The messages, each a view that is good until the next one is asked for. Throws a `UsageError` for one that is too large. */
export async function* cut(
  chunks: AsyncIterable<Uint8Array>,
  { delimiter, isWhole, largest }: Cutting,
): AsyncGenerator<Buffer, void, undefined> {
  let store = Buffer.alloc(64 * 1024);
  let length = 0;
  let looked = 0;
  for await (const chunk of chunks) {
    if (delimiter === undefined && !isWhole) {
      for (let at = 0; at < chunk.length; at += largest) yield Buffer.from(chunk.subarray(at, at + largest));
      continue;
    }
    if (length + chunk.length > store.length) {
      const larger = Buffer.allocUnsafe(2 * (length + chunk.length));
      store.copy(larger, 0, 0, length);
      store = larger;
    }
    store.set(chunk, length);
    length += chunk.length;
    let begin = 0;
    while (!isWhole) {
      const end = store.subarray(0, length).indexOf(delimiter!, looked);
      if (end < 0) break;
      checkSize(end - begin, largest);
      yield store.subarray(begin, end);
      begin = looked = end + delimiter!.length;
    }
    store.copyWithin(0, begin, length);
    length -= begin;
    // A delimiter may have come in part.
    looked = Math.max(0, length - (delimiter?.length ?? 1) + 1);
    checkSize(length, largest);
  }
  // An empty end is none; but an empty whole is a message.
  if (length > 0 || isWhole) yield store.subarray(0, length);
}

function checkSize(length: number, largest: number): void {
  if (length <= largest) return;
  throw new UsageError(
    `a message of stdin is larger than ${largest} bytes: raise --max-payload, or say with --delimiter what ends a message`,
  );
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The `n`th message of stdin as text. Throws a `UsageError` for bytes that are none. */
export function textOf(bytes: Uint8Array, n: number): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new UsageError(`message ${n} of stdin is not UTF-8, so it cannot be sent as text: use --binary`);
  }
}

/** Throws a `UsageError` for what is not JSON; `what` it is. Nothing of it is repeated: it may be a secret. */
export function checkJson(text: string, what: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    const [at = ""] = / at position \d+/.exec((error as Error).message) ?? [];
    throw new UsageError(`${what} is not JSON${at}; without --json it is sent as it is`);
  }
}
