// What is run for each contender: which runtime, and in which environment.

import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { identity, pemPath } from "@gundam/testing/certificates";

const client = fileURLToPath(new URL("./client.mjs", import.meta.url));
const server = fileURLToPath(new URL("./server.mjs", import.meta.url));

/** Where npm puts the program of a runtime: in a package for each platform. */
const runtimes = {
  bun: { scope: "@oven", program: "bin/bun", args: [] },
  deno: { scope: "@deno", program: "deno", args: ["run", "--allow-all", "--no-config", "--no-lock"] },
};

/**
 * The process of a contender. Throws when what it needs is not there. `folder`: where the peers were installed that are no
 * dependencies of this package.
 */
export function clientProgram(kind, name, folder) {
  const args = [client, kind, name];
  if (name in runtimes) {
    const { args: before } = runtimes[name];
    return { command: runtimeIn(folder, name), args: [...before, ...args], env: environment() };
  }
  const env = name === "bufferutil" ? environment(folder) : environment();
  return { command: process.execPath, args: ["--expose-gc", ...args], env };
}

/** The server takes what makes it faster, and the certificate that the clients trust. */
export function serverProgram(folder) {
  const { key: TLS_KEY, cert: TLS_CERT } = identity("server");
  return { command: process.execPath, args: [server], env: { ...environment(folder), TLS_KEY, TLS_CERT } };
}

/** With bufferutil, where there is one in a folder; else ws does not look for it. */
function environment(folder) {
  const authority = pemPath("authority");
  return {
    NODE_EXTRA_CA_CERTS: authority,
    DENO_CERT: authority,
    ...(folder === undefined
      ? { WS_NO_BUFFER_UTIL: "1" }
      : { NODE_PATH: path.join(path.resolve(folder), "node_modules") }),
  };
}

function runtimeIn(folder, name) {
  const { scope, program } = runtimes[name];
  const packages = path.resolve(folder ?? ".", "node_modules", scope);
  const found =
    folder !== undefined && existsSync(packages)
      ? readdirSync(packages)
          .map((name) => path.join(packages, name, program))
          .find(existsSync)
      : undefined;
  if (found === undefined) throw new Error("not found: --runtimes <folder> says where it is installed");
  return found;
}
