// What a policy is: how long a client waits before each retry, and how long it lets a handshake take.

import type { Failure } from "@gundam/core";

/** How long a client waits before each retry, and how long it lets a handshake take. */
export interface Policy {
  /** What `StormOptions.policy` names it by. */
  readonly name: string;
  /** Where its constants come from. */
  readonly source: string;
  /** How long a client waits for an attempt before it gives that one up, in ms. */
  readonly handshakeTimeout: number;
  /** `random`: uniform in [0, 1), the policy's only source of chance. */
  fleet(clients: number, random: () => number): Fleet;
}

/** So many clients of one policy, and what each of them remembers. All of them are connected. */
export interface Fleet {
  /**
   * How long `client` waits before its next attempt, in ms; Infinity when it gives up for good. Called first when its
   * connection is lost, then for each attempt that failed; `now`: when it notices, in ms.
   */
  plan(client: number, failure: Failure, now: number): number;
}
