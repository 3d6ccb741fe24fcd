// What a peer says is shown, not obeyed: wherever it reaches a line, it neither ends it nor drives a terminal nor turns the
// direction of writing, and it is bounded. Programs have it as it came.

import { explain, info, json, printTrace, type TraceEvent } from "@gundam/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { ClientOptions, WebSocketClient } from "../src/index.ts";
import { answeringServer, found, next, start } from "./connecting.ts";
import { echoServer, tcpServer, upgradingServer } from "./dialling.ts";

/** All of C0 and C1, line and paragraph separators, what turns the direction of writing. */
const obeyed = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/** What begins a line that looks like ours, a terminal's sequence in both spellings, and the direction of writing. */
const hostile = "\u001b[2J\n! forged\u009b31m\u007f\r\u2028\u202e\u2066";
/** The longest line that we print. */
const longest = 2_000;

/** The lines of a client's life: of its errors, its trace in both forms, its story and its warnings. */
async function linesOf(
  options: Partial<ClientOptions> & Pick<ClientOptions, "url">,
  heard: (client: WebSocketClient) => void = () => {},
): Promise<string[]> {
  const lines: string[] = [];
  const print = (line: unknown) => void lines.push(String(line));
  const printed = vi.spyOn(console, "error").mockImplementation(print);
  const warned = vi.spyOn(process, "emitWarning").mockImplementation(print);
  onTestFinished(() => {
    printed.mockRestore();
    warned.mockRestore();
  });
  const traced = (event: TraceEvent) => {
    if (event.type === "error") lines.push(event.detail.message);
    printTrace(event, print);
  };
  for (const trace of [true, traced]) {
    const client = start({ retry: 0, stableAfter: 60_000, ...options, trace });
    heard(client);
    // The event alone: who has no `onError` and no `onClose` is warned when nobody listens in time.
    await new Promise((over) => void client.ready().then(over, over));
    while (client.phase !== "closed") await new Promise((resolve) => setImmediate(resolve));
    lines.push(String(explain(client)), JSON.stringify(info(client)), client.lastError!.message);
  }
  return lines;
}

function expectShown(lines: readonly string[], something: string | RegExp): void {
  expect(lines.join("\n")).toMatch(something);
  expect(lines.filter((line) => obeyed.test(line) || line.length > longest)).toEqual([]);
}

/** A Close frame of a server. */
function closeFrame(reason: string): Buffer {
  const bytes = Buffer.from(reason);
  return Buffer.concat([Buffer.from([0x88, bytes.length + 2, 0x0f, 0xa1]), bytes]);
}

function textFrame(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = Buffer.from([0x81, 126, 0, 0]);
  head.writeUInt16BE(bytes.length, 2);
  return Buffer.concat([head, bytes]);
}

test("a close reason", async () => {
  const url = await upgradingServer((socket) => socket.write(closeFrame(hostile)));
  const lines = await linesOf({ url, shouldRetry: () => false });
  expectShown(
    lines,
    /CloseError: the server sent Close with code 4001 "%1B\[2J%0A! forged%C2%9B31m%7F%0D%E2%80%A8/,
  );
});

test("a close reason, to programs as it came", async () => {
  const url = await upgradingServer((socket) => socket.write(closeFrame(hostile)));
  const closed: unknown[] = [];
  const options = { url, retry: 0, stableAfter: 60_000, shouldRetry: () => false };
  const client = start({ ...options, onClose: (code, reason) => void closed.push(code, reason) });
  const { reason, error } = await next(client, "close");
  expect([reason, error.reason, client.lastClose?.reason]).toEqual([hostile, hostile, hostile]);
  await vi.waitFor(() => expect(closed).toEqual([4001, hostile]));
});

describe("a message", () => {
  test.each<[string, Partial<ClientOptions>]>([
    ["that json() cannot read", { wsOpts: { codec: json() } }],
    [
      "that a codec of one's own quotes",
      {
        wsOpts: {
          codec: {
            encode: String,
            decode(message) {
              throw new Error(`no such command: ${message}`);
            },
          },
        },
      },
    ],
    [
      "that a callback quotes",
      {
        onMessage(message) {
          throw new TypeError(`no such command: ${message}`);
        },
      },
    ],
    [
      "that a callback cannot parse",
      {
        onMessage(message) {
          JSON.parse(message as string);
        },
      },
    ],
  ])("%s", async (_, options) => {
    const text = `"${hostile.repeat(1000)}`;
    const url = await upgradingServer((socket) => {
      socket.write(textFrame(text));
      setTimeout(() => socket.end(closeFrame("")), 20);
    });
    const lines = await linesOf({ url, shouldRetry: () => false, ...options });
    // What a program throws it may have whole.
    const shown = lines.filter((line) => !line.includes("no such command") || line.length <= longest);
    expectShown(shown, "CallbackError: ");
    expect(lines.filter((line) => obeyed.test(line))).toEqual([]);
  });
});

describe("an answer's", () => {
  // Of header fields and status texts Node takes latin1, in which C1 is.
  const latin1 = "\u009b31m\u0085\u0090";

  test.each([
    [
      "header fields",
      `HTTP/1.1 503 No\r\nServer: ${latin1}\r\nVia: ${"x".repeat(10_000)}\r\nX-More: ${latin1}\r\n\r\n`,
    ],
    ["status text", `HTTP/1.1 503 ${latin1}\r\n\r\n`],
    ["body", `HTTP/1.1 503 No\r\nContent-Length: 100\r\n\r\n${hostile}`],
    ["place of what is no HTTP", hostile],
    [
      "subprotocol",
      `HTTP/1.1 101 Hi\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: ${latin1}\r\n\r\n`,
    ],
  ])("%s", async (_, answer) => {
    const port = await tcpServer((socket) => {
      socket.on("error", () => {}).once("data", () => socket.end(Buffer.from(answer, "latin1")));
    });
    expectShown(await linesOf({ url: `ws://127.0.0.1:${port}/` }), /HTTP status 503|the opening handshake/);
  });

  test.each([
    ["of a long scheme", `${"s".repeat(5000)}://host/`],
    ["of a long path", `/${"p".repeat(5000)}`],
    ["of a long host", `//${"h".repeat(5000)}.invalid/`],
    ["of a host in C1", `//host${latin1}/`],
    ["that is none", `ws://[${latin1}`],
    ["in a circle", "/"],
  ])("Location %s", async (_, location) => {
    for (const maxRedirects of [0, 2]) {
      const server = await answeringServer(() => found(location));
      const lines = await linesOf({ url: server.url, httpOpts: { maxRedirects } });
      expectShown(lines, /HTTP status 302|could not look up/);
    }
  });
});

test("the fields of a 101", async () => {
  const server = await echoServer({ headers: { Server: `a${"\u009b31m"}`, Via: "x".repeat(10_000) } });
  server.closeAtOpen(4001, hostile, { times: 2 });
  const lines = await linesOf({ url: server.url, shouldRetry: () => false });
  expectShown(lines, "connect");
});

test("what is reported of a callback that nobody can be told of, line by line", async () => {
  const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  onTestFinished(() => warned.mockRestore());
  const url = await upgradingServer((socket) => socket.write(closeFrame(hostile)));
  const client = start({
    url,
    retry: 0,
    shouldRetry: () => false,
    onClose(_code, reason) {
      throw new Error(`closed: ${reason}`);
    },
  });
  await next(client, "close");
  await vi.waitFor(() => expect(warned).toHaveBeenCalled());
  const { detail } = warned.mock.calls[0]![0] as unknown as { detail: string };
  const [first, ...others] = detail.split("\n");
  expect(first).toMatch(/^CallbackError: onClose failed: closed: %1B/);
  expect(others.filter((line) => !/^( {2}|})/.test(line))).toEqual([]);
  expect(detail.split("\n").filter((line) => obeyed.test(line))).toEqual([]);
});
