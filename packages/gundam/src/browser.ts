// The browser side of gundam: what bundlers, workers, Deno and Bun import.
export * from "@gundam/browser";
