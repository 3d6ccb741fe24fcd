// What users import, the more wanted first: a name that several offer is documented at the first.

/** `specifier`: what is imported; `file`: its source; of what there is for both platforms, `name` says whose it is. */
export const entryPoints = [
  { name: "gundam", specifier: "gundam", file: "packages/gundam/src/node.ts" },
  { name: "gundam in browsers", specifier: "@gundam/browser", file: "packages/gundam/src/browser.ts" },
  { name: "gundam/websocket", file: "packages/gundam/src/websocket-node.ts" },
  {
    name: "gundam/websocket in browsers",
    specifier: "@gundam/browser/websocket",
    file: "packages/gundam/src/websocket-browser.ts",
  },
  { name: "@gundam/testing", file: "packages/testing/src/index.ts" },
  { name: "@gundam/testing/server", file: "packages/testing/src/server/index.ts" },
  { name: "@gundam/testing/in-page", file: "packages/testing/src/in-page/index.ts" },
  { name: "@gundam/testing/streams", file: "packages/testing/src/streams/index.ts" },
  { name: "@gundam/testing/simulation", file: "packages/testing/src/simulation/index.ts" },
  { name: "@gundam/testing/storm", file: "packages/testing/src/storm/index.ts" },
  { name: "@gundam/testing/contract", file: "packages/testing/src/contract/index.ts" },
  { name: "@gundam/testing/certificates", file: "packages/testing/src/certificates.ts" },
  { name: "@gundam/protocol", file: "packages/protocol/src/index.ts" },
  { name: "@gundam/core", file: "packages/core/src/index.ts" },
].map((entryPoint) => ({ specifier: entryPoint.name, ...entryPoint }));
