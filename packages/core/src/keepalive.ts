// Whether the peer is still there. Pure: a vigil watches one connection's silence, and is looked at when its time has
// come. Any inbound byte is life; how it is noticed (a counter, a flag) is the driver's business, so that messages cost
// nothing here.

import type { Message } from "./transport.ts";

/** How a connection is watched: asked after `quiet` ms without life, dead when there is none for `patience` ms more. */
export interface Watch {
  /** What is asked: a message of the application's own, or else a ping. */
  readonly message: Message | undefined;
  readonly quiet: number;
  readonly patience: number;
}

export interface Vigil {
  readonly watch: Watch;
  /** When it is looked at next, monotonic ms. */
  readonly until: number;
  /** When it was looked at last. */
  readonly lookedAt: number;
  /** The peer was alive then, or after. */
  readonly aliveAt: number;
  /** Since when a question waits for its answer. */
  readonly askedAt: number | undefined;
}

export type Finding = "fine" | "ask" | "dead";

/** Looks a quiet time: life is dated back to the look before, so that a question comes rather early than late. */
const LOOKS = 4;

export function startVigil(watch: Watch, now: number): Vigil {
  return { watch, until: now + distanceOf(watch), lookedAt: now, aliveAt: now, askedAt: undefined };
}

/** Asks at once: after a sleep nobody knows. */
export function askNow(vigil: Vigil, now: number): Vigil {
  return waitForAnswer({ ...vigil, askedAt: now }, now, now);
}

/** Looks at a vigil whose time has come. `hasHeard`: life since the last look. `isHeld`: we do not read, and may not judge. */
export function look(
  vigil: Vigil,
  now: number,
  hasHeard: boolean,
  isHeld: boolean,
): readonly [vigil: Vigil, finding: Finding] {
  const { watch, lookedAt, askedAt } = vigil;
  if (isHeld) return [startVigil(watch, now), "fine"];
  if (!hasHeard && askedAt !== undefined) {
    if (now < askedAt + watch.patience) return [waitForAnswer(vigil, askedAt, now), "fine"];
    // Whoever comes that late to look may not have read what came.
    const isLate = now > vigil.until + distanceOf(watch);
    return isLate ? [askNow(vigil, now), "ask"] : [vigil, "dead"];
  }
  const aliveAt = hasHeard ? lookedAt : vigil.aliveAt;
  const isSilent = now >= aliveAt + watch.quiet;
  if (isSilent) return [askNow({ ...vigil, aliveAt }, now), "ask"];
  const until = Math.min(now + distanceOf(watch), aliveAt + watch.quiet);
  return [{ watch, until, lookedAt: now, aliveAt, askedAt: undefined }, "fine"];
}

/** An answer is looked for as often as life is: it ends the question, and what follows it is life of its own. */
function waitForAnswer(vigil: Vigil, askedAt: number, now: number): Vigil {
  const { watch } = vigil;
  const until = Math.min(now + distanceOf(watch), askedAt + watch.patience);
  return { ...vigil, until, lookedAt: now };
}

function distanceOf({ quiet }: Watch): number {
  return quiet / LOOKS;
}
