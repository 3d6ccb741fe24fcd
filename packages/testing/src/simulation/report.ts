// What is printed of a schedule that failed: its seed, what was violated, its options, its trace, and how to see it again.

import { watchRejections } from "./campaign.ts";
import { type Made, type Outcome, runSchedule } from "./schedule.ts";
import { show } from "./show.ts";
import { Trace } from "./trace.ts";
import type { Plant } from "./world.ts";

/**
 * Runs a schedule again, for its trace.
 *
 * @example
 * const { lines } = await traceSchedule(1);
 * console.log(lines.join("\n"));
 */
export async function traceSchedule(
  seed: number,
  options: { readonly plant?: Plant | undefined; readonly script?: readonly Made[] | undefined } = {},
): Promise<{ readonly outcome: Outcome; readonly lines: readonly string[] }> {
  let trace: Trace | undefined;
  const watch = watchRejections();
  try {
    const outcome = await watch.through(() =>
      runSchedule(seed, {
        ...options,
        observersOf: (world) => {
          trace = new Trace(world);
          return [trace];
        },
      }),
    );
    return { outcome, lines: trace!.lines };
  } finally {
    watch.end();
  }
}

/**
 * Leaves out steps as long as the same rule is violated: the shortest schedule that is found so.
 *
 * @example
 * const { failures } = await runCampaign({ seed: 1, schedules: 20 });
 * for (const failure of failures) console.log(await shrink(failure));
 */
export async function shrink(outcome: Outcome, plant?: Plant): Promise<readonly Made[]> {
  const { seed, violations } = outcome;
  const watch = watchRejections();
  const fails = async (script: readonly Made[]) => {
    const { violations: found } = await watch.through(() => runSchedule(seed, { plant, script }));
    return found.some(({ rule }) => rule === violations[0]!.rule);
  };
  try {
    let script = outcome.made;
    for (let size = Math.ceil(script.length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0) {
      for (let at = script.length - size; at > -size; at -= size) {
        const shorter = [...script.slice(0, Math.max(0, at)), ...script.slice(at + size)];
        if (shorter.length < script.length && (await fails(shorter))) script = shorter;
      }
    }
    return script;
  } finally {
    watch.end();
  }
}

/**
 * Everything about a failure, shrunk if that can be.
 *
 * @example
 * const { failures } = await runCampaign({ seed: 1, schedules: 20 });
 * for (const failure of failures) console.log(await reportFailure(failure));
 */
export async function reportFailure(outcome: Outcome, plant?: Plant): Promise<string> {
  const script = await shrink(outcome, plant);
  const shrunk = await traceSchedule(outcome.seed, { plant, script });
  const told = shrunk.outcome.violations.length > 0 ? shrunk : await traceSchedule(outcome.seed, { plant });
  const { violations, made, description } = told.outcome;
  return [
    `Seed ${outcome.seed} violates what must hold${plant ? ` (planted: ${plant.name})` : ""}:`,
    ...violations.map(({ rule, detail }) => `  ${rule}: ${detail}`),
    "Options:",
    ...Object.entries(description).map(([name, value]) => `  ${name}: ${show(value)}`),
    `Trace of the ${made.length} steps that are left of ${outcome.made.length}:`,
    ...told.lines,
    `Replay all of them: gundam-simulate --replay ${outcome.seed}`,
  ].join("\n");
}
