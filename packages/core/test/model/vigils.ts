// What DESIGN §3 and §5.7 say of keepalive and heartbeat, over a connection's whole silence: a module like keepalive.ts is
// led through every course of a few looks, and its vigil compared with who really lived when. A course is chosen look by
// look: when the look comes, what came before it, and whether a wake came between.

import type { DeadPeerError } from "../../src/errors.ts";
import type { Vigil, Vigilance, vigilanceOf, Watch, watchSilence } from "../../src/keepalive.ts";

export interface Keepalive {
  readonly watchSilence: typeof watchSilence;
  readonly vigilanceOf: typeof vigilanceOf;
}

interface Spans {
  readonly message: string | undefined;
  readonly quiet: number;
  readonly patience: number;
}

/** Pings with the usual tolerance, with more and with less; a heartbeat, one only after a wake, and one without an answer. */
const spans: readonly Spans[] = [
  { message: undefined, quiet: 8, patience: 8 },
  { message: undefined, quiet: 8, patience: 20 },
  { message: undefined, quiet: 8, patience: 3 },
  { message: "beat", quiet: 4, patience: 6 },
  { message: "beat", quiet: Infinity, patience: 6 },
  { message: "beat", quiet: 8, patience: Infinity },
];

const START = 1_000;
/** What was heard last: at once after the look before, or just now. Either is all that a look knows. */
type Course = "silent" | "just in time" | "too late" | "heard" | "held" | "woken";
const courses: readonly Course[] = ["silent", "just in time", "too late", "heard", "held", "woken"];
const LONGEST = 6;

/** What has come is read by then, after a wake or a look that came late. */
const READING = 100;

/** The truth about a connection: its vigil must agree. */
interface Truth {
  readonly now: number;
  /** When all had last been read that had come. */
  readonly readAt: number;
  /** Not before this the peer was last alive, or we last did not read. */
  readonly aliveSince: number;
  /** The question that nothing has answered. */
  readonly askedAt: number | undefined;
  /** Since when what has come is being read: it was woken, or looked at too late to judge. */
  readonly reading: { readonly since: number; readonly of: "a wake" | "a late look" } | undefined;
}

/** A watch, and what it was made of; it watches alone. */
interface Watched extends Spans {
  readonly watch: Watch;
  readonly vigilance: Vigilance;
}

type Finding = ReturnType<Vigilance["look"]>;

/** The first thing in which the module and DESIGN differ. */
export function faultOf(keepalive: Keepalive): string | undefined {
  if (keepalive.vigilanceOf([]) !== undefined) return "who watches nothing";
  for (const { message, quiet, patience } of spans) {
    const watch = keepalive.watchSilence(message, quiet, patience);
    const vigilance = keepalive.vigilanceOf([watch])!;
    const watched = { watch, vigilance, message, quiet, patience };
    const [vigil] = vigilance.begin(START);
    if (vigil === undefined) return "that it is watched";
    const truth: Truth = {
      now: START,
      readAt: START,
      aliveSince: START,
      askedAt: undefined,
      reading: undefined,
    };
    const fault =
      watch.message === message
        ? (faultOfVigil(vigil, watched, truth) ?? faultAfter(watched, vigil, truth, []))
        : "what is asked";
    if (fault !== undefined) return `${fault} (${message ?? "ping"} ${quiet} ${patience})`;
  }
  return undefined;
}

function faultAfter(
  watched: Watched,
  vigil: Vigil,
  truth: Truth,
  path: readonly Course[],
): string | undefined {
  if (path.length === LONGEST) return undefined;
  for (const course of courses) {
    // Where looks are not apart, none is late; where none is due, there is none.
    const isLate = course === "just in time" || course === "too late";
    if (isLate && watched.quiet === Infinity) continue;
    if (course !== "woken" && vigil.until === Infinity) continue;
    const here = [...path, course];
    const [next, then, fault] = taken(watched, vigil, truth, course);
    if (fault !== undefined) return `${fault} after ${here.join(", ")}`;
    if (next === undefined) continue;
    const later = faultOfVigil(next, watched, then);
    if (later !== undefined) return `${later} after ${here.join(", ")}`;
    const deeper = faultAfter(watched, next, then, here);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

type Taken = readonly [next: Vigil | undefined, truth: Truth, fault?: string | undefined];

function taken(watched: Watched, vigil: Vigil, truth: Truth, course: Course): Taken {
  const { vigilance, message, quiet } = watched;
  if (course === "woken") {
    const now = vigil.until === Infinity ? truth.now + 1 : (truth.now + vigil.until) / 2;
    const next = vigilance.askSoon([vigil], now)[0];
    return [next, { ...truth, now, askedAt: undefined, reading: { since: now, of: "a wake" } }];
  }
  const late = course === "just in time" ? quiet / 4 : course === "too late" ? quiet / 4 + 0.5 : 0;
  const now = vigil.until + late;
  const hasHeard = course === "heard";
  const isHeld = course === "held";
  const found = vigilance.look([vigil], { now, hasHeard, isHeld });
  // Of what came it is known that it came after all was read.
  const aliveSince = isHeld ? now : hasHeard ? truth.readAt : truth.aliveSince;
  const askedAt = hasHeard || isHeld ? undefined : truth.askedAt;
  const finding = wordFor(found, message);
  const [expected, then] = expectedFinding(watched, { ...truth, now, aliveSince, askedAt }, course);
  if (finding !== expected) return [undefined, truth, `it is ${expected}, not ${finding}`];
  if (finding === "dead") return [undefined, truth, faultOfDeath(found, watched, now - aliveSince)];
  return [found.vigils[0], finding === "ask" ? asked(watched, then) : then];
}

/** What is true once it was asked: where no answer is waited for, its silence counts anew. */
function asked({ patience }: Spans, truth: Truth): Truth {
  const { now } = truth;
  return patience === Infinity
    ? { ...truth, readAt: now, aliveSince: now, askedAt: undefined }
    : { ...truth, askedAt: now };
}

function wordFor({ questions, failure }: Finding, message: string | undefined): string {
  const asked = questions.map((question) => (question === message ? "ask" : `ask ${question}`)).join(", ");
  if (failure === undefined) return asked || "fine";
  return asked ? `dead, and ${asked}` : "dead";
}

/** The failure tells for how long nothing came, and what was asked. */
function faultOfDeath({ failure }: Finding, { message }: Spans, silence: number): string | undefined {
  const { kind, phase, byUs, error } = failure!;
  if (kind !== "dead" || phase !== "open" || !byUs) return "what kind of failure it is";
  if ((error as DeadPeerError).silence !== silence) return "it is dead for how long";
  const question = message === undefined ? "ping" : "heartbeat";
  return error.message.includes(` ${question},`) ? undefined : "what it was asked";
}

/** "ping after so long without inbound bytes"; "dead after keepalive × this since the first unanswered ping". */
function expectedFinding(
  { quiet, patience }: Spans,
  truth: Truth,
  course: Course,
): readonly [finding: "ask" | "dead" | "fine", truth: Truth] {
  const { now, aliveSince, askedAt, reading } = truth;
  const read: Truth = { ...truth, readAt: now, reading: undefined };
  // "While we pause reading, keepalive stands still."
  if (course === "held") return ["fine", read];
  // "What came before it is no answer."
  if (reading?.of === "a wake") return ["ask", read];
  if (askedAt === undefined) return [now - aliveSince >= quiet ? "ask" : "fine", read];
  if (now - askedAt < patience) return ["fine", read];
  // A look that is late does not judge, and asks nothing again; the one after it judges, however late it is.
  if (course !== "too late" || reading) return ["dead", read];
  return ["fine", { ...truth, reading: { since: now, of: "a late look" } }];
}

/** What any vigil must be between two looks. */
function faultOfVigil(
  vigil: Vigil,
  { watch, quiet, patience }: Watched,
  { now, readAt, aliveSince, askedAt, reading }: Truth,
): string | undefined {
  const { until } = vigil;
  const deadline = askedAt === undefined ? aliveSince + quiet : askedAt + patience;
  if (vigil.watch !== watch) return "its watch is another";
  if (vigil.lookedAt !== readAt) return "when all was read";
  if (vigil.aliveAt !== aliveSince) return "when the peer was last alive";
  if (vigil.askedAt !== (reading?.of === "a wake" ? Infinity : askedAt)) return "what it waits for";
  // A look is never far: what is heard at it is dated back to the look before.
  const due = reading ? reading.since + READING : Math.min(now + quiet / 4, deadline);
  if (until !== due) return "when it is looked at next";
  return until > now ? undefined : "that time goes on";
}
