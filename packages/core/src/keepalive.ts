// Whether the peer is still there. Pure: a vigil watches one connection's silence, and is looked at when its time has
// come. Any inbound byte is life; how it is noticed (a counter, a flag) is the driver's business, so that messages cost
// nothing here. Loaded only where a watch is made: by `heartbeat()`, and on Node by `wsOpts.keepalive`.

import { DeadPeerError, type Failure } from "./errors.ts";
import type { Message } from "./transport.ts";

/** How a connection is watched. */
export interface Watch {
  /** What a silent peer is asked: a message of the application's own, or else a ping. */
  readonly message: Message | undefined;
  /** Begins the vigil over a connection that is ready. */
  begin(now: number): Vigil;
  /** After a sleep nobody knows: asks as soon as what had come before it has been read, which is no answer. */
  askSoon(vigil: Vigil, now: number): Vigil;
  /** Looks at a vigil whose time has come. */
  look(vigil: Vigil, sight: Sight): Finding;
}

export interface Vigil {
  readonly watch: Watch;
  /** When it is looked at next, monotonic ms. */
  readonly until: number;
  /** When it was looked at last. */
  readonly lookedAt: number;
  /** The peer was alive then, or after. */
  readonly aliveAt: number;
  /** Since when a question waits for its answer; `Infinity`: it is to be asked at the next look. */
  readonly askedAt: number | undefined;
}

/** What is known of the connection at a look. */
export interface Sight {
  readonly now: number;
  /** There was life since the last look. */
  readonly hasHeard: boolean;
  /** We do not read, and may not judge. */
  readonly isHeld: boolean;
}

/** The vigil goes on, maybe with a question; or the peer is dead. */
export interface Finding {
  readonly vigil: Vigil;
  readonly isAsking: boolean;
  readonly failure?: Failure;
}

/** All that watches one connection: its vigils are begun and looked at together, for what was heard is heard by all. */
export interface Vigilance {
  begin(now: number): readonly Vigil[];
  /** After a sleep. */
  askSoon(vigils: readonly Vigil[], now: number): readonly Vigil[];
  /** `questions`: what is asked, each a message or a ping. */
  look(
    vigils: readonly Vigil[],
    sight: Sight,
  ): {
    readonly vigils: readonly Vigil[];
    readonly questions: readonly (Message | undefined)[];
    readonly failure: Failure | undefined;
  };
}

/** Undefined without a watch. */
export function vigilanceOf(watches: readonly Watch[]): Vigilance | undefined {
  if (watches.length === 0) return undefined;
  return {
    begin: (now) => watches.map((watch) => watch.begin(now)),
    askSoon: (vigils, now) => vigils.map((vigil) => vigil.watch.askSoon(vigil, now)),
    look(before, sight) {
      const findings = before.map((vigil) => vigil.watch.look(vigil, sight));
      const asking = findings.filter(({ isAsking }) => isAsking);
      return {
        vigils: findings.map(({ vigil }) => vigil),
        questions: asking.map(({ vigil }) => vigil.watch.message),
        failure: findings.find(({ failure }) => failure)?.failure,
      };
    },
  };
}

/** How long it may take until what has come is read, after a sleep or another pause. */
const READING = 100;
/** Looks a quiet time: life is dated back to the look before, so that a question comes rather early than late. */
const LOOKS = 4;

/**
 * The peer is asked after `quiet` ms without life, and is dead when there is none for `patience` ms more; with `Infinity`
 * nobody waits for an answer, and it is asked again after as long a silence.
 */
export function watchSilence(message: Message | undefined, quiet: number, patience: number): Watch {
  const distance = quiet / LOOKS;
  const begin = (now: number): Vigil => ({
    watch,
    until: now + distance,
    lookedAt: now,
    aliveAt: now,
    askedAt: undefined,
  });
  /** An answer is looked for as often as life is: it ends the question, and what follows it is life of its own. */
  const awaitAnswer = (vigil: Vigil, askedAt: number, now: number): Vigil => {
    const until = Math.min(now + distance, askedAt + patience);
    return { ...vigil, askedAt, until, lookedAt: now };
  };
  const askNow = (vigil: Vigil, now: number): Vigil =>
    patience === Infinity ? begin(now) : awaitAnswer(vigil, now, now);
  const fine = (vigil: Vigil): Finding => ({ vigil, isAsking: false });
  const ask = (vigil: Vigil, now: number): Finding => ({ vigil: askNow(vigil, now), isAsking: true });
  const watch: Watch = {
    message,
    begin,
    askSoon: (vigil, now) => ({ ...vigil, askedAt: Infinity, until: now + READING }),
    look(vigil, { now, hasHeard, isHeld }) {
      const { lookedAt, askedAt } = vigil;
      if (isHeld) return fine(begin(now));
      const aliveAt = hasHeard ? lookedAt : vigil.aliveAt;
      // What came before the question is no answer, but life.
      if (askedAt === Infinity) return ask({ ...vigil, aliveAt }, now);
      if (!hasHeard && askedAt !== undefined) {
        const deadline = askedAt + patience;
        if (now < deadline) return fine(awaitAnswer(vigil, askedAt, now));
        // Whoever comes that late to look may not have read what came: it is read before the next look, which judges.
        const isLate = now > vigil.until + distance && vigil.until <= deadline;
        if (isLate) return fine({ ...vigil, until: now + READING });
        return { ...fine(vigil), failure: death(now - aliveAt, message) };
      }
      if (now >= aliveAt + quiet) return ask({ ...vigil, aliveAt }, now);
      const until = Math.min(now + distance, aliveAt + quiet);
      return fine({ watch, until, lookedAt: now, aliveAt, askedAt: undefined });
    },
  };
  return watch;
}

function death(silence: number, message: Message | undefined): Failure {
  const error = new DeadPeerError(silence, message === undefined ? "ping" : "heartbeat");
  return { kind: "dead", phase: "open", error, byUs: true };
}
