// What pages without a bundler load: all of gundam, or of gundam/websocket, for browsers in one minified module, without the
// texts for development.

import { readFileSync } from "node:fs";
import path from "node:path";
import { rolldown } from "rolldown";
import { completeMap, licensesOf, writeFiles } from "./bundles.mjs";

/** Each file in dist, and the source that it is made of. */
const files = { "gundam.min.js": "browser.ts", "gundam-websocket.min.js": "websocket-browser.ts" };

/** Writes them into the dist of the package `gundam`, whose folder and manifest are given. */
export async function makeSingleFiles({ folder, manifest }) {
  const license = readFileSync(path.join(folder, "../../LICENSE"), "utf8").trim();
  for (const [file, source] of Object.entries(files)) {
    const bundle = await rolldown({
      cwd: folder,
      input: `./src/${source}`,
      platform: "browser",
      resolve: { conditionNames: ["@gundam/source", "import", "browser", "default"] },
      onLog(_, { message }) {
        throw new Error(`${file}: ${message}`);
      },
    });
    const { output } = await bundle.generate({
      file: path.join(folder, "dist", file),
      format: "es",
      minify: true,
      sourcemap: true,
      comments: { legal: true, annotation: false, jsdoc: false },
      banner: `/*! gundam ${manifest.version}, MIT: ${file}.LICENSE.txt */`,
    });
    await bundle.close();
    const [{ code, moduleIds }, { source: map }] = output;
    writeFiles(
      path.join(folder, "dist"),
      new Map([
        [file, code],
        [`${file}.map`, completeMap(map, () => false)],
        [`${file}.LICENSE.txt`, `gundam ${manifest.version}\n\n${license}\n\n\n${licensesOf(moduleIds)}\n`],
      ]),
    );
  }
}
