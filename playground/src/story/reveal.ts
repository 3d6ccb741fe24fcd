// Leads to the row that a part of a story tells of.

import { keyOf } from "../attempts/waterfall.ts";
import type { Session } from "../client/session.ts";
import { attemptRowId, eventRowId, messageListId } from "../row-ids.ts";
import type { Target } from "./tell-story.ts";

/** Whether the row is still remembered. */
export function isThere({ attempts, events, messages }: Session, target: Target): boolean {
  switch (target.type) {
    case "attempt":
      return attempts.value.some((_, index, records) => keyOf(records, index) === target.key);
    case "event":
      return events.log.entries.value.some(({ id }) => id === target.id);
    case "message":
      // Looked at so that it follows the log.
      messages.version.value;
      return messages.has(target.id);
  }
}

export function reveal(session: Session, target: Target): void {
  const { name } = session;
  switch (target.type) {
    case "attempt":
      return focus(attemptRowId(name, target.key));
    case "event":
      return focus(eventRowId(name, target.id));
    case "message":
      session.chosenMessage.value = target.id;
      return focus(messageListId(name));
  }
}

function focus(id: string): void {
  const row = document.getElementById(id);
  row?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: "center" });
}
