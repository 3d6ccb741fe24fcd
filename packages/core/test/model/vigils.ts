// What DESIGN §3 and §5.7 say of keepalive and heartbeat, over a connection's whole silence: a module like keepalive.ts is
// led through every course of a few looks, and its vigil compared with who really lived when. A course is chosen look by
// look: when the look comes, what came before it, and whether a wake came between.

import type { askNow, look, startVigil, Vigil, Watch } from "../../src/keepalive.ts";

export interface Keepalive {
  readonly startVigil: typeof startVigil;
  readonly askNow: typeof askNow;
  readonly look: typeof look;
}

/** Pings with the usual tolerance, with more and with less; a heartbeat; a heartbeat only after a wake. */
const watches: readonly Watch[] = [
  { message: undefined, quiet: 8, patience: 8 },
  { message: undefined, quiet: 8, patience: 20 },
  { message: undefined, quiet: 8, patience: 3 },
  { message: "beat", quiet: 4, patience: 6 },
  { message: "beat", quiet: Infinity, patience: 6 },
];

const START = 1_000;
/** What was heard last: at once after the look before, or just now. Either is all that a look knows. */
type Course = "silent" | "just in time" | "too late" | "heard" | "held" | "woken";
const courses: readonly Course[] = ["silent", "just in time", "too late", "heard", "held", "woken"];
const LONGEST = 6;

/** The truth about a connection: its vigil must agree. */
interface Truth {
  readonly now: number;
  /** Not before this the peer was last alive, or we last did not read. */
  readonly aliveSince: number;
  /** The question that nothing has answered. */
  readonly askedAt: number | undefined;
}

/** The first thing in which the module and DESIGN differ. */
export function faultOf(keepalive: Keepalive): string | undefined {
  for (const watch of watches) {
    const vigil = keepalive.startVigil(watch, START);
    const truth: Truth = { now: START, aliveSince: START, askedAt: undefined };
    const fault = faultOfVigil(vigil, watch, truth) ?? faultAfter(keepalive, watch, vigil, truth, []);
    if (fault !== undefined) return `${fault} (${watch.message ?? "ping"} ${watch.quiet} ${watch.patience})`;
  }
  return undefined;
}

function faultAfter(
  keepalive: Keepalive,
  watch: Watch,
  vigil: Vigil,
  truth: Truth,
  path: readonly Course[],
): string | undefined {
  if (path.length === LONGEST) return undefined;
  for (const course of courses) {
    // Where looks are not apart, none is late; where none is due, there is none.
    const isLate = course === "just in time" || course === "too late";
    if (isLate && watch.quiet === Infinity) continue;
    if (course !== "woken" && vigil.until === Infinity) continue;
    const here = [...path, course];
    const [next, then, fault] = taken(keepalive, watch, vigil, truth, course);
    if (fault !== undefined) return `${fault} after ${here.join(", ")}`;
    if (next === undefined) continue;
    const later = faultOfVigil(next, watch, then);
    if (later !== undefined) return `${later} after ${here.join(", ")}`;
    const deeper = faultAfter(keepalive, watch, next, then, here);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

type Taken = readonly [next: Vigil | undefined, truth: Truth, fault?: string | undefined];

function taken(keepalive: Keepalive, watch: Watch, vigil: Vigil, truth: Truth, course: Course): Taken {
  if (course === "woken") {
    const now = vigil.until === Infinity ? truth.now + 1 : (truth.now + vigil.until) / 2;
    return [keepalive.askNow(vigil, now), { ...truth, now, askedAt: now }];
  }
  const late =
    course === "just in time" ? watch.quiet / 4 : course === "too late" ? watch.quiet / 4 + 0.5 : 0;
  const now = vigil.until + late;
  const hasHeard = course === "heard";
  const isHeld = course === "held";
  const [next, finding] = keepalive.look(vigil, now, hasHeard, isHeld);
  const aliveSince = isHeld ? now : hasHeard ? truth.now : truth.aliveSince;
  const askedAt = hasHeard || isHeld ? undefined : truth.askedAt;
  const expected = expectedFinding(watch, { now, aliveSince, askedAt }, course);
  if (finding !== expected) return [undefined, truth, `it is ${expected}, not ${finding}`];
  if (finding === "dead")
    return [undefined, truth, next.aliveAt === aliveSince ? undefined : "it is dead for how long"];
  return [next, { now, aliveSince, askedAt: finding === "ask" ? now : askedAt }];
}

/** "ping after so long without inbound bytes"; "dead after keepalive × this since the first unanswered ping". */
function expectedFinding(watch: Watch, { now, aliveSince, askedAt }: Truth, course: Course) {
  // "While we pause reading, keepalive stands still."
  if (course === "held") return "fine";
  if (askedAt === undefined) return now - aliveSince >= watch.quiet ? "ask" : "fine";
  if (now - askedAt < watch.patience) return "fine";
  // "a timer that is late triggers a probe, never a verdict".
  return course === "too late" ? "ask" : "dead";
}

/** What any vigil must be between two looks. */
function faultOfVigil(vigil: Vigil, watch: Watch, { now, aliveSince, askedAt }: Truth): string | undefined {
  const { until } = vigil;
  const deadline = askedAt === undefined ? aliveSince + watch.quiet : askedAt + watch.patience;
  if (vigil.watch !== watch) return "its watch is another";
  if (vigil.lookedAt !== now) return "when it was looked at";
  if (vigil.aliveAt !== aliveSince) return "when the peer was last alive";
  if (vigil.askedAt !== askedAt) return "what it waits for";
  // A look is never far: what is heard at it is dated back to the look before.
  if (until !== Math.min(now + watch.quiet / 4, deadline)) return "when it is looked at next";
  return until > now ? undefined : "that time goes on";
}
