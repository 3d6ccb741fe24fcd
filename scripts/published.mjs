// What a package that is published has to be: what its page at npm shows, and what is in its tarball.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const repository = "git+https://github.com/gundam-js/gundam.git";

/** What its package.json lacks, a line each; as it is in the repository, or in the tarball. */
export function problemsOfManifest(manifest, folderName) {
  const { name, dependencies = {}, keywords = [] } = manifest;
  const wanted = {
    description: manifest.description,
    license: manifest.license === "MIT",
    homepage: manifest.homepage?.startsWith("https://"),
    bugs: manifest.bugs,
    keywords: keywords.includes("websocket"),
    "engines.node": manifest.engines?.node,
    files: manifest.files,
    sideEffects: manifest.sideEffects === false,
    // npm publishes with provenance only what says truly where it is from.
    repository:
      manifest.repository?.url === repository && manifest.repository.directory === `packages/${folderName}`,
  };
  const missing = Object.entries(wanted).filter(([, isThere]) => !isThere);
  const scripts = Object.keys(manifest.scripts ?? {}).filter((script) => /^(pre|post)?install$/.test(script));
  return [
    ...missing.map(([key]) => `${name}: its package.json has no right "${key}"`),
    ...Object.entries(dependencies).flatMap(([other, range]) => problemsOfRange(name, other, range)),
    ...scripts.map((script) => `${name}: runs a script when it is installed, ${script}`),
  ];
}

/** Packages of ours know each other's insides; of others fixes are to come by themselves. */
function problemsOfRange(name, other, range) {
  const isOurs = other === "gundam" || other.startsWith("@gundam/");
  const isRight = isOurs ? /^(workspace:\*|\d+\.\d+\.\d+)$/ : /^\^\d+\.\d+\.\d+$/;
  if (isRight.test(range)) return [];
  return `${name}: depends on ${other} by ${range}: ${isOurs ? "pin what is ours" : "give a range, ^"}`;
}

/** What is wrong with the files of an unpacked tarball, a line each; `root`: where it was made. */
export function problemsOfFiles(folder, root) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)));
  const absent = ["README.md", "LICENSE", "package.json"].filter((name) => !names.includes(name));
  return [
    ...absent.map((name) => `there is no ${name}`),
    ...names.flatMap((name) => {
      const text = readFileSync(path.join(folder, name), "latin1");
      return problemsOfFile(name, text, root).concat(
        name.endsWith(".map") ? problemsOfMap(name, JSON.parse(text), names) : [],
      );
    }),
  ];
}

function problemsOfFile(name, text, root) {
  const wrong = {
    "is a test": /(^|\/)tests?\/|\.test\.|\.spec\.|\.test-d\./.test(name),
    "is of the compiler's own": name.endsWith(".tsbuildinfo"),
    "holds a private key": /-----BEGIN [A-Z ]*PRIVATE KEY-----[\r\n]/.test(text),
    "holds a path of the machine that made it": text.includes(root),
  };
  return Object.entries(wrong).flatMap(([problem, isSo]) => (isSo ? [`${name} ${problem}`] : []));
}

function problemsOfMap(name, { sources, sourcesContent = [] }, names) {
  const isFound = (source, index) =>
    typeof sourcesContent[index] === "string" || names.includes(path.join(path.dirname(name), source));
  return sources
    .filter((source, index) => !isFound(source, index))
    .map((source) => `${name} leads to ${source}, which is not there`);
}
