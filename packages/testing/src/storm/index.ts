// The storm: a fleet of clients loses its server and comes back, simulated. It compares how policies recover: those of
// this library, which are its real functions, and those of others.

export { gundamPolicy, type RetryOptions } from "./gundam-policies.ts";
export type { StormOptions } from "./options.ts";
export { policies } from "./policies.ts";
export type { Fleet, Policy } from "./policy.ts";
export type { Attempts, Curve, StormReport } from "./report.ts";
export { runStorm, type StormControl, stormReport } from "./run-storm.ts";
