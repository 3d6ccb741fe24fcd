// The client on the virtual transport as one module, bundled from the sources, so that a process can import it with
// nothing built.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as esbuild from "esbuild";
import { root } from "./bundle.mjs";

/** Calls `use` with the path of a module that exports `virtualClient` and `virtualWorld`, which is gone afterwards. */
export async function withVirtualClient(use, checkout = root) {
  const folder = await mkdtemp(path.join(tmpdir(), "gundam-bench-"));
  const outfile = path.join(folder, "virtual-client.mjs");
  try {
    await esbuild.build({
      stdin: {
        contents: `export { virtualClient, virtualWorld } from "@gundam/testing";`,
        resolveDir: checkout,
      },
      bundle: true,
      format: "esm",
      platform: "node",
      target: "es2022",
      conditions: ["@gundam/source"],
      outfile,
      logLevel: "error",
    });
    return await use(outfile);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
