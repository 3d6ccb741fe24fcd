// What tests need of Debian: its packages, installed where that can be done, as root.

import { existsSync } from "node:fs";
import { run } from "./workspace.mjs";

/** How long apt-get may take, in ms; it may have to wait for another one. */
const PACKAGES_TIMEOUT = 600_000;

export const canInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");

/** Installs packages where it can; whether they are there then is for the caller to see. */
export async function aptGet(packages) {
  if (!canInstall) return;
  console.log(`Installing the packages ${packages.join(", ")}.`);
  const options = { timeout: PACKAGES_TIMEOUT, env: { DEBIAN_FRONTEND: "noninteractive" } };
  // Without a time for the lock, apt-get fails at once when another one runs.
  const wait = ["-o", "DPkg::Lock::Timeout=500"];
  await run("apt-get", [...wait, "update"], options);
  await run("apt-get", [...wait, "install", "-y", "--no-install-recommends", ...packages], options);
}
