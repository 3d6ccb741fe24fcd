// The prompt, as a person sees it.

import { EventEmitter } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { expect, onTestFinished, test } from "vitest";
import { run } from "../src/run.ts";
import type { Stream } from "../src/screen.ts";
import { Terminal, type TerminalOptions } from "./terminal.ts";
import { echoServer, gather } from "./world.ts";

const esc = "\x1b";
const keys = { enter: "\r", up: `${esc}[A`, left: `${esc}[D`, tab: "\t", ctrlC: "\x03", ctrlD: "\x04" };

interface Sitting {
  readonly server: EchoServer;
  readonly terminal: Terminal;
  readonly ended: Promise<number>;
  readonly state: string;
}

/** Somebody at a terminal, who has started the program and is connected. `pipes`: stdout leads elsewhere. */
async function sitDown(
  args: readonly string[] = [],
  { state = stateFolder(), stdout, ...options }: TerminalOptions & { state?: string; stdout?: Stream } = {},
): Promise<Sitting> {
  const server = await echoServer();
  const terminal = new Terminal(options);
  const world = Object.assign(new EventEmitter(), {
    stdin: terminal.stdin,
    stdout: stdout ?? terminal.stdout,
    stderr: terminal.stdout,
    env: { XDG_STATE_HOME: state, TERM: "xterm" },
  });
  const ended = run([...args, server.url], world);
  await terminal.showing("connected to");
  return { server, terminal, ended, state };
}

function stateFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "gundam-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("what is typed is sent, what comes stands above the prompt", async () => {
  const { server, terminal } = await sitDown();
  terminal.type(`hello${keys.enter}`);
  const shown = await terminal.showing("< hello");
  expect(shown.replace(/\d+ ms/, "N ms")).toBe(`connected to ${server.url} in N ms\n> hello\n< hello\n> █`);
});

test.each([
  ["on one row", "half a mess", 4],
  ["over three rows of forty columns, typed", "x".repeat(90), 60],
])("a message that comes while another is being typed leaves it whole: %s", async (_, text, back) => {
  const { server, terminal } = await sitDown([], { columns: 40 });
  // One by one, as keys are.
  for (const key of text) terminal.type(key);
  await terminal.showing(text.slice(-10));
  server.push("one");
  await terminal.showing("< one");
  for (let i = 0; i < back; i++) terminal.type(keys.left);
  server.push("two");
  const shown = await terminal.showing("< two");
  const [, ...typed] = shown.split("< two\n");
  expect(shown).toMatch(/< one\n< two\n> /);
  const cursor = 2 + text.length - back;
  const line = `> ${text}`;
  const marked = `${line.slice(0, cursor)}█${line.slice(cursor)}`;
  expect(typed.join("").replaceAll("\n", "")).toBe(marked);
  terminal.type(keys.enter);
  await server.until(({ messages }) => messages.some(({ data }) => data === text));
});

test("a text that was pasted over several rows makes way, too", async () => {
  const { server, terminal } = await sitDown([], { columns: 40 });
  terminal.type("y".repeat(90));
  await terminal.showing("yyy");
  server.push("one");
  server.push("two");
  const shown = await terminal.showing("< two");
  expect(shown).toMatch(/^connected.*\n?.*\n< one\n< two\n> y{38}\ny{40}\ny{12}█$/);
});

test("a connection that is lost, what waits meanwhile, and that it is back", async () => {
  const { server, terminal } = await sitDown([], { columns: 200 });
  server.goAway();
  await terminal.showing(/lost \(.*\), trying again/);
  terminal.type(`one${keys.enter}`);
  await terminal.showing("queued, 1 waiting");
  terminal.type(`two${keys.enter}`);
  await terminal.showing("queued, 2 waiting");
  await server.comeBack();
  await terminal.showing(/connected again in .*, 2 messages that waited are sent now/);
  await terminal.showing("< two");
  expect(server.record.messages.map(({ data }) => data)).toEqual(["one", "two"]);
});

test("control characters of a message are shown, and not obeyed", async () => {
  const { server, terminal } = await sitDown();
  server.push(`${esc}[2J\u009b31mred\u202eder\tend`);
  const shown = await terminal.showing("red");
  expect(shown).toContain("< \\x1b[2J\\x9b31mred\\u202eder");
  expect(shown).toContain("connected to");
});

test("line ends and tabs of a message stay", async () => {
  const { server, terminal } = await sitDown();
  server.push("one\n\ttwo");
  await terminal.showing("< one\n        two");
});

test("binary messages in hexadecimal", async () => {
  const { server, terminal } = await sitDown([], { columns: 1000 });
  server.push(Uint8Array.of(0, 255, 16));
  await terminal.showing("< [binary, 3 bytes] 00 ff 10");
  server.push(new Uint8Array(300));
  await terminal.showing(/00 … and 44 bytes more/);
});

test("--json: what is typed is checked, what comes is laid out, and numbers stay as they are", async () => {
  const { server, terminal } = await sitDown(["--json"]);
  terminal.type(`{"nope${keys.enter}`);
  await terminal.showing("gundam: that is not JSON");
  terminal.type(`{"n":12345678901234567890,"list":[],"o":{"a":[1,true]}}${keys.enter}`);
  const shown = await terminal.showing("]\n");
  expect(shown).toContain(
    '< {\n  "n": 12345678901234567890,\n  "list": [],\n  "o": {\n    "a": [\n      1,\n      true\n    ]\n  }\n}\n> █',
  );
  expect(server.record.counts.messages).toBe(1);
});

test("colours, where the terminal has them, and not with --no-color", async () => {
  const output = new PassThrough();
  const written = gather(output);
  const stdout = Object.assign(output, { isTTY: true, columns: 80, hasColors: () => true });
  const colored = await sitDown(["--json"], { stdout, isColored: true });
  colored.server.push('{"a":1}');
  await expect.poll(() => String(written())).toContain(`${esc}[34m"a"${esc}[39m`);
  const plain = await sitDown(["--json", "--no-color"], { isColored: true });
  plain.server.push('{"a":1}');
  await plain.terminal.showing('"a": 1');
});

test("messages go into a pipe as they are, while the prompt stays on the terminal", async () => {
  const stdout = new PassThrough();
  const written = gather(stdout);
  const { terminal } = await sitDown([], { stdout });
  terminal.type(`hello${keys.enter}`);
  await expect.poll(() => String(written())).toBe("hello\n");
  await terminal.showing("> █");
});

test("slash commands", async () => {
  const { server, terminal } = await sitDown();
  const type = (line: string) => terminal.type(`${line}${keys.enter}`);
  type("/help");
  await terminal.showing("/explain                what became of the last attempts");
  type("/ping");
  await terminal.showing(/pong after \d+ ms/);
  type("/info");
  await terminal.showing(/address {6}127\.0\.0\.1, port \d+/);
  type("/explain");
  await terminal.showing(/attempt 1 to ws:.*upgrade/s);
  type("/hex 00 fF");
  type("/base64 AP9/");
  const file = path.join(stateFolder(), "file");
  writeFileSync(file, "three");
  type(`/file ${file}`);
  type("//slash");
  await server.until(({ counts }) => counts.messages === 4);
  expect(server.record.messages.map(({ data }) => data)).toEqual([
    Buffer.from([0, 255]),
    Buffer.from([0, 255, 127]),
    Buffer.from("three"),
    "/slash",
  ]);
  type("/reconnect");
  await terminal.showing("connected again");
  expect(server.record.counts.opens).toBe(2);
});

test.each([
  ["/nope", "there is no command /nope: /help lists them"],
  ["/hex 0", "/hex takes pairs of hexadecimal digits, such as /hex 00 ff 7f"],
  ["/base64 =", "/base64 takes Base64, such as /base64 AP9/"],
  ["/file", "/file takes a path, such as /file ./photo.jpg"],
  ["/file /no/such", "ENOENT"],
  ["/close 999", "code must be 1000 or from 3000 to 4999, not 999"],
])("%s is answered with what can be typed", async (line, problem) => {
  const { terminal } = await sitDown();
  terminal.type(`${line}${keys.enter}`);
  await terminal.showing(problem);
  terminal.type(`hello${keys.enter}`);
  await terminal.showing("< hello");
});

test("Tab completes a command", async () => {
  const { terminal } = await sitDown();
  terminal.type("/pi");
  terminal.type(keys.tab);
  await terminal.showing("> /ping█");
});

test.each([
  ["/close 4001 done", { code: 4001, reason: "done" }],
  ["/close", { code: 1000, reason: "" }],
  ["/quit", { code: 1000, reason: "" }],
])("%s ends with that Close", async (line, close) => {
  const { server, terminal, ended } = await sitDown();
  terminal.type(`${line}${keys.enter}`);
  expect(await ended).toBe(0);
  expect(server.record.closes).toMatchObject([close]);
  // The prompt is gone.
  expect(await terminal.shows()).toMatch(new RegExp(`closed \\(${close.code}.*\\)\n█$`));
});

test("Ctrl-C closes, Ctrl-D ends the input", async () => {
  for (const key of [keys.ctrlC, keys.ctrlD]) {
    const { server, terminal, ended } = await sitDown();
    terminal.type(key);
    expect(await ended).toBe(0);
    expect(server.record.closes).toMatchObject([{ code: 1000 }]);
  }
});

test("what was typed is offered in the next run, and kept where nobody else reads it", async () => {
  const first = await sitDown();
  const file = path.join(first.state, "gundam", "history");
  for (const line of ["one", "one", " secret", "two"]) first.terminal.type(`${line}${keys.enter}`);
  first.terminal.type(keys.ctrlD);
  await first.ended;
  expect(readFileSync(file, "utf8")).toBe("one\ntwo\n");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const { terminal } = await sitDown([], { state: first.state });
  terminal.type(keys.up + keys.up);
  await terminal.showing("> one█");
});

test("--no-history keeps nothing", async () => {
  const { terminal, ended, state } = await sitDown(["--no-history"]);
  terminal.type(`one${keys.enter}${keys.ctrlD}`);
  await ended;
  expect(existsSync(path.join(state, "gundam"))).toBe(false);
});

test("--quiet leaves out what happens, and --trace tells everything", async () => {
  const server = await startEchoServer();
  onTestFinished(() => server.stop());
  const terminal = new Terminal();
  const world = Object.assign(new EventEmitter(), {
    stdin: terminal.stdin,
    stdout: terminal.stdout,
    stderr: terminal.stdout,
    env: { XDG_STATE_HOME: stateFolder() },
  });
  const ended = run(["--quiet", "--trace", server.url], world);
  const shown = await terminal.showing("= connecting → open");
  expect(shown).not.toContain("connected to");
  terminal.type(keys.ctrlD);
  await ended;
});
