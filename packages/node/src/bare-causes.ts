// What users' functions throw is the cause of an error of ours, as it is; but what Node lets its own errors carry is taken
// from them before anybody is told: the url that was none has its secrets.

import type { ObservedType } from "@gundam/core";
import { causeOf } from "./dial/phase.ts";
import { forgetUrl } from "./other-runtimes.ts";

/** Longer chains of causes are circles. */
const LONGEST_CHAIN = 10;

/** An observer, ahead of all that show what it is told. */
export function bareCauses(_client: object, _type: ObservedType, detail: unknown): void {
  const { error = detail } = Object(detail) as { readonly error?: unknown };
  try {
    let { cause } = Object(error) as { readonly cause?: unknown };
    for (let i = 0; i < LONGEST_CHAIN && cause !== undefined; i++) {
      causeOf(cause);
      forgetUrl(cause);
      ({ cause } = Object(cause) as { readonly cause?: unknown });
    }
  } catch {
    // It throws at every question, and carries nothing of Node's.
  }
}
