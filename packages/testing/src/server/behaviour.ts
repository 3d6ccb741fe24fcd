// How the server treats a connection, phase by phase, and the modes that change it for the next connections.

import type { Headers } from "./headers.ts";
import type { RateLimit } from "./rate-limit.ts";

/** How TCP ends: `fin` in order, `rst` by a reset (which may overtake bytes already sent). */
export type Drop = "fin" | "rst";

/** What happens to a TCP connection before a byte is read, TLS included. */
export type AcceptFault = { readonly kind: "stall" } | { readonly kind: "drop"; readonly how: Drop };

/**
 * What is sent instead of a lawful answer to the upgrade request, by `kind`: a `status` with `headers` and a `body`;
 * nothing; bytes that are no HTTP; half a 101, and the end of TCP, `how` says of which kind; a 101 with another
 * Sec-WebSocket-Accept.
 */
export type UpgradeFault =
  | { readonly kind: "refuse"; readonly status: number; readonly headers: Headers; readonly body: string }
  | { readonly kind: "stall" }
  | { readonly kind: "garbage" }
  /** The first half of the 101, then the end of TCP. */
  | { readonly kind: "drop"; readonly how: Drop }
  /** A 101 whose Sec-WebSocket-Accept answers another key. */
  | { readonly kind: "wrong-accept" };

/** What happens right after the 101, or `delay` ms later. */
export type OpenFault =
  | { readonly kind: "close"; readonly code: number | undefined; readonly reason: string }
  | { readonly kind: "drop"; readonly how: Drop }
  | { readonly kind: "silence" }
  | { readonly kind: "send"; readonly message: string; readonly count: number };

/** The subprotocol answered: the client's first that is supported, none, one it did not offer, or this very one. */
export type ProtocolChoice = "first" | "none" | "wrong" | (string & {});

/**
 * What the client's Close earns: an answer and FIN (RFC 6455 §7.1.1), nothing at all (`ignore`), or an answer while TCP
 * stays up (`keep-tcp`).
 */
export type Closing = "answer" | "ignore" | "keep-tcp";

export interface Behaviour {
  readonly accept: AcceptFault | undefined;
  readonly upgrade: UpgradeFault | undefined;
  readonly protocol: ProtocolChoice;
  readonly opened: OpenFault | undefined;
  /** ms from the 101 to the `opened` fault. */
  readonly delay: number;
  /** Whether messages are echoed. */
  readonly echo: boolean;
  /** Whether pings are answered. */
  readonly pong: boolean;
  readonly closing: Closing;
  /** What the server sends at most. */
  readonly bytesPerSecond: number;
  /** Whoever is faster is closed. */
  readonly rateLimit: RateLimit | undefined;
}

/** An honest echo server. */
export const wellBehaved: Behaviour = {
  accept: undefined,
  upgrade: undefined,
  protocol: "first",
  opened: undefined,
  delay: 0,
  echo: true,
  pong: true,
  closing: "answer",
  bytesPerSecond: Number.POSITIVE_INFINITY,
  rateLimit: undefined,
};

/** The behaviour of connections to come: per phase a value, and how many connections it still applies to. */
export class Modes {
  readonly #modes: Map<keyof Behaviour, { value: unknown; left: number }> = new Map();

  set(changes: Partial<Behaviour>, times: number = Number.POSITIVE_INFINITY): void {
    for (const [phase, value] of Object.entries(changes)) {
      this.#modes.set(phase as keyof Behaviour, { value, left: times });
    }
  }

  /** The value for one more connection that has reached the phase. */
  take<Phase extends keyof Behaviour>(phase: Phase): Behaviour[Phase] {
    const mode = this.#modes.get(phase);
    if (mode === undefined) return wellBehaved[phase];
    mode.left -= 1;
    if (mode.left <= 0) this.#modes.delete(phase);
    return mode.value as Behaviour[Phase];
  }

  clear(): void {
    this.#modes.clear();
  }
}
