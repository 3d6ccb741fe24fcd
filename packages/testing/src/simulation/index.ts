// The seeded simulation: schedules that a seed makes, what must hold in them, and campaigns of many.

export { type Campaign, type CampaignOptions, medianLength, runCampaign } from "./campaign.ts";
export { Coverage } from "./coverage.ts";
export type { Observation, Observer, Violation } from "./observation.ts";
export { reportFailure, shrink, traceSchedule } from "./report.ts";
export { type Made, type Outcome, type RunOptions, runSchedule } from "./schedule.ts";
export type { Driver, Plant, World } from "./world.ts";
