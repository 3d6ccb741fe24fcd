// The program as a worker of workerd, bundled as Wrangler does it; and in a Durable Object of one.

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
      durableObjectNamespaces = [(className = "Room", uniqueKey = "room")],
      durableObjectStorage = (inMemory = void),
      bindings = [(name = "ROOM", durableObjectNamespace = "Room")],
    )),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`;

/** Of two requests at once, which share the modules. */
export const inWorker = (runtime, place) =>
  inWorkerd(runtime, place, async (ask) => {
    const [one, other] = await Promise.all([ask("/"), ask("/")]);
    if (one !== other) throw new Error(`one request has seen ${one}, and another ${other}`);
    return JSON.parse(one);
  });

export const inDurableObject = (runtime, place) =>
  inWorkerd(runtime, place, async (ask) => {
    const seen = JSON.parse(await ask("/room"));
    const echo = await ask("/room/again");
    if (echo !== "again") throw new Error(`the client of the first request gave the second one ${echo}`);
    return seen;
  });

async function inWorkerd(runtime, { installed, url }, see) {
  await bundle(installed, "worker.mjs", ["--conditions=workerd,worker,browser"]);
  const file = path.join(installed, "bundles", "worker.capnp");
  writeFileSync(file, config);
  // It tells the port that it has chosen on a descriptor of its own.
  const workerd = spawn(binaryOf(runtime), ["serve", file, "--control-fd=3"], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  const signal = AbortSignal.timeout(TIMEOUT);
  try {
    const [line] = await once(createInterface({ input: workerd.stdio[3] }), "line", { signal });
    const address = `http://127.0.0.1:${JSON.parse(line).port}`;
    const ask = (name) =>
      fetch(`${address}${name}?server=${encodeURIComponent(url)}`, { signal }).then((answer) =>
        answer.text(),
      );
    return { seen: { ...(await see(ask)), exit: "–", pagehide: "–" } };
  } finally {
    workerd.kill();
  }
}
