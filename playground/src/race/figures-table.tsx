// The figures of a race, a row a client; before there are any, the table stands empty.

import { versions } from "virtual:library-versions";
import type { Contender } from "./contender.ts";
import { figures } from "./figures.ts";
import type { Result } from "./result.ts";

export interface FiguresTableProps {
  readonly contenders: readonly Contender[];
  readonly results: readonly Result[];
}

export function FiguresTable({ contenders, results }: FiguresTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls by the arrow keys.
    <section class="figures" tabIndex={0} aria-label="Table of figures">
      <table>
        <thead>
          <tr>
            <th scope="col">Client</th>
            {figures.map(({ label, meaning }) => (
              <th key={label} scope="col" title={meaning}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {contenders.map(({ id, name, library }) => {
            const result = results.find((result) => result.id === id);
            return (
              <tr key={id}>
                <th scope="row">
                  {name} {library !== undefined && <small>{versions[library]}</small>}
                </th>
                {figures.map(({ label, write }) => (
                  <td key={label}>{result === undefined ? "–" : write(result)}</td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
