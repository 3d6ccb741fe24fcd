export * from "./errors.ts";
export type * from "./runtime.ts";
export type * from "./structural.ts";
export type * from "./transport.ts";
