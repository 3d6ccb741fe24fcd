// The evidence of a cell: where it leads, and whether it is still there. Of peers it is the version that is installed.

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../bundle.mjs";

const installed = path.join(import.meta.dirname, "../node_modules");
const prose = (text) => text.replace(/\s+/g, " ");

export function versionOf(peer) {
  return JSON.parse(readFileSync(path.join(installed, peer, "package.json"), "utf8")).version;
}

/** Where a reader sees it. */
export function linkOf(peer, { evidence, file }) {
  if (evidence === "probed") return "packages/bench/comparison/probes.mjs";
  if (evidence === "ours") return file;
  const version = versionOf(peer);
  return evidence === "named"
    ? `https://www.npmjs.com/package/${peer}/v/${version}`
    : `https://unpkg.com/${peer}@${version}/${file}`;
}

/** What is wrong with it, or `undefined`. What a probe shows is for the probe to say. */
export function problemOf(peer, { evidence, file, words }) {
  if (evidence === "probed" || evidence === "named") return undefined;
  const where = path.join(evidence === "ours" ? root : path.join(installed, peer), file);
  if (!existsSync(where)) return `${where} is not there`;
  const text = readFileSync(where, "utf8");
  if (evidence === "absent") {
    const found = text.match(words);
    return found === null ? undefined : `${where} has "${found[0]}"`;
  }
  return prose(text).includes(prose(words)) ? undefined : `${where} has no "${words}"`;
}
