// How far a run has got: by the time that its clients have lived through, and an estimate of what is left.

import { formatDuration } from "../format.ts";
import { formatEstimate } from "./progress.ts";
import type { StormRun } from "./storm-run.ts";

export function StormProgress({ run }: { run: StormRun }) {
  const state = run.state.value;
  const { share } = run.progress.value;
  return (
    <div class="progress">
      {/* Without a value it says that something goes on. */}
      <progress
        max={1}
        value={state.name === "over" ? 1 : (share ?? (state.name === "running" ? undefined : 0))}
        aria-label="Progress of the storm"
      />
      <p role="status" aria-label="Storm">
        {headlineOf(run)}
      </p>
      <p class="moment">{momentOf(run)}</p>
      <p class="problem" role="alert">
        {state.name === "failed" ? state.problem : ""}
      </p>
    </div>
  );
}

/** What is told aloud, too: it changes once a policy. */
function headlineOf(run: StormRun): string {
  const state = run.state.value;
  if (state.name === "over") return "All policies have had their storm.";
  if (state.name === "cancelled") return "Cancelled.";
  if (state.name !== "running") return "";
  const { reports, weather } = run.outcome.value!;
  const index = Math.max(0, reports.length - 1);
  return `${weather.chosen[index]}, ${index + 1} of ${weather.chosen.length}`;
}

/** `0.42 s of the storm · 1,204,332 attempts · 0 back · about 12 s left`. */
function momentOf(run: StormRun): string {
  const outcome = run.outcome.value;
  const current = outcome?.reports.at(-1);
  if (outcome === undefined || current === undefined) return "";
  if (run.state.value.name === "over") return `It took ${formatDuration(outcome.elapsed)}.`;
  const { now, clients, attempts, connected } = current;
  // A million take some tenths of a second to notice, before the first ms has passed.
  if (now === 0) return `${clients.toLocaleString("en")} clients lose their server.`;
  const { left } = run.progress.value;
  return [
    `${(now / 1000).toFixed(now < 10_000 ? 2 : 1)} s of the storm`,
    `${attempts.total.toLocaleString("en")} attempts`,
    `${connected.toLocaleString("en")} back`,
    ...(left !== undefined && run.state.value.name === "running" ? [`${formatEstimate(left)} left`] : []),
  ].join(" · ");
}
