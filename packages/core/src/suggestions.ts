// "Did you mean": what an unknown option may have been meant to be. Browsers leave it out of production.

import type { Declaration, DeclarationTable, Suggest } from "./option-checks.ts";

/**
 * Finds the known name that is most like an unknown one, and says it as an error does; "" if none is like it at all.
 *
 * @example
 * suggestFrom({ retry: [count, 5] })("retrys"); // → "; did you mean retry?"
 */
export function suggestFrom(declared: DeclarationTable, ignored: readonly string[] = []): Suggest {
  return (option) => {
    const near = nearest(option, [...pathsOf(declared, "", groupOf(option)), ...ignored]);
    return near === undefined ? "" : `; did you mean ${near}?`;
  };
}

function groupOf(option: string): string {
  return option.slice(0, option.lastIndexOf(".") + 1);
}

/** All declared paths, those of one group first. */
function pathsOf(table: DeclarationTable, path: string, first = ""): string[] {
  const paths = Object.entries(table).flatMap(([key, declared]) =>
    isTable(declared) ? [path + key, ...pathsOf(declared, `${path}${key}.`)] : [path + key],
  );
  const isFirst = (other: string) => groupOf(other) === first;
  return [...paths.filter(isFirst), ...paths.filter((other) => !isFirst(other))];
}

function isTable(declared: Declaration | DeclarationTable): declared is DeclarationTable {
  return !Array.isArray(declared);
}

/** Compares the last parts of the names. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const lastOf = (path: string) => path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  const wanted = lastOf(name);
  let best: string | undefined;
  let least = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const steps = distance(wanted, lastOf(candidate));
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best;
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (a[i] === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
