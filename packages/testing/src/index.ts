export * from "./fake-transport.ts";
export * from "./random.ts";
export * from "./virtual-platform.ts";
export * from "./virtual-runtime.ts";
