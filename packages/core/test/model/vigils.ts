// What DESIGN §3 and §5.7 say of keepalive and heartbeat, over a connection's whole silence: a module like keepalive.ts is
// led through every course of a few looks, and its vigil compared with who really lived when, and with what really left
// when. A course is chosen look by look: what came before it, what was sent and what the platform took of it, and whether a
// wake came between.

import type { DeadPeerError } from "../../src/errors.ts";
import type { Asker, Vigil, Vigilance, vigilanceOf, Watched, When, watchPeer } from "../../src/keepalive.ts";

export interface Keepalive {
  readonly watchPeer: typeof watchPeer;
  readonly vigilanceOf: typeof vigilanceOf;
}

interface Spans {
  /** Undefined: a ping. */
  readonly when: When | undefined;
  readonly quiet: number;
  readonly patience: number;
  /** Every other time the application has nothing to ask. */
  readonly declines?: boolean;
  /** The platform has no pings that tell how far we have come. */
  readonly isUntraced?: boolean;
  /** Something waits already when the vigil begins. */
  readonly isFullAtFirst?: boolean;
  readonly courses: readonly Course[];
  /** How many of them. */
  readonly depth: number;
}

/**
 * What happened since the look before: what was heard may have come at once after that, which is all that a look knows.
 * `"quiet"`: nothing, over as many looks as it takes until one does something; `"barely"`, `"late"`: nothing, and the look
 * comes just before the deadline of a question, or at it, for somebody was busy.
 */
type Course = (typeof ofTime)[number] | (typeof ofSending)[number];
const ofTime = ["silent", "quiet", "barely", "late", "heard", "held", "woken"] as const;
const ofSending = ["says", "sticks", "floods", "fills", "trickles", "empties"] as const;
const all: readonly Course[] = [...ofTime, ...ofSending];
const LOOKS = 8;

/**
 * Pings with the usual tolerance, with more and with less; heartbeats of each kind, one only after a wake, one that
 * declines, one without an answer, and those of a platform without pings.
 */
const spans: readonly Spans[] = [
  { when: undefined, quiet: 8, patience: 8, courses: all, depth: 4 },
  { when: undefined, quiet: 8, patience: 8, courses: ["quiet", "late", ...ofSending], depth: 5 },
  { when: undefined, quiet: 8, patience: 8, isFullAtFirst: true, courses: ["quiet", "empties"], depth: 4 },
  { when: undefined, quiet: 8, patience: 20, courses: ofTime, depth: 4 },
  { when: undefined, quiet: 8, patience: 3, courses: ofTime, depth: 4 },
  { when: undefined, quiet: 8, patience: 20_000, courses: ["quiet", "fills", "late", "barely"], depth: 4 },
  { when: "silent", quiet: 4, patience: 6, courses: all, depth: 3 },
  { when: "silent", quiet: 4, patience: 6, declines: true, courses: ofTime, depth: 4 },
  { when: "silent", quiet: 4, patience: 6, isUntraced: true, courses: ["quiet", ...ofSending], depth: 4 },
  { when: "silent", quiet: Infinity, patience: 6, courses: ofTime, depth: 4 },
  { when: "silent", quiet: 8, patience: Infinity, courses: ofTime, depth: 4 },
  { when: "idle", quiet: 4, patience: 6, courses: [...ofTime, "says", "fills"], depth: 4 },
  { when: "idle", quiet: 4, patience: Infinity, courses: [...ofTime, "says"], depth: 4 },
  { when: "always", quiet: 4, patience: 9, courses: [...ofTime, "says"], depth: 4 },
  { when: "always", quiet: 4, patience: 9, declines: true, courses: ofTime, depth: 4 },
];

const START = 1_000;
const KIB = 1024;
/** The most that is thought to be small talk. */
const SMALL = 64 * KIB;
/** What has come is read by then, after a wake. */
const READING = 100;
/** `sendTimeout`'s default. */
const STALL = 15_000;

/** The truth about a connection: its vigil must agree. */
interface Truth {
  readonly now: number;
  /** When all had last been read that had come. */
  readonly readAt: number;
  /** Not before this the peer was last alive, or we last did not read. */
  readonly aliveSince: number;
  /** From then on the time runs after which it is asked. */
  readonly quietSince: number;
  readonly question: Question | undefined;
  readonly isWoken: boolean;
  /** The bytes sent and taken, at this look and the one before. */
  readonly given: number;
  readonly taken: number;
  readonly givenBefore: number;
  readonly takenBefore: number;
  /** When, and how many, had been taken when the kernels were last empty, and when bytes first waited. */
  readonly empty: Level;
  readonly full: Level | undefined;
  /** They have waited over a whole look. */
  readonly hasWaited: boolean;
  /** By then the kernels are empty again, as far as can be told. */
  readonly clearAt: number;
  readonly messages: number;
  readonly heard: number;
  readonly asked: number;
  /** How often the application was asked for a question. */
  readonly turns: number;
}

interface Level {
  readonly at: number;
  readonly taken: number;
}

/** Something that was asked, and that nothing has answered. */
interface Question {
  /** What was sent before it. */
  readonly behind: number;
  /** Since when it has its time: it left then, or the kernel last took something of what was before it. */
  readonly since: number;
  readonly hasLeft: boolean;
  /** The application had nothing to ask. */
  readonly isNone: boolean;
}

/** A watch, and what it was made of; it watches alone. */
interface Subject extends Spans {
  readonly vigilance: Vigilance;
  readonly ask: ((asker: Asker) => void) | undefined;
}

type Finding = ReturnType<Vigilance["look"]>;

/** The first thing in which the module and DESIGN differ. */
export function faultOf(keepalive: Keepalive): string | undefined {
  if (keepalive.vigilanceOf([]) !== undefined) return "who watches nothing";
  const apart = [8, 2, 4].map((quiet) => keepalive.watchPeer({ quiet, patience: 1 }));
  const transport = { mark: () => 0, bufferedAmount: 0 } as never;
  const { vigils, until } = keepalive
    .vigilanceOf(apart)!
    .begin({ now: START, link: { transport, received: 0, sent: 0 } });
  if (until !== vigils[1]?.until) return "that the first of several is looked at in time";
  for (const span of spans) {
    const { quiet, patience, when } = span;
    const ask = when && (() => {});
    const watch = keepalive.watchPeer(when ? { quiet, patience, when, ask } : { quiet, patience });
    const vigilance = keepalive.vigilanceOf([watch])!;
    const level = { at: START, taken: 0 };
    const first = span.isFullAtFirst ? 10 : 0;
    const truth: Truth = {
      now: START,
      readAt: START,
      aliveSince: START,
      quietSince: START,
      question: undefined,
      isWoken: false,
      given: first,
      taken: 0,
      givenBefore: first,
      takenBefore: 0,
      empty: level,
      full: undefined,
      hasWaited: false,
      clearAt: START,
      messages: 0,
      heard: 0,
      asked: 0,
      turns: 0,
    };
    const subject = { ...span, vigilance, ask };
    const [vigil] = vigilance.begin({ now: START, link: linkOf(truth, subject, false) }).vigils;
    if (vigil === undefined) return "that it is watched";
    const fault =
      watch.ask === ask && watch.patience === patience
        ? (faultOfVigil(vigil, subject, truth) ?? faultAfter(subject, vigil, truth, []))
        : "how it is asked";
    if (fault !== undefined) return `${fault} (${JSON.stringify(span)})`;
  }
  return undefined;
}

function linkOf(truth: Truth, { isUntraced }: Spans, isHeld: boolean): Watched {
  const { given, taken, messages, heard, asked } = truth;
  // A message and its bytes, or only a part of one.
  const received = Math.floor(heard / 2);
  const plain = { mark: () => given, bufferedAmount: given - taken };
  const traced = { ...plain, ping: () => {}, bytesRead: heard - received, isHeld };
  const transport = (isUntraced ? plain : traced) as never;
  const questions = asked === 0 ? undefined : { asked, waiting: [], rtt: undefined };
  return { transport, received: isUntraced ? heard : received, sent: messages, questions };
}

function faultAfter(
  subject: Subject,
  vigil: Vigil,
  truth: Truth,
  path: readonly Course[],
): string | undefined {
  if (path.length === subject.depth) return undefined;
  for (const course of subject.courses) {
    // Where none is due, there is no look; and what does not wait cannot leave.
    if (course !== "woken" && vigil.until === Infinity) continue;
    if ((course === "trickles" || course === "empties") && truth.given === truth.taken) continue;
    const here = [...path, course];
    const [next, then, fault] =
      course === "quiet" ? quieted(subject, vigil, truth) : taken(subject, vigil, truth, course);
    if (fault !== undefined) return `${fault} after ${here.join(", ")}`;
    if (next === undefined) continue;
    const later = faultOfVigil(next, subject, then);
    if (later !== undefined) return `${later} after ${here.join(", ")}`;
    const deeper = faultAfter(subject, next, then, here);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

type Taken = readonly [next: Vigil | undefined, truth: Truth, fault?: string | undefined];

function quieted(subject: Subject, vigil: Vigil, truth: Truth): Taken {
  let [next, then, fault]: Taken = [vigil, truth];
  for (let look = 0; look < LOOKS && next !== undefined; look++) {
    const { turns } = then;
    [next, then, fault] = taken(subject, next, then, "silent");
    if (then.turns > turns) break;
    fault ??= next && faultOfVigil(next, subject, then);
    if (fault !== undefined) break;
  }
  return [next, then, fault];
}

function taken(subject: Subject, vigil: Vigil, before: Truth, course: Course): Taken {
  const { vigilance } = subject;
  if (course === "woken") {
    const now = vigil.until === Infinity ? before.now + 1 : (before.now + vigil.until) / 2;
    const next = vigilance.askSoon([vigil], now).vigils[0];
    return [next, { ...before, now, question: undefined, isWoken: true }];
  }
  const deadline = before.question && !before.isWoken ? deadlineOf(subject, before.question) : undefined;
  const isLate = course === "late" || course === "barely";
  if (isLate && (deadline === undefined || deadline <= before.now + 0.5)) return [undefined, before];
  const at = isLate ? deadline! - (course === "barely" ? 0.25 : 0) : vigil.until;
  const truth = grown(before, at, course);
  const isHeld = course === "held";
  const found = vigilance.look([vigil], { now: truth.now, link: linkOf(truth, subject, isHeld) });
  const seen = seenBy(subject, truth, course);
  const expected = expectedFinding(subject, seen, isHeld);
  const finding = found.failure ? "dead" : found.questions.length > 0 ? "ask" : "fine";
  if (finding !== expected) return [undefined, truth, `it is ${expected}, not ${finding}`];
  if (found.failure && found.questions.length > 0) return [undefined, truth, "who is dead is asked"];
  if (finding === "dead") return [undefined, truth, faultOfDeath(found, subject, seen)];
  const then = { ...seen, readAt: seen.now, isWoken: false };
  return [found.watching.vigils[0], finding === "ask" ? asked(subject, then, isHeld) : then];
}

/** What has happened by the next look. */
function grown(truth: Truth, now: number, course: Course): Truth {
  const next = { ...truth, now, givenBefore: truth.given, takenBefore: truth.taken };
  const isFull = truth.taken < truth.given;
  const send = (size: number, most: number): Truth => {
    const given = truth.given + size;
    return { ...next, given, taken: isFull ? truth.taken : truth.taken + most, messages: truth.messages + 1 };
  };
  switch (course) {
    case "heard":
      return { ...next, heard: truth.heard + 1 };
    case "says":
      return send(SMALL, SMALL);
    case "sticks":
      return send(4, 0);
    case "floods":
      return send(5 * 1024 * KIB, 5 * 1024 * KIB);
    case "fills":
      return send(SMALL + 8, SMALL + 4);
    case "trickles":
      return { ...next, taken: truth.taken + 2 };
    case "empties":
      return { ...next, taken: truth.given };
    default:
      return next;
  }
}

/** What is known by then of the peer, of the kernels, and of the question. */
function seenBy(subject: Subject, before: Truth, course: Course): Truth {
  const truth = kernelsSeen(subject, before);
  const { now, readAt, messages } = truth;
  const isHeard = course === "heard";
  const isHeld = course === "held";
  const isSpoken = messages > 0 && ["says", "sticks", "floods", "fills"].includes(course);
  const isActive = { silent: isHeard, idle: isSpoken, always: false }[subject.when ?? "silent"];
  // "While we pause reading, keepalive stands still"; the application's own messages go on.
  const isAnew = isHeld && subject.when === undefined;
  return {
    ...truth,
    aliveSince: isHeld ? now : isHeard ? readAt : truth.aliveSince,
    quietSince: isAnew ? now : isActive ? readAt : truth.quietSince,
    question: isHeard || isHeld ? undefined : questionSeen(truth),
    isWoken: truth.isWoken && !isAnew,
  };
}

/**
 * What the kernels hold is what they took before they first refused, and it leaves at the rate at which they have taken
 * more since, of which nothing is said before they have refused something over a whole look.
 */
function kernelsSeen({ isUntraced }: Spans, truth: Truth): Truth {
  const { now, readAt, given, taken, givenBefore, takenBefore } = truth;
  const wasFull = takenBefore < givenBefore;
  const isBurst = taken - takenBefore > 64 * KIB;
  const empty = wasFull || taken < given || isBurst ? truth.empty : { at: now, taken };
  const guess = isUntraced && isBurst ? Math.min(taken - truth.empty.taken, 4096 * KIB) / (512 * KIB) : 0;
  const guessed = now + 1000 * guess;
  const clearAt = Math.max(truth.clearAt, guessed);
  if (!wasFull) return { ...truth, empty, full: undefined, hasWaited: false, clearAt };
  const full = truth.full ?? { at: readAt, taken: takenBefore };
  const hasWaited = truth.hasWaited || taken < givenBefore;
  const rate = (taken - full.taken) / (now - full.at);
  if (!hasWaited || rate === 0) return { ...truth, empty, full, hasWaited, clearAt };
  const lag = Math.min(60_000, (full.taken - truth.empty.taken) / rate);
  return { ...truth, empty, full, hasWaited, clearAt: Math.max(guessed, now + lag) };
}

function questionSeen({ question, now, given, taken, takenBefore, clearAt }: Truth): Question | undefined {
  if (question === undefined || question.isNone) return undefined;
  const waits = taken < given && taken <= question.behind;
  if (waits) return { ...question, hasLeft: false, since: taken > takenBefore ? now : question.since };
  return question.hasLeft ? question : { ...question, hasLeft: true, since: Math.max(now, clearAt) };
}

/** What is true once it was asked; where no answer is waited for, there is no question. */
function asked({ patience, when, declines }: Subject, truth: Truth, isHeld: boolean): Truth {
  const { now, given, taken, clearAt, question } = truth;
  const isNone = declines === true && truth.turns % 2 === 1;
  const sent = when === undefined || isNone ? truth : { ...truth, messages: truth.messages + 1 };
  const own = question ?? {
    behind: given,
    hasLeft: given === taken,
    since: Math.max(now, clearAt),
    isNone: isNone && when !== undefined,
  };
  const isOneWay = patience === Infinity || isHeld;
  const count = { turns: truth.turns + 1, asked: truth.asked + (isNone ? 0 : 1) };
  return { ...sent, ...count, quietSince: now, question: isOneWay ? undefined : own };
}

/** The failure tells for how long nothing came, and what was asked. */
function faultOfDeath({ failure }: Finding, { when }: Spans, { now, aliveSince }: Truth): string | undefined {
  const { kind, phase, byUs, error } = failure!;
  if (kind !== "dead" || phase !== "open" || !byUs) return "what kind of failure it is";
  if ((error as DeadPeerError).silence !== now - aliveSince) return "it is dead for how long";
  const question = when === undefined ? "ping" : "heartbeat";
  return error.message.includes(` ${question},`) ? undefined : "what it was asked";
}

/** A question that has not left has the time that a kernel has to take it. */
function deadlineOf({ patience }: Spans, { hasLeft, since }: Question): number {
  return since + (hasLeft ? patience : Math.max(patience, STALL));
}

function expectedFinding(spans: Spans, truth: Truth, isHeld: boolean): "ask" | "dead" | "fine" {
  const { quiet, when } = spans;
  const { now, quietSince, question, isWoken } = truth;
  if (isHeld && when === undefined) return "fine";
  if (question !== undefined && now >= deadlineOf(spans, question)) return "dead";
  // "What came before it is no answer."
  if (isWoken) return "ask";
  const mayAsk = question === undefined || when === "idle" || when === "always";
  return mayAsk && now - quietSince >= quiet ? "ask" : "fine";
}

/** What any vigil must be between two looks. */
function faultOfVigil(vigil: Vigil, spans: Spans, truth: Truth): string | undefined {
  const { quiet, patience, when } = spans;
  const { now, readAt, aliveSince, quietSince, question, isWoken } = truth;
  const { until } = vigil;
  const asked = typeof vigil.question === "object" ? vigil.question.since : undefined;
  const isOff = (time: number | undefined, due: number | undefined) =>
    time !== due && !(Math.abs(time! - due!) < 1e-6);
  if (isOff(asked, question?.since)) return `since when it waits: ${question?.since}, not ${asked}`;
  if (vigil.last.now !== readAt) return "when all was read";
  if (vigil.aliveAt !== aliveSince) return "when the peer was last alive";
  // A look is never far: what is heard at it is dated back to the look before.
  const apart = question === undefined ? quiet : Math.min(quiet, patience);
  const isSilent = when === undefined || when === "silent";
  const due = question !== undefined && isSilent ? Infinity : quietSince + quiet;
  const deadline = question === undefined ? Infinity : deadlineOf(spans, question);
  const expected = isWoken ? now + READING : Math.min(readAt + apart / 4, due, deadline);
  if (isOff(until, expected)) return `when it is looked at next: ${expected}, not ${until}`;
  return until > now ? undefined : "that time goes on";
}
