// What the files that the build makes have in common: licenses of whose code is in them, maps, and how they are written.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** The licenses of the packages that these modules are of; "" for ours alone. */
export function licensesOf(moduleIds) {
  const folders = new Set(
    moduleIds.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []),
  );
  const licenses = [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    return `${name} ${version}\n\n${readFileSync(path.join(folder, "LICENSE"), "utf8").trim()}`;
  });
  return licenses.join("\n\n\n");
}

/**
 * A map by which everybody finds the sources: where they are besides it, or else in itself.
 * @param {string} text
 * @param {(source: string) => boolean} isBesides
 */
export function completeMap(text, isBesides) {
  const { sources, sourcesContent, ...map } = JSON.parse(text);
  // From the last folder on that tells whose it is.
  const nameOf = (source) => source.replace(/^(\.\.\/)+|^.*\/(?=node_modules\/)/g, "");
  return JSON.stringify({
    ...map,
    sources: sources.map((source) => (isBesides(source) ? source : nameOf(source))),
    sourcesContent: sources.map((source, index) => (isBesides(source) ? null : sourcesContent[index])),
  });
}

/** Whoever packs a package reads its folder while another is made ready: what is right already is left alone. */
export function writeFiles(folder, texts) {
  for (const [name, text] of texts) {
    const file = path.join(folder, name);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
