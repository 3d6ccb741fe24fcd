// What the figures of several storms say, in words: who does best at what, and where ours is beaten.

import { formatDuration } from "../format.ts";
import type { StormSummary } from "./progress.ts";

const OURS = "resilient";

interface Discipline {
  readonly title: string;
  readonly figure: (report: StormSummary) => number;
  readonly format: (figure: number) => string;
}

const inOneLine = new Intl.ListFormat("en");
const formatNumber = (figure: number) => figure.toLocaleString("en");

/** The less the better. */
const disciplines: readonly Discipline[] = [
  { title: "First to have everybody back", figure: ({ recovery }) => recovery, format: formatDuration },
  { title: "Shortest median downtime", figure: ({ downtime }) => downtime.median, format: formatDuration },
  { title: "Fewest attempts in a second", figure: ({ peak }) => peak, format: formatNumber },
  { title: "Fewest attempts in all", figure: ({ attempts }) => attempts.total, format: formatNumber },
];

/** A sentence each; of the storms that are over, if there are two of them to compare. */
export function verdictOf(reports: readonly StormSummary[]): readonly string[] {
  const over = reports.filter(({ isOver }) => isOver);
  if (over.length < 2) return [];
  const complete = over.filter(({ connected, clients }) => connected === clients);
  const missing = over.filter((report) => !complete.includes(report));
  return [
    ...(complete.length < 2 ? [] : disciplines.map((discipline) => compare(complete, discipline))),
    ...(missing.length === 0 ? [] : [`Never has everybody back: ${missing.map(inShare).join(", ")}.`]),
  ];
}

/** Who makes few attempts because it leaves clients behind is not compared. */
function compare(reports: readonly StormSummary[], { title, figure, format }: Discipline): string {
  const ranked = [...reports].sort((a, b) => figure(a) - figure(b));
  const shown = (report: StormSummary) => format(figure(report));
  const best = shown(ranked[0]!);
  // What reads the same is no victory.
  const leaders = ranked.filter((report) => shown(report) === best).map(({ policy }) => policy);
  const place = ranked.findIndex(({ policy }) => policy === OURS);
  const sentence = `${title}: ${inOneLine.format(leaders)}, ${best}`;
  if (place < 0) return `${sentence}.`;
  const ours = ranked[place]!;
  if (!leaders.includes(OURS))
    return `${sentence}; ours, ${OURS}, ${shown(ours)}: place ${place + 1} of ${ranked.length}.`;
  const next = ranked[leaders.length];
  return next === undefined ? `${sentence}.` : `${sentence}; next ${next.policy}, ${shown(next)}.`;
}

/** `gun (0 %)`, in one piece. */
function inShare({ policy, connected, clients }: StormSummary): string {
  return `${policy} (${Math.floor((connected / clients) * 100)}\u00a0%)`;
}
