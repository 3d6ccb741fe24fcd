// The workspace as the scripts see it: its root, the pinned pnpm, the oldest Node that will do, and how to run a
// command in it. Both pins live in package.json (packageManager, engines.node) and nowhere else.
// Written without new syntax, so that an old Node gets as far as saying that it is too old.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const windows = process.platform === "win32";

/** How long a command that was asked to end may take before it is killed, in ms. */
const GRACE = 5000;

/** Ends the process, with a sentence, when Node is older than package.json asks for. */
export function requireNode(version = process.versions.node) {
  const wanted = manifest.engines.node.replace(">=", "");
  const [wantedMajor, wantedMinor] = wanted.split(".").map(Number);
  const [major, minor] = version.split(".").map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  console.error(`Gundam needs Node ${wanted} or newer, and this is Node ${version}: see https://nodejs.org.`);
  process.exit(1);
}

/** Runs the pinned pnpm, which npx downloads once. */
export function pnpm(args, options) {
  return run("npx", ["--yes", manifest.packageManager, ...args], options);
}

/** Runs a command of an installed package, like `tsc`. */
export function bin(name, args, options) {
  return run(path.join("node_modules", ".bin", windows ? `${name}.cmd` : name), args, options);
}

/**
 * Runs a command at the root, its output passed through. A Ctrl-C, or a time out in ms, ends it with all its children.
 * @returns {Promise<{ ok: boolean, end: string }>} `end` says how it ended: "exit 1", "interrupted", …
 */
export function run(command, args, { timeout, env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "inherit"],
      // A process group of its own, so that what npx and pnpm started can be ended with them.
      detached: !windows,
      shell: windows,
    });
    let end;
    const stop = (why) => {
      end = why;
      signal(child, "SIGINT");
      setTimeout(() => signal(child, "SIGKILL"), GRACE).unref();
    };
    const interrupt = () => stop("interrupted");
    const timer = timeout && setTimeout(() => stop(`stopped after ${timeout / 1000} s`), timeout);
    process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
    const settle = (ok, ownEnd) => {
      clearTimeout(timer);
      process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
      resolve({ ok: ok && end === undefined, end: end || ownEnd });
    };
    child.on("error", (error) => settle(false, error.message));
    child.on("exit", (code, by) => settle(code === 0, by ? `ended by ${by}` : `exit ${code}`));
  });
}

function signal(child, name) {
  try {
    if (windows) child.kill(name);
    else process.kill(-child.pid, name);
  } catch {
    // It has ended already.
  }
}
