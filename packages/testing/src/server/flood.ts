// How much may be sent unasked: all that waits for clients which do not read is in the memory of this process.

/** Messages that one fault may ask to be sent. */
export const FLOOD_LIMIT = 100_000;

const MiB = 1024 * 1024;
/** Bytes that may wait for one client, and for all together. */
const CLIENT_LIMIT = 64 * MiB;
const TOTAL_LIMIT = 256 * MiB;

/** The most that a frame's head takes. */
const HEAD = 10;

interface Client {
  /** Bytes that wait to be sent to it. */
  readonly waitingBytes: number;
}

/** What one message costs each client, or so many numbered ones. */
export function floodSize(count: number, message: string | Uint8Array): number {
  const { length } = typeof message === "string" ? new TextEncoder().encode(message) : message;
  return count * (length + HEAD + (count === 1 ? 0 : ` ${count}`.length));
}

/** Why so many bytes must not be sent to each of these clients, of all that there are. */
export function floodProblem(
  bytes: number,
  to: readonly Client[],
  all: readonly Client[] = to,
): string | undefined {
  const sum = all.reduce((waiting, client) => waiting + client.waitingBytes, to.length * bytes);
  const most = Math.max(bytes, ...to.map(({ waitingBytes }) => waitingBytes + bytes));
  if (most > CLIENT_LIMIT) return `would have ${most} bytes wait for a client; ${CLIENT_LIMIT} may`;
  if (sum > TOTAL_LIMIT) return `would have ${sum} bytes wait for all clients together; ${TOTAL_LIMIT} may`;
  return undefined;
}
