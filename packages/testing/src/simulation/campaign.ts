// A campaign: many schedules, one after another, and what came of them.

import { Coverage } from "./coverage.ts";
import { type Outcome, runSchedule } from "./schedule.ts";
import { show } from "./show.ts";
import type { Plant } from "./world.ts";

/** Which schedules a campaign runs, and when it stops. */
export interface CampaignOptions {
  /** The seed of the first schedule; the others follow. */
  readonly seed: number;
  /** How many schedules. */
  readonly schedules: number;
  /** A fault that is built in on purpose. */
  readonly plant?: Plant | undefined;
  /** Stop after so many schedules with a violation. */
  readonly mostFailures?: number;
  /** Called now and then; what it returns tells whether to go on. */
  readonly onProgress?: (campaign: Campaign) => boolean | void;
}

/** What came of a campaign so far. */
export interface Campaign {
  /** How many schedules were run. */
  schedules: number;
  /** Which cells of the lifecycle table they have hit, and how often. */
  readonly coverage: Coverage;
  /** What violated an invariant. */
  readonly failures: Outcome[];
  /** How many schedules had so many steps: `lengths[steps]`. */
  readonly lengths: number[];
}

export function newCampaign(): Campaign {
  return { schedules: 0, coverage: new Coverage(), failures: [], lengths: [] };
}

/** After so many schedules a campaign tells of its progress, and lets others of its thread run. */
const STRETCH = 250;

/**
 * Runs many schedules, one after another, until all are run or enough have failed. The thread has its turn between two
 * of them.
 *
 * @example
 * const { failures } = await runCampaign({ seed: 1, schedules: 5 });
 * failures; // → []
 */
export async function runCampaign(options: CampaignOptions): Promise<Campaign> {
  const { seed, schedules, plant, mostFailures = 1, onProgress } = options;
  const campaign = newCampaign();
  const watch = watchRejections();
  // Nobody reads the stacks of errors that are made by the million; a replay has them.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    while (campaign.schedules < schedules && campaign.failures.length < mostFailures) {
      const outcome = await watch.through(() =>
        runSchedule(seed + campaign.schedules, { plant, observersOf: () => [campaign.coverage] }),
      );
      campaign.schedules++;
      const length = outcome.made.length;
      campaign.lengths[length] = (campaign.lengths[length] ?? 0) + 1;
      if (outcome.violations.length > 0) campaign.failures.push(outcome);
      if (campaign.schedules % STRETCH === 0 && onProgress?.(campaign) === false) break;
    }
  } finally {
    watch.end();
    Error.stackTraceLimit = stackTraceLimit;
  }
  return campaign;
}

/**
 * The median of the steps of a campaign's schedules.
 *
 * @example
 * const campaign = await runCampaign({ seed: 1, schedules: 5 });
 * console.log(`half of them have ${medianLength(campaign)} steps or less`);
 */
export function medianLength({ lengths, schedules }: Campaign): number {
  let seen = 0;
  return lengths.findIndex((count = 0) => {
    seen += count;
    return seen * 2 >= schedules;
  });
}

interface Watch {
  through(run: () => Promise<Outcome>): Promise<Outcome>;
  end(): void;
}

/** No promise may be rejected without anyone to handle it; Node tells of one when the microtasks are done. */
export function watchRejections(): Watch {
  let reasons: unknown[] = [];
  const note = (reason: unknown) => reasons.push(reason);
  process.on("unhandledRejection", note);
  return {
    async through(run) {
      const outcome = await run();
      await new Promise((resolve) => setImmediate(resolve));
      if (reasons.length === 0) return outcome;
      const violations = reasons.map((reason) => ({
        rule: "rejections",
        detail: `unhandled: ${show(reason)}`,
      }));
      reasons = [];
      return { ...outcome, violations: [...outcome.violations, ...violations] };
    },
    end: () => process.off("unhandledRejection", note),
  };
}
