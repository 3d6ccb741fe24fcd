// The server in the page on a virtual clock: each fault has a client of ours go through it, exact to the millisecond.

import {
  Client,
  type CoreOptions,
  deliver,
  heartbeat,
  type LifecyclePhase,
  type Platform,
} from "@gundam/core";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  applyFault,
  type InPageEvent,
  type InPageFault,
  InPageServer,
  inPageFaults,
} from "../../src/in-page/index.ts";
import { virtualWorld } from "../../src/index.ts";
import { faults } from "../../src/server/index.ts";

let world: ReturnType<typeof virtualWorld>;
let server: InPageServer;
let events: InPageEvent[];
let received: unknown[];

beforeEach(() => {
  world = virtualWorld();
  events = [];
  received = [];
  server = new InPageServer({ runtime: world.runtime, note: (event) => events.push(event) });
});

function start(options: Partial<CoreOptions> = {}): Client {
  const platform: Platform = { ...world.platform, dial: server.dial as Platform["dial"] };
  const client = new Client(platform, { url: server.url, retryTimeout: 1000, ...options });
  client.on("message", (message) => received.push(message));
  client.reconnect();
  return client;
}

async function startOpen(options: Partial<CoreOptions> = {}): Promise<Client> {
  const client = start(options);
  await world.runtime.advance(10);
  expect(client.phase).toBe("open");
  return client;
}

function types(): string[] {
  return events.map(({ type }) => type);
}

test("it has the real server's faults, for the same scopes and with the same arguments", () => {
  const real = faults.map(({ name, scope, args }) => ({ name, scope, args: args.map((arg) => arg.name) }));
  expect(inPageFaults).toEqual(real);
});

test("it tells by which fault a request was answered, for as many as were", async () => {
  applyFault(server, { name: "refuse", status: 503, times: 1 });
  start();
  await world.runtime.advance(1_010);
  expect(types()).toEqual([
    "upgradeRequested",
    "upgradeSpoiled",
    "disconnected",
    "upgradeRequested",
    "opened",
  ]);
  expect(events[1]).toMatchObject({ connection: 1, fault: { kind: "refuse", status: 503 } });
});

test("what the kernel had not taken when the connection was lost is unknown", async () => {
  const client = await startOpen({ retryTimeout: 60_000 });
  applyFault(server, { name: "stop-reading" });
  const message = "x".repeat(200 * 1024);
  const [taken, left] = [deliver(client, message), deliver(client, message)];
  await expect(taken).resolves.toBe("flushed");
  applyFault(server, { name: "drop", how: "rst" });
  await world.runtime.advance(10);
  await expect(left).rejects.toMatchObject({ code: "ERR_UNKNOWN_DELIVERY" });
});

test("a message comes back, and the server tells what it saw", async () => {
  const client = await startOpen();
  client.send("hello");
  client.send(new Uint8Array([1, 2]));
  await world.runtime.advance(10);
  expect(received).toEqual(["hello", new Uint8Array([1, 2])]);
  void client.close(4000, "done");
  await world.runtime.advance(10);
  expect(client.phase).toBe("closed");
  expect(types()).toEqual(["upgradeRequested", "opened", "closeReceived", "disconnected"]);
  expect(events[2]).toMatchObject({ code: 4000, reason: "done" });
});

test("the first subprotocol offered is selected, and one that was not offered fails the attempt", async () => {
  const connected: string[] = [];
  const client = start({ wsOpts: { protocols: ["chat", "news"] } });
  client.on("connect", ({ protocol }) => connected.push(protocol));
  await world.runtime.advance(10);
  expect(connected).toEqual(["chat"]);
  applyFault(server, { name: "select-protocol", protocol: "wrong", times: 1 });
  applyFault(server, { name: "drop" });
  await world.runtime.advance(1_010);
  expect(client.phase).toBe("waiting");
  await world.runtime.advance(1_010);
  expect(connected).toEqual(["chat", "chat"]);
});

const losses: readonly { fault: InPageFault; code: number; wasClean: boolean }[] = [
  { fault: { name: "drop" }, code: 1006, wasClean: false },
  { fault: { name: "drop", how: "rst" }, code: 1006, wasClean: false },
  { fault: { name: "close", code: "4001", reason: "enough" }, code: 4001, wasClean: true },
  { fault: { name: "close-without-code" }, code: 1005, wasClean: true },
  { fault: { name: "close", code: 999 }, code: 1006, wasClean: false },
  { fault: { name: "bad-frame" }, code: 1006, wasClean: false },
  { fault: { name: "restart" }, code: 1012, wasClean: true },
  { fault: { name: "away", ms: 100 }, code: 1006, wasClean: false },
];

test.each(losses)(
  "$fault loses the connection with $code, and the client comes back",
  async ({ fault, code, wasClean }) => {
    const client = await startOpen();
    applyFault(server, fault);
    await world.runtime.advance(20);
    expect(client.phase).toBe("waiting");
    expect(client.lastClose).toMatchObject({ code, wasClean });
    // The crowd's spread after 1012 is 5 s at most.
    await world.runtime.advance(6_100);
    expect(client.phase).toBe("open");
  },
);

test("a close that keeps TCP up is told when the browser is tired of waiting for the end", async () => {
  const client = await startOpen();
  applyFault(server, { name: "close-without-fin", code: 4002 });
  await world.runtime.advance(1_990);
  expect(client.phase).toBe("open");
  await world.runtime.advance(50);
  expect(client.lastClose?.code).toBe(4002);
});

describe("after a Close that keeps TCP up", () => {
  let client: Client;

  beforeEach(async () => {
    client = await startOpen();
    applyFault(server, { name: "close-without-fin", code: 4002 });
    await world.runtime.advance(10);
  });

  test("what is sent waits, and arrives over the next connection", async () => {
    client.send("for the next one");
    await world.runtime.advance(0);
    expect(client.phase).toBe("deciding");
    expect(client.bufferedAmount).toBe("for the next one".length);
    await world.runtime.advance(2_000);
    expect(client.lastClose?.code).toBe(4002);
    expect(received).toEqual([]);
    await world.runtime.advance(1_010);
    expect(received).toEqual(["for the next one"]);
  });

  test("our own changes nothing: the server reads one Close, and its code is told", async () => {
    const closed = client.close(4000);
    await world.runtime.advance(1_980);
    expect(client.phase).toBe("closing");
    await world.runtime.advance(20);
    await closed;
    expect(types()).toEqual(["upgradeRequested", "opened", "closeReceived", "disconnected"]);
    expect(events[2]).toMatchObject({ code: 4002 });
  });
});

const failures = [
  "drop-at-accept",
  "refuse",
  "garbage-at-upgrade",
  "drop-at-upgrade",
  "wrong-accept-at-upgrade",
];

test.each(failures)("%s fails attempts until the server behaves", async (name) => {
  applyFault(server, { name });
  const client = start();
  const phases: LifecyclePhase[] = [];
  client.on("change", ({ to }) => phases.push(to));
  await world.runtime.advance(1_500);
  expect(phases.filter((phase) => phase === "waiting")).toHaveLength(2);
  expect(phases).not.toContain("open");
  applyFault(server, { name: "behave" });
  await world.runtime.advance(1_000);
  expect(client.phase).toBe("open");
});

test.each(["stall-at-accept", "stall-at-upgrade"])("%s is given up by openTimeout alone", async (name) => {
  applyFault(server, { name, times: 1 });
  const client = start({ openTimeout: 500 });
  await world.runtime.advance(499);
  expect(client.phase).toBe("connecting");
  await world.runtime.advance(1);
  expect(client.phase).toBe("waiting");
  await world.runtime.advance(1_100);
  expect(client.phase).toBe("open");
});

test("a fault at open strikes so many connections as it was told to", async () => {
  applyFault(server, { name: "drop-at-open", times: 2 });
  const client = start();
  const connects: number[] = [];
  client.on("connect", () => connects.push(world.runtime.now()));
  await world.runtime.advance(10_000);
  expect(connects).toHaveLength(3);
  expect(client.phase).toBe("open");
});

test("close-at-open closes with its code", async () => {
  applyFault(server, { name: "close-at-open", code: 1013, reason: "later", times: 1 });
  const client = start();
  await world.runtime.advance(20);
  expect(client.lastClose).toMatchObject({ code: 1013, reason: "later" });
});

test("a silent server holds both directions, and lets them go in order", async () => {
  const client = await startOpen();
  applyFault(server, { name: "silence" });
  client.send("one");
  client.send("two");
  applyFault(server, { name: "push", message: "pushed" });
  client.send("x".repeat(256 * 1024));
  await world.runtime.advance(60_000);
  expect([client.phase, received]).toEqual(["open", []]);
  // More than the kernel takes: nobody has read a byte.
  expect(client.bufferedAmount).toBe("onetwo".length);
  applyFault(server, { name: "speak" });
  await world.runtime.advance(10);
  expect(client.bufferedAmount).toBe(0);
  expect(received.slice(0, 3)).toEqual(["pushed", "one", "two"]);
});

test("a heartbeat finds out a server that went silent right after opening", async () => {
  applyFault(server, { name: "silence-at-open", times: 1 });
  const asking = heartbeat({ message: "?", interval: 100, timeout: 100 });
  const client = await startOpen({ wsOpts: { heartbeat: asking } });
  await world.runtime.advance(220);
  expect(client.lastError?.name).toBe("DeadPeerError");
  await world.runtime.advance(1_100);
  expect(client.phase).toBe("open");
});

test("what the server does not read piles up beyond what the kernel takes", async () => {
  const client = await startOpen();
  applyFault(server, { name: "stop-reading" });
  client.send("x".repeat(256 * 1024));
  expect(client.bufferedAmount).toBe(0);
  client.send("x".repeat(1000));
  expect(client.bufferedAmount).toBe(1000);
  applyFault(server, { name: "resume-reading" });
  await world.runtime.advance(10);
  expect(client.bufferedAmount).toBe(0);
  expect(received).toHaveLength(2);
});

test("what the server does not read is delivered once it does", async () => {
  const client = await startOpen();
  onTestFinished(() => client.terminate());
  applyFault(server, { name: "stop-reading" });
  const outcomes: unknown[] = [];
  void deliver(client, "x".repeat(300 * 1024)).then((outcome) => outcomes.push(outcome));
  await world.runtime.advance(10);
  const microtask = vi.spyOn(world.runtime, "microtask");
  await world.runtime.advance(1_000);
  // Nobody asks again and again, which would leave a page no time for anything else.
  expect(microtask.mock.calls.length).toBe(0);
  expect(outcomes).toEqual([]);
  applyFault(server, { name: "resume-reading" });
  await world.runtime.advance(10);
  expect(outcomes).toEqual(["flushed"]);
});

test("a slow server sends no more bytes a second than it was told", async () => {
  const client = await startOpen();
  applyFault(server, { name: "slow", bytesPerSecond: 100 });
  client.send("x".repeat(50));
  await world.runtime.advance(490);
  expect(received).toEqual([]);
  await world.runtime.advance(20);
  expect(received).toHaveLength(1);
});

test("a flood that would fill the page's memory is refused", () => {
  const fault = { name: "flood", count: 100_000, message: "x".repeat(1000) };
  expect(() => applyFault(server, fault)).toThrow("flood.count would have 101700000 bytes wait for a client");
});

test("a flood, fragments and pushes arrive; a mute server echoes nothing", async () => {
  const client = await startOpen();
  applyFault(server, { name: "mute" });
  client.send("unheard");
  applyFault(server, { name: "flood", count: 3, message: "m" });
  applyFault(server, { name: "fragments", message: "whole" });
  applyFault(server, { name: "ping" });
  await world.runtime.advance(10);
  expect(received).toEqual(["m 1", "m 2", "m 3", "whole"]);
});

test("whoever sends faster than the server allows is closed", async () => {
  const client = await startOpen();
  const closes: unknown[] = [];
  client.on("disconnect", ({ close }) => closes.push(close?.code));
  applyFault(server, { name: "limit-rate", count: 2, ms: 100 });
  for (const message of ["1", "2"]) client.send(message);
  await world.runtime.advance(100);
  for (const message of ["3", "4"]) client.send(message);
  await world.runtime.advance(50);
  expect(received).toEqual(["1", "2", "3", "4"]);
  client.send("5");
  await world.runtime.advance(10);
  expect(closes).toEqual([1008]);
});

describe("our Close", () => {
  test.each(["ignore-close", "keep-tcp"])("%s makes the client wait for it", async (name) => {
    const client = await startOpen({ wsOpts: { closingTimeout: 500 } });
    applyFault(server, { name });
    void client.close();
    await world.runtime.advance(499);
    expect(client.phase).toBe("closing");
    await world.runtime.advance(2);
    expect(client.phase).toBe("closed");
  });
});

test("while it is away connecting fails, until it is back", async () => {
  applyFault(server, { name: "away" });
  const client = start();
  await world.runtime.advance(10);
  expect(client.phase).toBe("waiting");
  applyFault(server, { name: "back" });
  await world.runtime.advance(1_010);
  expect(client.phase).toBe("open");
  expect(types()).toEqual(["wentAway", "cameBack", "upgradeRequested", "opened"]);
});

test("who comes or goes last decides: an earlier return does not end a later absence", async () => {
  applyFault(server, { name: "away", ms: 100 });
  applyFault(server, { name: "away" });
  await world.runtime.advance(1_000);
  expect(server.isListening).toBe(false);
});

describe("a fault that cannot be is refused in words", () => {
  test.each([
    [{ name: "explode" }, /"explode" is no fault; the faults are behave, push/],
    [{ name: "refuse", status: "99" }, /refuse.status must be an integer from 200 to 599, not "99"/],
    [{ name: "drop", how: "gently" }, /drop.how must be one of fin, rst, not "gently"/],
    [{ name: "drop", ms: 3 }, /drop.ms is no argument; the arguments are: how/],
    [{ name: "push", message: 3 }, /push.message must be a string, not 3/],
  ] as const)("%o", (fault, problem) => {
    expect(() => applyFault(server, fault)).toThrow(problem);
  });
});
