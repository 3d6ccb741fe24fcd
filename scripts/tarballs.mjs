// The packages as `pnpm publish` would send them to a registry.

import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { pnpm, root, run } from "./workspace.mjs";

/** The packages that are published, by name, with their folders. */
export function publishedPackages() {
  const folder = path.join(root, "packages");
  const packages = readdirSync(folder).map((name) => {
    const manifest = JSON.parse(readFileSync(path.join(folder, name, "package.json"), "utf8"));
    return { name: manifest.name, folder: path.join(folder, name), manifest };
  });
  return packages.filter(({ manifest }) => !manifest.private);
}

/**
 * Packs published packages, all of them or those that are named, into a folder, which is emptied first.
 * @returns {Promise<Map<string, string>>} the path of each one's tarball
 */
export async function packPackages(folder, names = publishedPackages().map(({ name }) => name)) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Once, and not by the `prepack` of each.
  const built = await run("node", ["scripts/build.mjs", ...names]);
  if (!built.ok) throw new Error(`building ${names.join(", ")}: ${built.end}`);
  const filters = names.flatMap((name) => ["--filter", name]);
  const packed = await pnpm([
    "--silent",
    "--recursive",
    ...filters,
    "pack",
    "--config.ignore-scripts=true",
    "--pack-destination",
    folder,
  ]);
  if (!packed.ok) throw new Error(`packing ${names.join(", ")}: ${packed.end}`);
  return new Map(names.map((name) => [name, path.join(folder, tarballOf(name))]));
}

function tarballOf(name) {
  const { version } = publishedPackages().find((published) => published.name === name).manifest;
  return `${name.replace("@", "").replace("/", "-")}-${version}.tgz`;
}
