// Whether the peer is still there. Pure: a vigil watches one connection, and is looked at when its time has come. Any
// inbound byte is life, and a peer is dead by evidence alone: it was asked, the question has left, what had come was read,
// and for its patience nothing came. How all that is counted is the link's business, so that messages cost nothing here.
// Loaded only where a watch is made: by `heartbeat()`, and on Node by `wsOpts.keepalive`.

import { DeadPeerError, type Failure } from "./errors.ts";
import type { Connection } from "./transport.ts";

/** After what an application's own question is due: nothing came, we sent nothing, or no matter what. */
export type When = "silent" | "idle" | "always";

/** What a watch is made of. Durations in ms. */
export interface WatchInit {
  readonly quiet: number;
  /** How long an answer may take; with `Infinity` nobody waits for one. */
  readonly patience: number;
  readonly when?: When;
  /** Asks with a message of the application's own; absent: with a ping. */
  readonly ask?: Ask | undefined;
}

/** How a connection is watched. */
export interface Watch extends Pick<WatchInit, "ask" | "patience"> {
  /** Begins the vigil over a connection that is ready. */
  begin(sight: Sight): Vigil;
  /** After a sleep nobody knows: asks as soon as what had come before it has been read, which is no answer. */
  askSoon(vigil: Vigil, now: number): Vigil;
  /** Looks at a vigil whose time has come. */
  look(vigil: Vigil, sight: Sight): Finding;
}

/** Asks the peer whether it is still there. */
export type Ask = (asker: Asker) => void;

/** What a question is asked with: a driver. */
export interface Asker {
  readonly link: Watched | undefined;
  now(): number;
  /** Runs a user's function; what it throws is told as a `CallbackError` of that name, and gives undefined. */
  guard<T>(name: string, run: () => T): { readonly value: T } | undefined;
  /** A message has left. */
  sent(message: string | Uint8Array): void;
}

/** The connection of now, and what it has brought and taken: messages. */
export interface Watched {
  readonly transport: Connection | undefined;
  readonly received: number;
  readonly sent: number;
  questions?: Questions | undefined;
}

/** The application's own questions over a connection. */
export interface Questions {
  /** How many have left. */
  readonly asked: number;
  /** When those were asked that wait for a reply, monotonic ms. */
  readonly waiting: readonly number[];
  /** How long the last reply took, ms. */
  readonly rtt: number | undefined;
}

/** What is known of the connection at a look. */
export interface Sight {
  readonly now: number;
  /** What has come: another number is life. */
  readonly heard: number;
  /** How many messages we have sent. */
  readonly sent: number;
  /** How many questions of the application's own are among them. */
  readonly asked: number;
  /** How far we have come in sending, and how far the platform has taken it, in bytes. */
  readonly given: number;
  readonly taken: number;
  /** We do not read, and may not judge. */
  readonly isHeld: boolean;
  /** Pings go along with what is sent, so that how far it has come need not be guessed. */
  readonly isTraced: boolean;
}

export interface Vigil {
  readonly watch: Watch;
  /** When it is looked at next, monotonic ms. */
  readonly until: number;
  /** What was seen at the look before. */
  readonly last: Sight;
  /** The peer was alive then, or after. */
  readonly aliveAt: number;
  /** Since when the time runs after which it is asked. */
  readonly since: number;
  readonly question: Question | undefined;
  readonly jam: Jam;
}

/** Waits for its answer; `"soon"`: it is to be asked at the next look. */
type Question = "soon" | Asked;

interface Asked {
  /** The vigil's last sight before it was asked. */
  readonly before: Sight;
  readonly hasLeft: boolean;
  /** Since when its patience runs: it has left; or, while it waits to, the platform last took something. */
  readonly since: number;
}

/**
 * What the platform could not take at once. The kernels on the way hold as much as they took before they first refused,
 * and let it go at the rate at which they take more.
 */
interface Jam {
  /** The look before it began to fill. */
  readonly empty: Sight;
  /** The first look at which bytes waited. */
  readonly full?: Sight;
  /** They waited from one look to another. */
  readonly isProven?: boolean;
  /** By then all that was taken has come through, monotonic ms. */
  readonly clearAt: number;
}

/** The vigil goes on, maybe with a question; or the peer is dead. */
export interface Finding {
  readonly vigil: Vigil;
  readonly isAsking: boolean;
  readonly failure?: Failure;
}

/** All that watches one connection: its vigils are begun and looked at together, for what was heard is heard by all. */
export interface Vigilance {
  begin(scene: Scene): Watching;
  /** After a sleep. */
  askSoon(vigils: readonly Vigil[], now: number): Watching;
  look(
    vigils: readonly Vigil[],
    scene: Scene,
  ): {
    readonly watching: Watching;
    readonly questions: readonly Ask[];
    readonly failure: Failure | undefined;
  };
}

/** The vigils over a connection, and when the first of them is looked at next, monotonic ms. */
export interface Watching {
  readonly vigils: readonly Vigil[];
  readonly until: number;
}

/** Where and when it is looked. */
export interface Scene {
  readonly now: number;
  readonly link: Watched | undefined;
}

/**
 * A pong is life like any other byte, and a measurement besides.
 *
 * @example
 * const withPings: Pick<Platform, "ping"> = { ping: askByPing };
 * console.log(withPings.ping === askByPing);
 */
export const askByPing: Ask = ({ link }) => {
  link!.transport!.ping!();
};

/** Undefined without a watch. */
export function vigilanceOf(watches: readonly Watch[]): Vigilance | undefined {
  if (watches.length === 0) return undefined;
  return {
    begin(scene) {
      const sight = see(scene);
      return watching(watches.map((watch) => watch.begin(sight)));
    },
    askSoon: (vigils, now) => watching(vigils.map((vigil) => vigil.watch.askSoon(vigil, now))),
    look(before, scene) {
      const sight = see(scene);
      const findings = before.map((vigil) => vigil.watch.look(vigil, sight));
      const asking = findings.filter(({ isAsking }) => isAsking);
      return {
        watching: watching(findings.map(({ vigil }) => vigil)),
        questions: asking.map(({ vigil }) => vigil.watch.ask ?? askByPing),
        failure: findings.find(({ failure }) => failure)?.failure,
      };
    },
  };
}

function watching(vigils: readonly Vigil[]): Watching {
  return { vigils, until: Math.min(...vigils.map(({ until }) => until)) };
}

function see({ now, link }: Scene): Sight {
  const { transport, received, sent, questions } = link!;
  const given = transport!.mark();
  return {
    now,
    heard: received + (transport!.bytesRead ?? 0),
    sent,
    asked: questions?.asked ?? 0,
    given,
    taken: given - transport!.bufferedAmount,
    isHeld: transport!.isHeld === true,
    isTraced: transport!.ping !== undefined,
  };
}

/** How long it may take until what has come is read, after a sleep. */
const READING = 100;
/** Looks a quiet time: life is dated back to the look before, so that a question comes rather early than late. */
const LOOKS = 4;
/** A platform that takes nothing for so long is no better than one that took the question: `sendTimeout`'s default. */
const STALL = 15_000;
/** What leaves between two looks, in bytes, and is more than small talk: it may be on its way for a while. */
const BURST = 64 * 1024;
/** What a jam holds up is waited for no longer, ms. */
const MOST_LAG = 60_000;
/** Where nothing else tells: what a kernel may hold of a burst, in bytes, and how slow a link may be: 512 KiB a second. */
const MOST_HELD = 4 * 1024 * 1024;
const SLOWEST = (512 * 1024) / 1000;

/**
 * The peer is asked after `quiet` ms without life (or as `when` says), and is dead when its question has left and there is
 * none for `patience` ms more; with `Infinity` nobody waits for an answer.
 */
export function watchPeer({ quiet, patience, when = "silent", ask }: WatchInit): Watch {
  const begin = (sight: Sight): Vigil =>
    goOn({
      watch,
      last: sight,
      aliveAt: sight.now,
      since: sight.now,
      question: undefined,
      jam: { empty: sight, clearAt: sight.now },
    });

  /** Until when it may be left alone. */
  const goOn = (vigil: Omit<Vigil, "until">): Vigil => {
    const { last, since, question } = vigil;
    const isWaiting = typeof question === "object";
    const apart = isWaiting ? Math.min(quiet, patience) : quiet;
    const due = isWaiting && when === "silent" ? Infinity : since + quiet;
    const deadline = isWaiting ? deadlineOf(question) : Infinity;
    return { ...vigil, until: Math.min(last.now + apart / LOOKS, due, deadline) };
  };

  const deadlineOf = ({ hasLeft, since }: Asked) => since + (hasLeft ? patience : Math.max(patience, STALL));

  /** The older of two questions is the one that is late. */
  const asked = (vigil: Vigil, { isHeld, now }: Sight): Vigil => {
    const { last, question, jam } = vigil;
    // While we do not read nobody is waited for, either.
    const isOneWay = patience === Infinity || isHeld;
    const leaving = { before: last, hasLeft: !isFull(last), since: Math.max(now, jam.clearAt) };
    const next = typeof question === "object" ? question : leaving;
    return goOn({ ...vigil, since: now, question: isOneWay ? undefined : next });
  };

  /** The question as it is by now, if there is one and nothing answers it. */
  const waiting = ({ question, last }: Vigil, sight: Sight, jam: Jam): Asked | undefined => {
    if (typeof question !== "object" || sight.heard !== last.heard || sight.isHeld) return undefined;
    const { before, hasLeft } = question;
    // It was not asked after all: the application had nothing to ask.
    if (ask !== undefined && sight.asked === before.asked) return undefined;
    if (isFull(sight) && sight.taken <= before.given) {
      const since = sight.taken > last.taken ? sight.now : question.since;
      return { before, hasLeft: false, since };
    }
    return hasLeft ? question : { before, hasLeft: true, since: Math.max(sight.now, jam.clearAt) };
  };

  const watch: Watch = {
    ask,
    patience,
    begin,
    askSoon: (vigil, now) => ({ ...vigil, question: "soon", until: now + READING }),
    look(vigil, sight) {
      const { now, isHeld } = sight;
      const { last } = vigil;
      const jam = jamAt(vigil.jam, last, sight);
      if (isHeld && ask === undefined) return { vigil: goOn({ ...begin(sight), jam }), isAsking: false };
      const hasHeard = sight.heard !== last.heard;
      const isActive = { silent: hasHeard, idle: sight.sent !== last.sent, always: false }[when];
      const question = waiting(vigil, sight, jam);
      const next = goOn({
        watch,
        last: sight,
        aliveAt: isHeld ? now : hasHeard ? last.now : vigil.aliveAt,
        since: isActive ? last.now : vigil.since,
        question,
        jam,
      });
      if (question !== undefined && now >= deadlineOf(question)) {
        return { vigil: next, isAsking: false, failure: death(now - next.aliveAt, ask && "heartbeat") };
      }
      // What came before the question is no answer, but life.
      const isDue = now >= next.since + quiet && (question === undefined || when !== "silent");
      if (vigil.question === "soon" || isDue) return { vigil: asked(next, sight), isAsking: true };
      return { vigil: next, isAsking: false };
    },
  };
  return watch;
}

/** Bytes wait for the platform. */
function isFull({ given, taken }: Sight): boolean {
  return taken < given;
}

function jamAt({ empty, full, isProven, clearAt }: Jam, last: Sight, sight: Sight): Jam {
  const { now, taken, isTraced } = sight;
  const isBurst = taken - last.taken > BURST;
  const isBusy = isFull(last) || isFull(sight) || isBurst;
  const burst = isBurst && !isTraced ? Math.min(taken - empty.taken, MOST_HELD) : 0;
  const guess = now + burst / SLOWEST;
  const next = { empty: isBusy ? empty : sight, clearAt: Math.max(clearAt, guess) };
  if (!isFull(last)) return next;
  const first = full ?? last;
  // What a tick sends may wait for its end, and a look come before: that is no jam.
  const isJam = isProven === true || taken < last.given;
  if (!isJam || taken === first.taken) return { ...next, full: first, isProven: isJam };
  const lag = ((first.taken - empty.taken) / (taken - first.taken)) * (now - first.now);
  return { ...next, full: first, isProven: isJam, clearAt: Math.max(guess, now + Math.min(lag, MOST_LAG)) };
}

function death(silence: number, question: "heartbeat" | "ping" = "ping"): Failure {
  const error = new DeadPeerError(silence, question);
  return { kind: "dead", phase: "open", error, byUs: true };
}
