// The Node side of gundam.
export * from "@gundam/node";
