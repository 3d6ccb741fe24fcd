// Which curve is whose, and what it says at the point of time that is read. A name fades the others.

import type { Curves } from "./curves.ts";
import { colourOf } from "./policy-colours.ts";
import { formatMoment, formatRate, formatShare, read } from "./reading.ts";

export interface LegendProps {
  readonly chosen: readonly string[];
  readonly curves: Curves;
  /** No curve grows any more. */
  readonly isOver: boolean;
  /** Of the point that is read; undefined for the newest. */
  readonly index: number | undefined;
  /** Those that are not faded; none: all of them. */
  readonly picked: readonly string[];
  readonly pick: (names: readonly string[]) => void;
}

export function Legend({ chosen, curves, isOver, index, picked, pick }: LegendProps) {
  const { seconds, best } = curves;
  const toggle = (name: string) =>
    pick(picked.includes(name) ? picked.filter((other) => other !== name) : [...picked, name]);
  const newest = isOver ? "At the end" : "So far";
  const moment = index === undefined ? newest : `At ${formatMoment(seconds[index]!)}`;
  return (
    <section class="curve-legend" aria-label="Legend">
      <header>
        <h2>{moment}</h2>
        <button type="button" class="quiet" aria-disabled={picked.length === 0} onClick={() => pick([])}>
          Show all
        </button>
      </header>
      <table>
        <thead>
          <tr>
            <th scope="col">Policy</th>
            <th scope="col">Back</th>
            <th scope="col">Attempts a second</th>
          </tr>
        </thead>
        <tbody>
          {chosen.map((name, policy) => {
            const { connected, attempts } = read(curves, policy, index);
            const isFaded = picked.length > 0 && !picked.includes(name);
            return (
              <tr key={name} class={isFaded ? "faded" : undefined}>
                <th scope="row">
                  <button
                    type="button"
                    class="key"
                    style={{ "--key": colourOf(name) }}
                    aria-pressed={picked.includes(name)}
                    title={`Fade all others but ${name}`}
                    onClick={() => toggle(name)}
                  >
                    {name}
                  </button>
                </th>
                <td>{formatShare(connected)}</td>
                <td>{formatRate(attempts)}</td>
              </tr>
            );
          })}
          <tr>
            <th scope="row">
              <span class="key best">at best, N ÷ C</span>
            </th>
            <td>{formatShare(best[index ?? best.length - 1])}</td>
            <td>–</td>
          </tr>
        </tbody>
      </table>
      <p class="note">A name fades the others. Point at a chart, or move the slider below it, to read it.</p>
    </section>
  );
}
