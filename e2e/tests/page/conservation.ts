// Nothing is lost untold (docs/messages.md): what a sender has sent, what it was told, and what the server has read, held
// against each other.

/** What became of a message, as far as the sender was told. */
export type Told = "unsent" | "unknown" | "flushed";

export interface Ledger {
  /** Messages are numbers, from 1 to this. */
  readonly sent: number;
  /** In the order in which they were told: those of `drop`, of `deliver`, and of a `send` that threw. */
  readonly told: readonly (readonly [message: number, told: Told])[];
  /** Those that were given to a WebSocket that was not open. */
  readonly thrownAway: readonly number[];
  /** What the server has read on each connection, in the order in which they opened. */
  readonly connections: readonly ServedConnection[];
}

export interface ServedConnection {
  readonly read: number[];
  /**
   * The client, or its browser, has closed it, and the server has read all before that Close. Of one that the server ends, with a
   * Close frame or without, the last may be lost: Chromium's network process throws away what it is given after it has read
   * the Close, and before the page can know.
   */
  isIntact: boolean;
}

/** What breaks the promise, a sentence each; none when it was kept. */
export function checkConservation({ sent, told, thrownAway, connections }: Ledger): string[] {
  const problems = thrownAway.map((message) => `${message} was given to a WebSocket that was not open`);
  const outcomes = new Map<number, Told>();
  for (const [message, outcome] of told) {
    const before = outcomes.get(message);
    if (before !== undefined) problems.push(`${message} was told as ${before}, and then as ${outcome}`);
    outcomes.set(message, outcome);
  }
  let last = 0;
  // What the browser took may be lost with its connection: the last of it, or all.
  let mayBeLost = false;
  const follows = (next: number) => {
    for (let message = last + 1; message < next; message++) {
      const outcome = outcomes.get(message);
      if (outcome === "unsent" || outcome === "unknown" || mayBeLost) continue;
      problems.push(`${message} is lost, and was ${outcome ? `told as ${outcome}` : "not told"}`);
    }
    last = Math.max(last, next);
    mayBeLost = false;
  };
  for (const { read, isIntact } of connections) {
    for (const message of read) {
      if (message <= last) problems.push(`${message} was read behind ${last}`);
      if (outcomes.get(message) === "unsent") problems.push(`${message} was told as unsent, and was read`);
      follows(message);
    }
    mayBeLost ||= !isIntact;
  }
  follows(sent + 1);
  return problems;
}
