// The program within the test's process: what it reads, writes and hears of is the test's.

import { EventEmitter } from "node:events";
import { PassThrough, Readable } from "node:stream";
import { type EchoServer, type EchoServerOptions, startEchoServer } from "@gundam/testing/server";
import { onTestFinished } from "vitest";
import { run, type World } from "../src/run.ts";

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Given {
  /** What stdin gives; it ends after that. */
  readonly stdin?: string | Uint8Array | Readable;
  readonly env?: Readonly<Record<string, string>>;
  /** Who reads it; without it, all that is printed is in `Ended`. */
  readonly stdout?: PassThrough;
}

export interface Running {
  readonly ended: Promise<Ended>;
  signal(name: "SIGINT" | "SIGTERM" | "SIGHUP"): void;
  /** What stderr has been written so far. */
  stderr(): string;
  /** Resolves when stderr has such a text. */
  told(text: string | RegExp): Promise<void>;
}

/** Starts the program with these arguments. */
export function start(argv: readonly string[], { stdin = "", env = {}, stdout }: Given = {}): Running {
  const stderr = new PassThrough();
  const output = stdout ?? new PassThrough();
  const out = stdout === undefined ? gather(output) : () => "";
  const told = gather(stderr);
  const signals = new EventEmitter();
  const input =
    stdin instanceof Readable ? stdin : Readable.from(stdin.length === 0 ? [] : [Buffer.from(stdin)]);
  const world: World = {
    stdin: input,
    stdout: output,
    stderr,
    env,
    on: (signal, handler) => signals.on(signal, handler),
    off: (signal, handler) => signals.off(signal, handler),
  };
  const ended = run(argv, world).then((code) => ({ code, stdout: String(out()), stderr: String(told()) }));
  return {
    ended,
    signal: (name) => void signals.emit(name),
    stderr: () => String(told()),
    async told(text) {
      const has = () =>
        typeof text === "string" ? String(told()).includes(text) : text.test(String(told()));
      while (!has()) await new Promise((resolve) => stderr.once("data", resolve));
    },
  };
}

/** Runs the program to its end. */
export function gundam(argv: readonly string[], given?: Given): Promise<Ended> {
  return start(argv, given).ended;
}

/** What a stream has given so far. */
export function gather(stream: Readable): () => Buffer {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk) => chunks.push(chunk));
  return () => Buffer.concat(chunks);
}

/** A stdin that goes on until the test ends it. */
export function endlessInput(): PassThrough {
  const stream = new PassThrough();
  onTestFinished(() => void stream.destroy());
  return stream;
}

/** The echo + fault server; it ends with the test. */
export async function echoServer(options: EchoServerOptions = {}): Promise<EchoServer> {
  const server = await startEchoServer({ allowOrigins: ["*"], ...options });
  onTestFinished(() => server.stop());
  return server;
}
