// The messages as they were at a time of the past.

import type { MessageEntry } from "./messages.ts";

/** Those that there were, with what had become of each; `at`: wall clock. */
export function messagesAt(entries: readonly MessageEntry[], at: number): readonly MessageEntry[] {
  return entries
    .filter((entry) => entry.at <= at)
    .map((entry) => {
      const { outcome, cause } = entry.told.filter((one) => one.at <= at).at(-1) ?? {};
      return { ...entry, outcome, cause };
    });
}
