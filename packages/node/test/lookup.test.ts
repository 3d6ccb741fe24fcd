// Lookups that take their time: who joins them, and who asks afresh. The clock is moved by hand; what the operating system
// answers, and when, the test says.

import dns from "node:dns";
import type { LookupFunction } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { joinLookup } from "../src/dial/lookup.ts";
import { all, next, start } from "./connecting.ts";
import { dial, echoServer } from "./dialling.ts";
import { socksProxy } from "./proxies.ts";

type Answer = Parameters<LookupFunction>[2];

/**
 * In place of the operating system: the questions for hosts of tests, in their order, for the test to answer. From the
 * `healthyFrom`th on they are answered by themselves.
 */
function nameServer(healthyFrom = Infinity) {
  const asked: { readonly hostname: string; found(): void; failed(): void }[] = [];
  const { lookup } = dns;
  const ask = (hostname: string, options: dns.LookupOptions, answer: Answer) => {
    if (!hostname.endsWith(".invalid")) return lookup(hostname, options, answer);
    const failure = Object.assign(new Error("getaddrinfo EAI_AGAIN"), { code: "EAI_AGAIN" });
    const found = () => answer(null, [{ address: "127.0.0.1", family: 4 }]);
    if (asked.length + 1 >= healthyFrom) process.nextTick(found);
    asked.push({
      hostname,
      found,
      failed: () => answer(failure, ""),
    });
  };
  const system = vi.spyOn(dns, "lookup").mockImplementation(ask as typeof dns.lookup);
  onTestFinished(() => system.mockRestore());
  return asked;
}

/** Moves the clock of lookups on, in ms. */
function clock() {
  let now = 1_000_000;
  const mocked = vi.spyOn(performance, "now").mockImplementation(() => now);
  onTestFinished(() => mocked.mockRestore());
  return (elapsed: number) => {
    now += elapsed;
  };
}

let hosts = 0;
/** A host that no other test has asked for, where a server listens. */
async function namedServer() {
  const server = await echoServer();
  return { server, url: `ws://names-${++hosts}.invalid:${server.port}/` };
}

/** An attempt that has given up waiting. */
function dialInVain(url: string, given: object = {}): void {
  const { transport, listener } = dial(url, given);
  transport.abandon();
  listener.abandoned();
}

describe("a lookup that is young", () => {
  test("is shared by all who ask for the host, also with an attempt that was abandoned", async () => {
    const asked = nameServer();
    const { server, url } = await namedServer();
    dialInVain(url);
    const dialled = Array.from({ length: 20 }, () => dial(url));
    expect(asked).toHaveLength(1);
    asked[0]!.found();
    await Promise.all(dialled.map(({ listener }) => listener.next("opened")));
    expect(server.record.counts.tcpConnections).toBe(20);
    dial(url);
    expect(asked).toHaveLength(2);
  });

  test("is not shared by another host", async () => {
    const asked = nameServer();
    const one = await namedServer();
    const other = await namedServer();
    dial(one.url);
    const { listener } = dial(other.url);
    expect(asked).toHaveLength(2);
    asked[1]!.found();
    await listener.next("opened");
  });
});

describe("a lookup that takes too long", () => {
  test.each([
    ["domainLookupTimeout", { domainLookupTimeout: 300 }, 300],
    ["5 s", {}, 5000],
    ["5 s, if domainLookupTimeout is longer", { domainLookupTimeout: 60_000 }, 5000],
  ])("is joined until it is as old as %s", async (_, given, patience) => {
    const asked = nameServer();
    const elapse = clock();
    const { url } = await namedServer();
    dialInVain(url, given);
    elapse(patience - 1);
    dialInVain(url, given);
    expect(asked).toHaveLength(1);
    elapse(1);
    dialInVain(url, given);
    expect(asked).toHaveLength(2);
  });

  test("is too old for the attempt that follows a timeout, whose timer came early", async () => {
    const asked = nameServer();
    const elapse = clock();
    const { url } = await namedServer();
    dialInVain(url, { domainLookupTimeout: 300 });
    elapse(299.4);
    dialInVain(url, { domainLookupTimeout: 300 });
    expect(asked).toHaveLength(2);
  });

  test("is followed by one more, which all join who ask later", async () => {
    const asked = nameServer();
    const elapse = clock();
    const { url } = await namedServer();
    for (let attempt = 1; attempt <= 10; attempt++) {
      dialInVain(url);
      elapse(5000);
    }
    const { listener } = dial(url);
    expect(asked).toHaveLength(2);
    asked[1]!.found();
    await listener.next("opened");
  });

  test("holds up nobody who asks for another host", async () => {
    const asked = nameServer();
    const elapse = clock();
    const stuck = await namedServer();
    const other = await namedServer();
    for (let attempt = 1; attempt <= 3; attempt++) {
      dialInVain(stuck.url);
      elapse(5000);
    }
    const { listener } = dial(other.url);
    expect(asked.map(({ hostname }) => hostname)).toEqual([
      ...Array(2).fill(new URL(stuck.url).hostname),
      new URL(other.url).hostname,
    ]);
    asked[2]!.found();
    await listener.next("opened");
  });

  test("is over for who still waits for it, when a younger one finds an address; its own answer is for nobody", async () => {
    const asked = nameServer();
    const elapse = clock();
    const { server, url } = await namedServer();
    const patient = dial(url);
    elapse(5000);
    const later = dial(url);
    asked[1]!.found();
    await patient.listener.next("opened");
    await later.listener.next("opened");
    asked[0]!.found();
    await dial(server.url).listener.next("opened");
    expect(server.record.counts.tcpConnections).toBe(3);
  });

  test("tells nobody twice, and nothing to who has left", () => {
    const asked = nameServer();
    const elapse = clock();
    const join = (answer: Answer) => joinLookup("twice.invalid", { all: true }, 300, answer);
    const patient = vi.fn();
    const leaving = vi.fn();
    const later = vi.fn();
    join(patient);
    const leave = join(leaving);
    elapse(300);
    join(later);
    leave();
    asked[1]!.found();
    asked[0]!.found();
    expect([patient, leaving, later].map(({ mock }) => mock.calls.length)).toEqual([1, 0, 1]);
  });

  test("goes on for who waits for it, when a younger one fails", async () => {
    const asked = nameServer();
    const elapse = clock();
    const { url } = await namedServer();
    const patient = dial(url);
    elapse(5000);
    const later = dial(url);
    asked[1]!.failed();
    const { phase, error } = await later.listener.next("lost");
    expect([phase, error.message]).toEqual([
      "lookup",
      `could not look up ${new URL(url).hostname} (EAI_AGAIN): the name server did not answer; check the network`,
    ]);
    expect(patient.listener.all("lost")).toEqual([]);
    asked[0]!.found();
    await patient.listener.next("opened");
  });

  test("is forgotten once it is answered, in whatever order", async () => {
    const asked = nameServer();
    const elapse = clock();
    const { url } = await namedServer();
    const answers = [
      [0, 1],
      [3, 2],
    ] as const;
    for (const [first, second] of answers) {
      dialInVain(url);
      elapse(5000);
      dialInVain(url);
      expect(asked).toHaveLength(Math.max(first, second) + 1);
      asked[first]!.failed();
      asked[second]!.failed();
    }
    dial(url);
    expect(asked).toHaveLength(5);
  });

  test("is for a proxy's name what it is for the url's", async () => {
    const asked = nameServer();
    const elapse = clock();
    for (const proxy of ["http://proxy.invalid:9", "socks5h://proxy.invalid:9"]) {
      dialInVain("ws://there.invalid/", { tcpOpts: { proxy } });
      elapse(5000);
    }
    dialInVain("ws://there.invalid/", { tcpOpts: { proxy: "http://proxy.invalid:9" } });
    expect(asked.map(({ hostname }) => hostname)).toEqual(["proxy.invalid", "proxy.invalid"]);
  });
});

describe("a name server that never answers, and then is replaced by one that does", () => {
  test.each([
    ["the url's host", () => ({})],
    [
      "a target whose address a proxy is told",
      async () => ({ proxy: `socks5://127.0.0.1:${(await socksProxy()).port}` }),
    ],
  ])("%s is found by the next attempt", async (_, tcpOpts) => {
    const asked = nameServer(2);
    const { url } = await namedServer();
    const given = await tcpOpts();
    const client = start({ url, domainLookupTimeout: 20, tcpOpts: given });
    const errors = all(client, "error");
    await next(client, "connect");
    expect(asked).toHaveLength(2);
    expect(errors.map(({ phase, message }) => [phase, message])).toEqual([
      ["lookup", "lookup took longer than domainLookupTimeout (20 ms)"],
    ]);
  });
});

test("an own lookup that does not answer is asked by each attempt, and answers to the last alone", async () => {
  const { server, url } = await namedServer();
  const answers: (() => void)[] = [];
  const lookup: LookupFunction = (_hostname, _options, answer) => {
    answers.push(() => answer(null, [{ address: "127.0.0.1", family: 4 }]));
    if (answers.length === 4) for (const answer of answers) answer();
  };
  const client = start({ url, domainLookupTimeout: 20, tcpOpts: { lookup }, retry: 100 });
  const errors = all(client, "error");
  await next(client, "connect");
  expect(errors.map(({ phase }) => phase)).toEqual(["lookup", "lookup", "lookup"]);
  expect(server.record.counts.tcpConnections).toBe(1);
});
