// Packs every published package as `pnpm publish` would and checks the tarballs: publint (does what package.json promises
// exist?), attw (do types resolve the way code does, whoever asks?), and what is in them. Installed by npm beside an old `ws`
// of somebody else's, they are imported and required in one process.

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { problemsOfFiles, problemsOfManifest } from "./published.mjs";
import { packPackages, publishedPackages } from "./tarballs.mjs";
import { bin, root, run } from "./workspace.mjs";

const tarballs = await packPackages(path.join(root, "test-results", "tarballs"));

let ok = true;
for (const { name, folder } of publishedPackages()) {
  const tarball = tarballs.get(name);
  console.log(`\n${path.basename(tarball)}`);
  for (const [command, ...options] of [
    ["publint", "--strict"],
    ["attw", "--no-summary"],
  ]) {
    ok = (await bin(command, [tarball, ...options])).ok && ok;
  }
  for (const problem of await problemsOf(tarball, path.basename(folder))) {
    console.error(problem);
    ok = false;
  }
}

console.log("\nInstalled");
ok = (await worksInstalled()) && ok;
process.exit(ok ? 0 : 1);

async function problemsOf(tarball, folderName) {
  return within(async (folder) => {
    await run("tar", ["xzf", tarball, "--directory", folder]);
    const unpacked = path.join(folder, "package");
    const manifest = JSON.parse(readFileSync(path.join(unpacked, "package.json"), "utf8"));
    return [...problemsOfManifest(manifest, folderName), ...problemsOfFiles(unpacked, root)];
  });
}

async function worksInstalled() {
  return within(async (folder) => {
    writeFileSync(path.join(folder, "package.json"), "{}");
    const quietly = ["--no-audit", "--no-fund", "--loglevel=error"];
    const install = (...packages) => run("npm", ["install", "--prefix", folder, ...quietly, ...packages]);
    const program = path.join(folder, "both.mjs");
    copyFileSync(path.join(root, "packages/gundam/test/builds/both.mjs"), program);
    for (const packages of [["ws@7"], [...tarballs.values()]]) {
      if (!(await install(...packages)).ok) return false;
    }
    return (await run("node", ["--no-experimental-require-module", program])).ok;
  });
}

/** Does something in a folder that is there meanwhile. */
async function within(doing) {
  const folder = mkdtempSync(path.join(tmpdir(), "gundam-packages-"));
  try {
    return await doing(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
