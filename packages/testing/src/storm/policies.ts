// The policies by name.

import { gundamPolicies } from "./gundam-policies.ts";
import { peerPolicies } from "./peer-policies.ts";
import type { Policy } from "./policy.ts";

/** Every policy that the storm knows by name: the library's own first. */
export const policies: readonly Policy[] = [...gundamPolicies, ...peerPolicies];

export function policyNamed(name: string): Policy {
  const policy = policies.find((policy) => policy.name === name);
  if (policy !== undefined) return policy;
  const known = policies.map((policy) => policy.name).join(", ");
  throw new RangeError(`policy is "${name}": it must be one of ${known}, or a policy of your own`);
}
