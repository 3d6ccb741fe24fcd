// The proxies that heavy tests go through: squid, tinyproxy and dante on the way out, nginx and HAProxy before a server. `node scripts/proxies.mjs`
// installs what is missing where it can, as root on Debian; elsewhere those tests are skipped.

import { existsSync } from "node:fs";
import { aptGet, canInstall } from "./debian.mjs";

const programs = {
  squid: "/usr/sbin/squid",
  tinyproxy: "/usr/bin/tinyproxy",
  "dante-server": "/usr/sbin/danted",
  "nginx-light": "/usr/sbin/nginx",
  haproxy: "/usr/sbin/haproxy",
};

/** The Debian packages that are missing. */
const missing = () => Object.keys(programs).filter((name) => !existsSync(programs[name]));

if (missing().length > 0) await aptGet(missing());

const left = missing();
if (left.length === 0) console.log(`There are ${Object.keys(programs).join(", ")}.`);
else {
  console.error(`Missing: ${left.join(", ")}. As root on Debian: apt-get install ${left.join(" ")}`);
  // Elsewhere it is nothing wrong: scripts/allowed-skips.json says so.
  process.exitCode = canInstall ? 1 : 0;
}
