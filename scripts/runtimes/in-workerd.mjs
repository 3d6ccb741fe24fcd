// The program as a worker of workerd, bundled as Wrangler does it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { bundle } from "./bundle.mjs";
import { binaryOf } from "./others.mjs";

/** How long the program may take, in ms. */
const TIMEOUT = 120_000;

// A worker reaches public addresses alone, unless it is told otherwise.
const config = `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker", esModule = embed "worker.js")],
      compatibilityDate = "2026-11-01",
    )),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`;

export async function inWorkerd(runtime, { installed, url }) {
  await bundle(installed, "worker.mjs", ["--conditions=workerd,worker,browser"]);
  const file = path.join(installed, "bundles", "worker.capnp");
  writeFileSync(file, config);
  // It tells the port that it has chosen on a descriptor of its own.
  const workerd = spawn(binaryOf(runtime), ["serve", file, "--control-fd=3"], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  try {
    const [line] = await once(createInterface({ input: workerd.stdio[3] }), "line", {
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const { port } = JSON.parse(line);
    const answer = await fetch(`http://127.0.0.1:${port}/?server=${encodeURIComponent(url)}`, {
      signal: AbortSignal.timeout(TIMEOUT),
    });
    return { seen: { ...(await answer.json()), exit: "–", pagehide: "–" } };
  } finally {
    workerd.kill();
  }
}
