// The Node side of gundam: what Node, Deno and Bun import.
export * from "@gundam/node";
