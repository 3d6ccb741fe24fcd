// Programs of ./programs that run as processes of their own: bundled once a test file, from the sources.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "vite";
import { afterAll, beforeAll, onTestFinished } from "vitest";

export interface Running {
  /** Sends a line to its stdin. */
  tell(line: string): void;
  /** The next line that it prints, or rejects when it ends before. */
  line(): Promise<string>;
  /** How it ended, with the lines that nobody asked for. */
  ended(): Promise<{ code: number | null; lines: string[]; stderr: string }>;
}

type Environment = Readonly<Record<string, string>>;

interface Limits {
  /** How many files it may have open; as many as we may, unless it is given. */
  readonly openFiles?: number;
}

/** Declares a program for the tests of a file; call what is returned in a test to run it. */
export function program(
  name: string,
  { openFiles }: Limits = {},
): (args?: readonly string[], env?: Environment) => Running {
  // Where it finds ws.
  const folder = mkdtempSync(join(import.meta.dirname, `../node_modules/.${name}-`));
  beforeAll(async () => {
    const conditions = ["@gundam/source", "node", "import"];
    await build({
      configFile: false,
      logLevel: "silent",
      root: import.meta.dirname,
      build: {
        ssr: join(import.meta.dirname, `programs/${name}.ts`),
        outDir: folder,
        rolldownOptions: { output: { entryFileNames: "program.mjs" } },
      },
      resolve: { conditions },
      ssr: { noExternal: [/^@gundam/], resolve: { conditions } },
    });
  }, 30_000);
  afterAll(() => rmSync(folder, { recursive: true }));
  return (args = [], env = {}) => {
    const command = [process.execPath, join(folder, "program.mjs"), ...args];
    const limited = ["sh", "-c", `ulimit -n ${openFiles} && exec "$0" "$@"`, ...command];
    const [file, ...given] = openFiles === undefined ? command : limited;
    const child = spawn(file!, given, { env: { ...process.env, ...env } });
    onTestFinished(() => void child.kill("SIGKILL"));
    return follow(child);
  };
}

function follow(child: ChildProcess): Running {
  const lines: string[] = [];
  let stderr = "";
  let code: number | null = null;
  let isOver = false;
  let wake = () => {};
  child.stderr!.on("data", (data) => {
    stderr += data;
  });
  createInterface({ input: child.stdout! }).on("line", (line) => {
    lines.push(line);
    wake();
  });
  child.on("close", (status) => {
    code = status;
    isOver = true;
    wake();
  });
  const until = async (isSo: () => boolean) => {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    tell: (line) => void child.stdin!.write(`${line}\n`),
    async line() {
      await until(() => lines.length > 0 || isOver);
      if (lines.length === 0) throw new Error(`the program ended with ${code}: ${stderr}`);
      return lines.shift()!;
    },
    async ended() {
      await until(() => isOver);
      return { code, lines, stderr };
    },
  };
}
