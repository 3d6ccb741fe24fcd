export * from "./fake-transport.ts";
export * from "./virtual-platform.ts";
export * from "./virtual-runtime.ts";
