// Stdin to messages, messages to stdout: how they are cut, and that neither side is given more than it takes.

import { PassThrough, Readable } from "node:stream";
import { expect, test } from "vitest";
import { cut } from "../src/input.ts";
import { echoServer, endlessInput, gundam, start } from "./world.ts";

const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));

test.each([
  ["a line each", [], "one\ntwo\n", ["one", "two"], "one\ntwo\n"],
  ["the last line without its end", [], "one\ntwo", ["one", "two"], "one\ntwo\n"],
  ["an empty line is an empty message", [], "one\n\ntwo\n", ["one", "", "two"], "one\n\ntwo\n"],
  ["--null", ["--null"], "one\ntwo\0three\0", ["one\ntwo", "three"], "one\ntwo\0three\0"],
  ["--delimiter", ["-d", "\\n--\\x2d\\t"], "one\n---\ttwo", ["one", "two"], "one\n---\ttwo\n---\t"],
  ["--whole", ["--whole"], "one\ntwo\n", ["one\ntwo\n"], "one\ntwo\n\n"],
  ["--whole of nothing", ["--whole"], "", [""], "\n"],
  ["--json", ["--json"], '{"a":1}\n[]\n', ['{"a":1}', "[]"], '{"a":1}\n[]\n'],
  [
    "--execute goes first",
    ["-x", "zero", "-x", "half"],
    "one\n",
    ["zero", "half", "one"],
    "zero\nhalf\none\n",
  ],
  ["--no-input", ["--no-input", "-x", "zero"], "one\n", ["zero"], "zero\n"],
])("%s", async (_, args, stdin, messages, stdout) => {
  const server = await echoServer();
  expect(await gundam([...args, server.url], { stdin })).toMatchObject({ code: 0, stdout });
  expect(server.record.messages.map(({ data }) => data)).toEqual(messages);
});

test("--binary: bytes in, bytes out, as they are", async () => {
  const server = await echoServer();
  const stdout = await bytesPrinted(["--binary", server.url], bytes);
  expect(stdout).toEqual(bytes);
  expect(server.record.messages.map(({ data }) => data)).toEqual([bytes]);
});

test.each([
  ["--delimiter", ["-d", "\\n"], "a\n\xff\n", ["a", "\xff"]],
  ["--whole", ["--whole"], "a\n\xff\n", ["a\n\xff\n"]],
])("--binary with %s: so many messages", async (_, args, stdin, messages) => {
  const server = await echoServer();
  await gundam(["--binary", ...args, server.url], { stdin: Buffer.from(stdin, "latin1") });
  expect(server.record.messages.map(({ data }) => data)).toEqual(
    messages.map((text) => Buffer.from(text, "latin1")),
  );
});

test.each([
  ["hex", bytes.toString("hex")],
  ["base64", bytes.toString("base64")],
] as const)("--binary-output %s: a line each", async (form, line) => {
  const server = await echoServer();
  const { stdout } = await gundam(["--binary", "--whole", "--binary-output", form, server.url], {
    stdin: bytes,
  });
  expect(stdout).toBe(`${line}\n`);
});

test("binary messages among lines end as lines do", async () => {
  const server = await echoServer();
  const running = start(["-n", "2", server.url]);
  await running.told("connected");
  server.push(Uint8Array.of(104, 105));
  server.push("there");
  expect(await running.ended).toMatchObject({ code: 0, stdout: "hi\nthere\n" });
});

test("--messages: no more of them are printed than so many", async () => {
  const server = await echoServer();
  const { code, stdout } = await gundam(["-n", "3", `${server.url}?push=m&count=1000`]);
  expect(code).toBe(0);
  expect(stdout).toBe("m 1\nm 2\nm 3\n");
});

test("--messages ends before stdin does", async () => {
  const server = await echoServer();
  const running = start(["-n", "1", server.url], { stdin: endlessInput() });
  await running.told("connected");
  server.push("hello");
  expect(await running.ended).toMatchObject({ code: 0, stdout: "hello\n" });
});

test("--wait: what comes within so many seconds of the end is printed", async () => {
  const server = await echoServer();
  const running = start(["--wait", "forever", server.url], { stdin: "one\n" });
  await server.until(({ counts }) => counts.messages === 1);
  server.push("late");
  await server.until(({ counts }) => counts.pings >= 1);
  running.signal("SIGINT");
  expect(await running.ended).toMatchObject({ code: 0, stdout: "one\nlate\n" });
});

test("--execute is sent once, also when the connection is lost", async () => {
  const server = await echoServer();
  const running = start(["-x", "login", "--wait", "forever", server.url]);
  await server.until(({ counts }) => counts.pings >= 1);
  server.drop();
  await running.told("connected again");
  running.signal("SIGINT");
  await running.ended;
  expect(server.record.messages.map(({ data }) => data)).toEqual(["login"]);
});

test("a stream is cut the same wherever its chunks end", async () => {
  const text = Buffer.from("a||b|||c||||d|");
  const cutting = { delimiter: Buffer.from("||"), isWhole: false, largest: 100 };
  const expected = ["a", "b", "|c", "", "d|"];
  for (let first = 0; first <= text.length; first++) {
    for (let second = first; second <= text.length; second++) {
      const chunks = [text.subarray(0, first), text.subarray(first, second), text.subarray(second)];
      const found: string[] = [];
      for await (const piece of cut(Readable.from(chunks.filter(({ length }) => length > 0)), cutting)) {
        found.push(String(piece));
      }
      expect(found, `cut at ${first} and ${second}`).toEqual(expected);
    }
  }
});

test("a server that reads nothing stops the reading of stdin, until it reads again", async () => {
  const server = await echoServer();
  server.mute();
  const line = Buffer.from(`${"x".repeat(19_999)}\n`);
  const lines = 2500;
  let given = 0;
  const stdin = Readable.from(
    (function* () {
      for (; given < lines; given++) yield line;
    })(),
    { objectMode: false, highWaterMark: 64 * 1024 },
  );
  const waiting = endlessInput();
  const running = start(["--max-payload", "64K", "--keepalive", "60", server.url], { stdin: waiting });
  await running.told("connected");
  server.stopReading();
  stdin.pipe(waiting);
  await settles(() => given);
  // What kernels hold of 50 MB, and 4 MiB of ours.
  expect(given * line.length).toBeLessThan(24 * 1024 * 1024);
  server.resumeReading();
  expect(await running.ended).toMatchObject({ code: 0 });
  expect(server.record.counts.messages).toBe(lines);
});

test.each([
  ["8192 of them", "x", 20_000, 8192],
  ["4 MiB", "x".repeat(512 * 1024), 20, 8],
])("a server that answers no ping is sent no more messages than %s", async (_, line, lines, most) => {
  const server = await echoServer();
  server.mute();
  server.ignorePings();
  const stdin = Readable.from(Array.from({ length: lines }, () => Buffer.from(`${line}\n`)));
  const running = start(["--keepalive", "60", server.url], { stdin });
  await settles(() => server.record.counts.messages);
  expect(server.record.counts.messages).toBe(most);
  running.signal("SIGINT");
  running.signal("SIGINT");
  const { code, stderr } = await running.ended;
  expect(code).toBe(130);
  expect(stderr).toContain(`${most} messages may not have arrived`);
});

test("a reader that reads nothing stops the reading of messages", async () => {
  const server = await echoServer();
  const stdout = new PassThrough();
  const lines = 10_000;
  const running = start(["-n", String(lines), server.url], { stdout });
  await running.told("connected");
  server.flood(lines, "x".repeat(5000));
  await settles(() => stdout.readableLength);
  // Of 50 MB, what the stream takes before it says no; what we keep, and kernels; and the rest waits where it comes from.
  expect(stdout.readableLength + stdout.writableLength).toBeLessThan(1024 * 1024);
  expect(server.connections[0]!.waitingBytes).toBeGreaterThan(16 * 1024 * 1024);
  let read = 0;
  stdout.on("data", (chunk) => {
    read += String(chunk).split("\n").length - 1;
  });
  expect((await running.ended).code).toBe(0);
  expect(read).toBe(lines);
});

test("a reader that reads nothing does not hold up who is impatient", async () => {
  const server = await echoServer();
  const running = start([server.url], { stdin: endlessInput(), stdout: new PassThrough() });
  await running.told("connected");
  server.flood(100, "x".repeat(5000));
  await server.until(({ counts }) => counts.opens === 1);
  running.signal("SIGINT");
  await server.until(({ counts }) => counts.closes === 1);
  running.signal("SIGINT");
  expect((await running.ended).code).toBe(130);
});

/** Waits until a number has stayed the same for a while. */
async function settles(value: () => number): Promise<void> {
  for (let before = -1; before !== value() || before <= 0; ) {
    before = value();
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

async function bytesPrinted(args: readonly string[], stdin: Uint8Array): Promise<Buffer> {
  const stdout = new PassThrough();
  const chunks: Buffer[] = [];
  stdout.on("data", (chunk) => chunks.push(chunk));
  await start(args, { stdin, stdout }).ended;
  return Buffer.concat(chunks);
}
