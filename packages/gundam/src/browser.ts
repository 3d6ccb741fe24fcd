// The browser side of gundam: what bundlers and workers import.
export * from "@gundam/browser";
