/** What esbuild is told for a service that is to be one ES module. */
export const settings = {
  bundle: true,
  platform: "node",
  format: "esm",
  // A module has no `require`, and libraries of CommonJS ask for Node's own modules by it.
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
};
