// What the peer has done against RFC 6455, or beyond our limits: a reason to _Fail the WebSocket Connection_ (§7.1.7).

/**
 * What the peer has done against RFC 6455, or beyond our limits: a reason to _Fail the WebSocket Connection_ (§7.1.7).
 *
 * @example
 * new ProtocolViolation("a message of 20 MiB", 1009).closeCode; // → 1009
 */
export class ProtocolViolation extends Error {
  /** The close code that says so: §7.4.1. */
  readonly closeCode: number;

  constructor(message: string, closeCode: number) {
    super(message);
    this.name = "ProtocolViolation";
    this.closeCode = closeCode;
  }
}

/** §7.4.1: 1002, the peer is terminated for what its frame is. */
export function badFrame(problem: string): ProtocolViolation {
  return new ProtocolViolation(`Invalid WebSocket frame: ${problem}`, 1002);
}

/** §8.1: 1007, text that is not UTF-8. */
export function badText(): ProtocolViolation {
  return new ProtocolViolation("Invalid WebSocket frame: invalid UTF-8 sequence", 1007);
}

/** 1009, more than we take. */
export function tooBig(problem: string): ProtocolViolation {
  return new ProtocolViolation(problem, 1009);
}

/** 1008, a message in so many fragments that it can only be meant to exhaust us. */
export function tooManyFragments(): ProtocolViolation {
  return new ProtocolViolation("Too many message fragments", 1008);
}
