// The proxies that heavy tests go through: squid, tinyproxy and dante on the way out, nginx and HAProxy before a server. `node scripts/proxies.mjs`
// installs what is missing where it can, as root on Debian; elsewhere those tests are skipped.

import { existsSync } from "node:fs";
import { run } from "./workspace.mjs";

const programs = {
  squid: "/usr/sbin/squid",
  tinyproxy: "/usr/bin/tinyproxy",
  "dante-server": "/usr/sbin/danted",
  "nginx-light": "/usr/sbin/nginx",
  haproxy: "/usr/sbin/haproxy",
};

/** How long apt-get may take, in ms; it may have to wait for another one. */
const PACKAGES_TIMEOUT = 600_000;

/** The Debian packages that are missing. */
const missing = () => Object.keys(programs).filter((name) => !existsSync(programs[name]));

async function aptGet(packages) {
  console.log(`Installing the packages ${packages.join(", ")}.`);
  const options = { timeout: PACKAGES_TIMEOUT, env: { DEBIAN_FRONTEND: "noninteractive" } };
  // Without a time for the lock, apt-get fails at once when another one runs.
  const wait = ["-o", "DPkg::Lock::Timeout=500"];
  await run("apt-get", [...wait, "update"], options);
  await run("apt-get", [...wait, "install", "-y", "--no-install-recommends", ...packages], options);
}

const canInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
if (canInstall && missing().length > 0) await aptGet(missing());

const left = missing();
if (left.length === 0) console.log(`There are ${Object.keys(programs).join(", ")}.`);
else {
  console.error(`Missing: ${left.join(", ")}. As root on Debian: apt-get install ${left.join(" ")}`);
  // Elsewhere it is nothing wrong: scripts/allowed-skips.json says so.
  process.exitCode = canInstall ? 1 : 0;
}
