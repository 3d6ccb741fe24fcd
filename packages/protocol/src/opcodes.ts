// RFC 6455's numbers: what a frame is (§5.2), and why a connection was closed (§7.4).

/** What a frame is: RFC 6455 §5.2. */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** §5.2, the bits of a frame's first byte, and of its second. */
export const FIN = 0x80;
export const RSV1 = 0x40;
export const RSV2_RSV3 = 0x30;
export const MASKED = 0x80;

/** §7.4.1: in place of the code that a Close frame did not have. */
export const NO_CODE = 1005;

/**
 * §7.4, and the IANA registry: the codes that may stand in a Close frame.
 *
 * @example
 * isSendableCloseCode(1000); // → true
 * isSendableCloseCode(1006); // → false
 */
export function isSendableCloseCode(code: number): boolean {
  const isDefined = code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006;
  return isDefined || (code >= 3000 && code <= 4999);
}
