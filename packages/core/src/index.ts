export * from "./errors.ts";
export * from "./option-checks.ts";
export * from "./options.ts";
export type * from "./platform.ts";
export type * from "./retry.ts";
export type * from "./runtime.ts";
export type * from "./structural.ts";
export * from "./supervisor.ts";
export type * from "./transport.ts";
