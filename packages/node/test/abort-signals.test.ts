// Many clients on one AbortSignal: Node warns of a leak when it has more than ten listeners.

import { getEventListeners } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { onAbort } from "../src/abort-signals.ts";
import type { WebSocketClient } from "../src/index.ts";
import { next, start } from "./connecting.ts";
import { echoServer } from "./dialling.ts";

/** The warnings of the process until the test ends. */
function warnings(): string[] {
  const names: string[] = [];
  const note = ({ name }: Error) => names.push(name);
  process.on("warning", note);
  onTestFinished(() => void process.off("warning", note));
  return names;
}

const listenersOf = (signal: AbortSignal) => getEventListeners(signal, "abort").length;

test("30 clients on one signal are each closed by its abort; it has one listener, and none when they have ended", async () => {
  const warned = warnings();
  const server = await echoServer();
  const aborting = new AbortController();
  const { signal } = aborting;
  const clients: WebSocketClient[] = Array.from({ length: 30 }, () => start({ url: server.url, signal }));
  await Promise.all(clients.map((client) => client.ready({ signal })));
  expect(listenersOf(signal)).toBe(1);
  await Promise.all(clients.splice(0, 10).map((client) => client.close()));
  expect(listenersOf(signal)).toBe(1);
  const ends = clients.map((client) => next(client, "close"));
  aborting.abort();
  for (const { code, reason } of await Promise.all(ends)) expect([code, reason]).toEqual([1000, "aborted"]);
  expect(listenersOf(signal)).toBe(0);
  expect(server.record.closes.filter(({ reason }) => reason === "aborted")).toHaveLength(20);
  // Warnings are told in a turn of their own.
  await new Promise((resolve) => setImmediate(resolve));
  expect(warned).not.toContain("MaxListenersExceededWarning");
});

test("clients that come and go leave no listener behind", async () => {
  const server = await echoServer();
  const { signal } = new AbortController();
  for (let times = 0; times < 3; times++) {
    const client = start({ url: server.url, signal });
    await client.ready({ signal });
    expect(listenersOf(signal)).toBe(1);
    client.terminate();
    await new Promise((resolve) => setImmediate(resolve));
    expect(listenersOf(signal)).toBe(0);
  }
});

test("a function that is given twice is told twice, and taken back once each", () => {
  const aborting = new AbortController();
  let times = 0;
  const count = () => times++;
  const leave = onAbort(aborting.signal, count);
  onAbort(aborting.signal, count);
  onAbort(aborting.signal, count);
  leave();
  leave();
  aborting.abort();
  expect(times).toBe(2);
});
