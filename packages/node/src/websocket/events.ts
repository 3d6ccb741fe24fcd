// The types of the faces' events on Node, and how they are made, of Node's own classes where it has them.

import type { GundamError } from "@gundam/core";
import type { DropFacts, FailureFacts } from "@gundam/core/websocket";

/** An `error` event: an `Event`, as the standard has it, that also says why. */
export interface FailureEvent extends Event, FailureFacts {}

/** A `drop` event: a message that will not be sent. */
export interface DropEvent extends Event, DropFacts {}

export function failureEvent(error: GundamError): FailureEvent {
  const facts = { error: { value: error }, message: { value: error.message } };
  return Object.defineProperties(new Event("error"), facts) as FailureEvent;
}
