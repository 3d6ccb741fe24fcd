// A TCP connect that keeps no process alive is made in tries. How a process ends in between is a matter of ref.test.ts.

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { LookupFunction, Socket } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { answering, dial, freePort, fullServer } from "./dialling.ts";

/** The sockets that are made from now on. */
function socketsMade(): Socket[] {
  const sockets: Socket[] = [];
  const watch = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
  subscribe("net.client.socket", watch);
  onTestFinished(() => void unsubscribe("net.client.socket", watch));
  return sockets;
}

/** Dials a server that answers nobody until it wakes. `elapse` has the deadline pass. */
async function dialFull(host = "127.0.0.1") {
  const port = await freePort();
  const wake = await fullServer("127.0.0.1", port);
  const lookup = vi.fn(answering("127.0.0.1"));
  const sockets = socketsMade();
  const { transport, listener } = dial(`ws://${host}:${port}/`, { tcpOpts: { lookup } });
  const elapse = () => transport.expire(transport.deadline);
  return { transport, listener, lookup, sockets, elapse, wake };
}

const left = ({ deadline }: { deadline: number }) => deadline - performance.now();

test("each try takes at most twice as long as the one before, and nothing is left in between", async () => {
  const { transport, sockets, elapse } = await dialFull();
  expect(transport.deadline).toBe(Infinity);
  transport.setRef!(false);
  for (const [i, most] of [1000, 2000, 4000].entries()) {
    expect(left(transport)).toBeGreaterThan(most * 0.9);
    expect(left(transport)).toBeLessThanOrEqual(most);
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([...Array(i).fill(true), false]);
    elapse();
    expect(sockets.every(({ destroyed }) => destroyed)).toBe(true);
    expect(transport.deadline).toBeLessThan(Infinity);
    elapse();
  }
});

test.each([
  ["127.0.0.1", ["tcp", "upgrade"], 0],
  ["here.invalid", ["lookup", "tcp", "upgrade"], 1],
])(
  "one that succeeds is told as one phase: ws://%s",
  async (host, phases, lookups) => {
    const { transport, listener, lookup, sockets, elapse, wake } = await dialFull(host);
    transport.setRef!(false);
    elapse();
    elapse();
    expect(sockets).toHaveLength(2);
    wake();
    const told = () => listener.all("phase").map(({ phase }) => phase);
    await vi.waitFor(() => expect(told()).toEqual(phases), 20_000);
    expect(transport.deadline).toBe(Infinity);
    expect(lookup).toHaveBeenCalledTimes(lookups);
  },
  30_000,
);

test("one that may keep the process again takes its time", async () => {
  const { transport, sockets, elapse } = await dialFull();
  transport.setRef!(false);
  transport.setRef!(true);
  expect(transport.deadline).toBe(Infinity);
  transport.setRef!(false);
  elapse();
  transport.setRef!(true);
  elapse();
  expect(transport.deadline).toBe(Infinity);
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true, false]);
});

test.each([0, 1])("nothing follows one that is abandoned, %i deadlines later", async (deadlines) => {
  const { transport, listener, sockets, elapse } = await dialFull();
  transport.setRef!(false);
  for (let i = 0; i < deadlines; i++) elapse();
  transport.abandon();
  listener.abandoned();
  expect(transport.deadline).toBe(Infinity);
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
});

test("one that is abandoned by who hears that it begins, within an own lookup, is gone", async () => {
  const sockets = socketsMade();
  const lookup: LookupFunction = (_hostname, _options, callback) =>
    callback(null, [{ address: "127.0.0.1", family: 4 }]);
  const tcpOpts = { lookup, proxy: "socks5://proxy.invalid:9" };
  const { transport, listener } = dial("ws://here.invalid/", { tcpOpts });
  await new Promise<void>((resolve) => {
    listener.onHeard = () => {
      if (listener.all("phase").at(-1)?.phase !== "tcp") return;
      transport.abandon();
      listener.abandoned();
      resolve();
    };
  });
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
});
