// Whoever has a file in `lanes`: one's own code first, then the libraries by name, Gundam last.

import type { Contender } from "./contender.ts";

const files = import.meta.glob<Contender>("./lanes/*.ts", { eager: true, import: "contender" });

export const contenders: readonly Contender[] = Object.values(files).sort(
  (one, other) => placeOf(one) - placeOf(other) || one.name.localeCompare(other.name),
);

function placeOf({ library }: Contender): number {
  if (library === undefined) return 0;
  return library === "gundam" ? 2 : 1;
}
