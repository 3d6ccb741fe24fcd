// All that is said while a test runs: by clients and in their errors, on diagnostics channels, on the console and in
// warnings; and whether a secret that was planted is in it.

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { type EventType, explain, info, printTrace, type TraceEvent } from "@gundam/core";
import { expect, onTestFinished, vi } from "vitest";
import { type ClientOptions, type Diagnostic, WebSocketClient } from "../src/index.ts";

/** What is planted: a token, so that it can stand anywhere. */
export const secret = "zQmarked7secret";

/** What `secret` can have become: in base64 by where it begins, in bytes as they are printed. */
const traces = [
  secret,
  ...["", " ", "  "].map((before) => base64Core(before)),
  Buffer.from(secret).toString("hex"),
  [...Buffer.from(secret)].join(", "),
  [...Buffer.from(secret)].map((byte) => byte.toString(16)).join(" "),
].map((trace) => trace.toLowerCase());

/** Of the base64 of something that ends with the secret, the characters that stand for nothing else. */
function base64Core(before: string): string {
  const encoded = Buffer.from(`${before}${secret}`).toString("base64");
  return encoded.slice(
    Math.ceil((before.length * 4) / 3),
    Math.floor(((before.length + secret.length) * 4) / 3),
  );
}

/** What clients tell of; that it is all of it, the types say. */
const told: Readonly<Record<Exclude<EventType, "message">, true>> = {
  connect: true,
  disconnect: true,
  error: true,
  close: true,
  attempt: true,
  phase: true,
  retry: true,
  drain: true,
  drop: true,
  ping: true,
  pong: true,
  change: true,
  handover: true,
};
export const eventTypes = Object.keys(told) as (keyof typeof told)[];

export class Told {
  /** Where it was said, and what. */
  readonly #said: [where: string, what: string][] = [];

  /** Hears the console, warnings and channels until the test ends. */
  constructor() {
    for (const method of ["error", "warn", "log", "info", "debug"] as const) {
      const printed = vi.spyOn(console, method).mockImplementation((...line) => {
        for (const part of line) this.hear(`console.${method}`, part);
      });
      onTestFinished(() => printed.mockRestore());
    }
    const warned = vi
      .spyOn(process, "emitWarning")
      .mockImplementation((warning) => this.hear("a warning", warning));
    onTestFinished(() => warned.mockRestore());
    for (const type of eventTypes) {
      const listen = (message: unknown) => {
        // The client that is published beside it is looked at for itself.
        this.hear(`channel gundam:${type}`, (message as Diagnostic).detail);
        this.#headers(`channel gundam:${type}`, (message as Diagnostic).detail);
      };
      subscribe(`gundam:${type}`, listen);
      onTestFinished(() => void unsubscribe(`gundam:${type}`, listen));
    }
  }

  /** All that a value shows, however it is printed. */
  hear(where: string, value: unknown): void {
    const inspected = { depth: Infinity, showHidden: true, maxStringLength: null, maxArrayLength: null };
    this.#said.push([where, inspect(value, inspected)]);
    for (const show of [String, JSON.stringify]) {
      try {
        this.#said.push([where, show(value) ?? ""]);
      } catch {
        // It has no such form.
      }
    }
    if (!(value instanceof Error)) return;
    this.#said.push([where, `${value.name}: ${value.message}\n${value.stack}`]);
    const { cause, errors } = value as { cause?: unknown; errors?: unknown[] };
    for (const inner of [cause, ...(errors ?? [])])
      if (inner !== undefined) this.hear(`${where}, its cause`, inner);
  }

  /** Runs this, which may throw. */
  attempt<T>(where: string, run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.hear(`thrown by ${where}`, error);
      return undefined;
    }
  }

  /** A client of which all is heard that it tells; undefined where its options cannot work. */
  client(options: object): WebSocketClient | undefined {
    const trace = (event: TraceEvent, log: (line: string) => void) => {
      this.hear(`trace of ${event.type}`, event);
      this.#headers(`trace of ${event.type}`, event.detail);
      printTrace(event, (line) => this.hear("printTrace", line));
      log(JSON.stringify(event));
    };
    const asked = (where: string) => (given: unknown) => void this.hear(where, given);
    const heard = {
      trace,
      shouldRetry: (failure: unknown, { byDefault }: { byDefault: boolean }) => {
        asked("shouldRetry")(failure);
        return byDefault;
      },
      onError: asked("onError"),
      ...options,
    };
    const client = this.attempt("the options", () => new WebSocketClient(heard as unknown as ClientOptions));
    if (client === undefined) return undefined;
    onTestFinished(() => client.terminate());
    for (const type of eventTypes) {
      client.on(type, (detail: unknown) => {
        // Who listens to it wants the message.
        if (type === "drop") this.hear("event drop", { ...(detail as object), message: undefined });
        else if (type !== "ping" && type !== "pong") this.hear(`event ${type}`, detail);
        if (type === "connect" || type === "error") this.look(client);
      });
    }
    return client;
  }

  /** What a client shows of itself at any time. */
  look(client: WebSocketClient): void {
    // What has its secrets is hidden in it, and who asks for what is hidden finds it.
    this.hear("the client", client);
    this.hear("lastError", client.lastError);
    this.hear("lastClose", client.lastClose);
    this.hear("info", info(client));
    this.hear("explain", explain(client).attempts);
    this.hear("explain", String(explain(client)));
  }

  /** Runs a client until it is over, or has been ready so often; then closes it. */
  async life(
    options: object,
    ready = 0,
    use: (client: WebSocketClient) => unknown = () => {},
  ): Promise<void> {
    const client = this.client({ retry: 1, retryTimeout: 0, stableAfter: 0, ...options });
    if (client === undefined) return;
    const over = new Promise((resolve) => client.once("close", resolve));
    client.reconnect();
    for (let i = 0; i < ready; i++) {
      await client.ready().catch((error) => this.hear("ready()", error));
      await use(client);
    }
    if (ready > 0) void client.close();
    await over;
    this.look(client);
  }

  /** The headers of what an observer sees, which it would have to ask for. */
  #headers(where: string, detail: unknown): void {
    const { headers, error } = (detail ?? {}) as { headers?: Headers; error?: { headers?: Headers } };
    for (const each of [headers, error?.headers]) {
      each?.forEach((value, name) => void this.hear(where, `${name}: ${value} ${each.get(name)}`));
    }
  }

  /** Something was said, this among it, and nowhere a secret. */
  expectNoSecret(something: string | RegExp = /./): void {
    expect(this.#said.map(([, what]) => what).join("\n")).toMatch(something);
    const leaks = this.#said.flatMap(([where, what]) => {
      const at = traces.map((trace) => what.toLowerCase().indexOf(trace)).find((index) => index >= 0);
      return at === undefined ? [] : [`${where}: …${what.slice(Math.max(0, at - 80), at + 80)}…`];
    });
    expect(leaks).toEqual([]);
  }
}
