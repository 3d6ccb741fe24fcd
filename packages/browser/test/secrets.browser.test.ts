// Secrets stay secret in browsers, too: whatever becomes of an attempt, none is found in what a client says of it.

import { explain, info, json, printTrace, type TraceEvent } from "@gundam/core";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { commands } from "vitest/browser";
import type {} from "../../../scripts/vitest-server-commands.ts";
import { type ClientOptions, WebSocketClient } from "../src/index.ts";

const secret = "zQmarked7secret";

let server: { readonly id: string; readonly url: string };
let said: string[];
/** The console's. */
let lines: string[];

beforeEach(async () => {
  server = await commands.startServer({ protocols: ["chat"] });
  onTestFinished(() => commands.stopServer(server.id));
  said = [];
  lines = [];
  for (const method of ["log", "warn", "error"] as const) {
    const print = vi.spyOn(console, method).mockImplementation((line) => void lines.push(String(line)));
    onTestFinished(() => print.mockRestore());
  }
});

/** All that a value shows, but what a program asks of an event by name. */
function hear(value: unknown): void {
  said.push(String(value), JSON.stringify(value) ?? "");
  for (let error = value; error instanceof Error; error = error.cause) {
    said.push(error.message, error.stack ?? "", JSON.stringify({ ...error }));
  }
}

function withSecrets(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${secret}:${secret}@${host}/feed?${secret}&token=${secret}`;
}

/** Runs a client until it is over, with each kind of trace; `use` is called when it is ready. */
async function life(options: Partial<ClientOptions>, use: (client: WebSocketClient) => void): Promise<void> {
  const traced = (event: TraceEvent, log: (line: string) => void) => {
    hear(event);
    hear((event.detail as { error?: unknown } | undefined)?.error ?? event.detail);
    printTrace(event, log);
  };
  for (const trace of [true, traced]) {
    const client = new WebSocketClient({
      url: withSecrets(server.url),
      retry: 0,
      stableAfter: 60_000,
      shouldRetry: () => false,
      wsOpts: { protocols: ["chat", `token.${secret}`] },
      headers: { Authorization: secret },
      ...options,
      trace,
    });
    onTestFinished(() => client.terminate());
    const over = new Promise((resolve) => client.once("close", resolve));
    client.on("error", hear);
    client.send(secret);
    client.reconnect();
    client.ready().then(() => use(client), hear);
    await over;
    for (const shown of [
      info(client),
      explain(client),
      explain(client).attempts,
      client.lastError,
      client.lastClose,
    ]) {
      hear(shown);
    }
  }
}

function expectNoSecret(something: string | RegExp): void {
  const all = [...said, ...lines];
  expect(all.join("\n")).toMatch(something);
  expect(all.filter((words) => words.includes(secret))).toEqual([]);
}

test("of a connection that works and is closed", async () => {
  await life({}, (client) => {
    client.send(secret);
    void client.close();
  });
  expectNoSecret("browsers ignore the userinfo of url");
});

test("of one that the server closes, and of messages that were dropped", async () => {
  await life({ sendQueue: { maxMessages: 0, overflow: "drop-newest" } }, (client) => {
    client.send(secret);
    void commands.fault(server.id, { name: "close", code: 4001, reason: "bye\u009b31m\u202e" });
  });
  expectNoSecret('code 4001 "bye%C2%9B31m%E2%80%AE"');
  expect(lines.filter((line) => /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(line))).toEqual([]);
});

test("of a message that is no JSON", async () => {
  await life({ wsOpts: { codec: json() } }, (client) => {
    client.on("error", () => client.terminate());
    void commands.fault(server.id, { name: "push", message: `{"a": ${secret}` });
  });
  expectNoSecret("is no JSON");
});

test("of a server that refuses", async () => {
  await commands.fault(server.id, {
    name: "refuse",
    status: 401,
    headers: { "Set-Cookie": secret },
    body: secret,
  });
  await life({}, () => {});
  expectNoSecret("ConnectError");
});

test.each([
  ["a url", { url: `ftp://${secret}:${secret}@host/?${secret}` }],
  ["a url with a fragment", { url: `ws://host/#${secret}` }],
  ["a text", { retry: secret }],
  ["an object", { onMessage: { secret } }],
  ["subprotocols", { wsOpts: { protocols: [`not a token: ${secret}`] } }],
])("of %s that cannot work", (_, options) => {
  let thrown: unknown;
  try {
    new WebSocketClient({ url: server.url, ...options } as unknown as ClientOptions);
  } catch (error) {
    thrown = error;
  }
  hear(thrown);
  expectNoSecret("must be");
});
