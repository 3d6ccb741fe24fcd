// The figures of a run, a row a policy, and what they say in words.

import { formatDuration } from "../format.ts";
import { colourOf } from "./policy-colours.ts";
import type { StormSummary } from "./progress.ts";
import { verdictOf } from "./verdict.ts";

export interface StormFiguresProps {
  readonly reports: readonly StormSummary[];
  /** Nothing more will come. */
  readonly isOver: boolean;
}

export function StormFigures({ reports, isOver }: StormFiguresProps) {
  const verdict = verdictOf(reports);
  return (
    <section class="panel" aria-label="Figures">
      <h2>Figures</h2>
      {verdict.length > 0 && !isOver && <p class="note">So far, of the policies whose storm is over:</p>}
      {verdict.length > 0 && (
        <ul class="findings" aria-label="Verdict">
          {verdict.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls by the arrow keys. */}
      <section class="figures" tabIndex={0} aria-label="Table of figures">
        <table>
          <thead>
            <tr>
              <th scope="col">Policy</th>
              <th scope="col">Last client back</th>
              <th scope="col">against N ÷ C</th>
              <th scope="col">Median downtime</th>
              <th scope="col">Most attempts in a second</th>
              <th scope="col">Attempts</th>
              <th scope="col">Lost for good</th>
            </tr>
          </thead>
          <tbody>
            {reports.map((report) => (
              <tr key={report.policy}>
                <th scope="row">
                  <span class="key" style={{ "--key": colourOf(report.policy) }}>
                    {report.policy}
                  </span>
                </th>
                <td>{lastBack(report)}</td>
                <td>{report.overBound === Infinity ? "–" : `${report.overBound.toFixed(2)} ×`}</td>
                <td>{report.downtime.median === Infinity ? "–" : formatDuration(report.downtime.median)}</td>
                <td>{report.peak.toLocaleString("en")}</td>
                <td>{report.attempts.total.toLocaleString("en")}</td>
                <td>{report.lost.toLocaleString("en")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function lastBack({ recovery, isOver }: StormSummary): string {
  if (recovery !== Infinity) return formatDuration(recovery);
  return isOver ? "never" : "…";
}
