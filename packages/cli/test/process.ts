// The command as a process of its own.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { gather } from "./world.ts";

const packageFolder = fileURLToPath(new URL("../", import.meta.url));
let folder: string;

/** Has the command ready for the tests of a file: bundled from its source, because Node 20 runs no TypeScript. */
export function bundleCommand(): void {
  beforeAll(async () => {
    const modules = path.join(packageFolder, "node_modules");
    mkdirSync(modules, { recursive: true });
    folder = mkdtempSync(path.join(modules, ".command-test-"));
    copyFileSync(path.join(packageFolder, "package.json"), path.join(folder, "package.json"));
    const conditions = ["@gundam/source", "node"];
    await build({
      root: packageFolder,
      configFile: false,
      logLevel: "silent",
      resolve: { conditions },
      ssr: { resolve: { conditions }, noExternal: true },
      build: {
        ssr: "src/command.ts",
        outDir: path.join(folder, "dist"),
        target: "node20",
        rolldownOptions: { output: { entryFileNames: "command.js" } },
      },
    });
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));
}

export interface Running {
  readonly child: ChildProcess;
  readonly stderr: () => string;
  /** The exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  told(text: string): Promise<void>;
}

export function start(...args: string[]): Running {
  return follow(process.execPath, [path.join(folder, "dist/command.js"), ...args]);
}

/** By a shell, into another command: `"$@"` is the command. */
export function startInShell(script: string, ...args: string[]): Running {
  return follow("sh", ["-c", script, "sh", process.execPath, path.join(folder, "dist/command.js"), ...args]);
}

function follow(file: string, args: readonly string[]): Running {
  const child = spawn(file, args, { stdio: "pipe" });
  onTestFinished(() => void child.kill("SIGKILL"));
  child.stdin.on("error", () => {});
  const stderr = gather(child.stderr);
  return {
    child,
    stderr: () => String(stderr()),
    ended: once(child, "close").then(([code, signal]) => code ?? signal),
    async told(text) {
      while (!String(stderr()).includes(text)) await once(child.stderr!, "data");
    },
  };
}
