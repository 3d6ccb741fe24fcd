// What docs/cdn.md says of the files for pages without a bundler: the version, their sizes, and the hashes that have a browser
// check them. `node scripts/integrity.mjs --write` writes it down, as a release does; without it, it is compared with what the
// build has made, unless that version is released and changes wait for the next one.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { replaceMarked } from "./option-table.mjs";
import { root } from "./workspace.mjs";

const page = path.join(root, "docs/cdn.md");
const example = path.join(root, "examples/cdn/page.html");
const folder = path.join(root, "packages/gundam");
const files = ["dist/gundam.min.js", "dist/gundam-websocket.min.js"];

/** As the attribute `integrity` of a script has it (https://www.w3.org/TR/SRI/). */
export function integrityOf(bytes) {
  return `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
}

/** The example for this version and this hash. */
function exampleOf(text, version, integrity) {
  return text.replace(/(?<=\bgundam@)[^/]+/g, version).replace(/(?<=\bintegrity=")[^"]*/, integrity);
}

function tableOf(contents) {
  const rows = files.map((file, index) => {
    const kilobytes = (gzipSync(contents[index], { level: 9 }).length / 1000).toFixed(1);
    return `| \`${file}\` | ${kilobytes} kB | \`${integrityOf(contents[index])}\` |`;
  });
  return ["| file | gzip | integrity |", "|---|---|---|", ...rows].join("\n");
}

/** If so, what is to be read is the release of that version, and changes since then wait for the next one. */
function isReleased(version) {
  const changelog = readFileSync(path.join(root, "CHANGELOG.md"), "utf8");
  const names = readdirSync(path.join(root, ".changeset"));
  const areChangesWaiting = names.some((name) => name.endsWith(".md") && name !== "README.md");
  return areChangesWaiting && changelog.includes(`\n## ${version}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const contents = files.map((file) => readFileSync(path.join(folder, file)));
  const made = [
    [example, (text) => exampleOf(text, version, integrityOf(contents[0]))],
    [page, (text) => replaceMarked(text, "integrity", tableOf(contents))],
  ];
  for (const [file, make] of made) {
    const before = readFileSync(file, "utf8");
    const after = make(before);
    if (process.argv.includes("--write")) writeFileSync(file, after);
    else if (before !== after && !isReleased(version)) {
      console.error(
        `${path.relative(root, file)} has other hashes than the build: node scripts/integrity.mjs --write`,
      );
      process.exitCode = 1;
    }
  }
}
