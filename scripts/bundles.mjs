// What files have to say that hold code of other packages.

import { readFileSync } from "node:fs";
import path from "node:path";

/** The licenses of the packages that these modules are of, as a comment. */
export function noticesOf(moduleIds) {
  const folders = new Set(
    moduleIds.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []),
  );
  const notices = [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    return `${name} ${version}\n\n${readFileSync(path.join(folder, "LICENSE"), "utf8").trim()}`;
  });
  return notices.length > 0 ? `/*!\n${notices.join("\n\n\n")}\n*/` : "";
}

/** A map that says what nobody finds in the package: the sources of others. Ours are there, in src. */
export function readableMap(text) {
  const { sources, sourcesContent, ...map } = JSON.parse(text);
  const nameOf = (source) => source.replace(/^.*\/node_modules\//, "node_modules/");
  return JSON.stringify({
    ...map,
    sources: sources.map(nameOf),
    sourcesContent: sources.map((source, i) => (source === nameOf(source) ? null : sourcesContent[i])),
  });
}
