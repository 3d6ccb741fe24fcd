// When a message has been told to all its listeners: readers, which are listeners too, may tell of an overflow meanwhile.

import { QueueFullError } from "@gundam/core";
import type { Observation } from "../observation.ts";

/** Whether what is observed can only come after a message that was told last has come to all its listeners. */
export function endsTelling(observation: Observation): boolean {
  switch (observation.kind) {
    case "called":
    case "settled":
      return !(observation.call.args[0] instanceof QueueFullError);
    case "told":
      return observation.type === "error" && !(observation.detail instanceof QueueFullError);
    case "network":
      // A connection says that it is ending when a listener sends, and a new one its phase when a listener hands over.
      return observation.what.type !== "ending" && observation.what.type !== "phase";
    default:
      return observation.kind === "step";
  }
}
