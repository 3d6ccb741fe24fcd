// A colour for each policy, the same wherever it is drawn.

import { policies } from "@gundam/testing/storm";

/** The policy's own, one of style/theme.css's. */
export function colourOf(name: string): string {
  const index = policies.findIndex((policy) => policy.name === name);
  return `var(--series-${index % 10})`;
}
