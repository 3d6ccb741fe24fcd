// What a client tells of itself: the trace, events in pairs, info(client) and explain(client), on a first connection and on a
// reconnect, against a real server.

import { describe, expect, onTestFinished, test, vi } from "vitest";
import { all, next, start } from "../../node/test/connecting.ts";
import { echoServer, identity, pem } from "../../node/test/dialling.ts";
import { explain, info, ping, printTrace, type TraceEvent } from "../src/node.ts";

// On a busy machine what takes no time can take seconds.
vi.setConfig({ testTimeout: 30_000 });

/** The lines that a client prints of a life: refused, open, a message each way, lost, open again, closed. */
async function printed(trace: true | typeof printTrace): Promise<string[]> {
  const lines: string[] = [];
  const print = vi.spyOn(console, "error").mockImplementation((line) => void lines.push(String(line)));
  onTestFinished(() => print.mockRestore());
  const server = await echoServer();
  server.refuse(503, { times: 1 });
  const client = start({ url: `${server.url}feed?token=secret`, trace, wsOpts: { silencePings: false } });
  await client.ready();
  client.send("hello");
  await next(client, "message");
  await ping(client, new Uint8Array(4));
  const back = next(client, "connect");
  server.closeAll(4001, "again");
  await back;
  await client.ready();
  await client.close(4000, "done");
  return lines;
}

describe("a trace", () => {
  test("that is printTrace is a line an event, in the alphabet of logs", async () => {
    const lines = await printed(printTrace);
    const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /;
    expect(lines.filter((line) => !at.test(line))).toEqual([]);
    const words = lines
      .map((line) => line.replace(at, ""))
      .filter((line) => !/^· (phase|attempt|connect)/.test(line));
    expect(words).toEqual([
      "= idle → preparing",
      "= preparing → connecting",
      "= connecting → deciding",
      "! RefusedError: the server refused the opening handshake with HTTP status 503",
      "= deciding → waiting",
      "~ retry in 0 ms, 4 left",
      "= waiting → preparing",
      "= preparing → connecting",
      "= connecting → open",
      "> text, 5 bytes",
      "< text, 5 bytes",
      "< pong, 4 bytes",
      "= open → deciding",
      "= deciding → waiting",
      '· disconnect {"close":{"code":4001,"reason":"again","wasClean":true},"willRetry":true}',
      "~ retry in 0 ms, 4 left",
      "= waiting → preparing",
      "= preparing → connecting",
      "= connecting → open",
      "= open → closing",
      "= closing → closed",
      '· close {"code":4000,"reason":"done"}',
    ]);
  });

  test("that is true is a JSON object an event", async () => {
    const events = (await printed(true)).map((line) => JSON.parse(line) as TraceEvent);
    expect(events.every(({ at }) => Math.abs(at - Date.now()) < 60_000)).toBe(true);
    expect(events.find(({ type }) => type === "sent")!.detail).toEqual({ kind: "text", bytes: 5 });
    expect(events.find(({ type }) => type === "error")!.detail).toMatch(/^RefusedError: /);
    expect(events.filter(({ type }) => type === "retry")).toHaveLength(2);
  });

  test("that throws harms nobody", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    onTestFinished(() => warned.mockRestore());
    const server = await echoServer();
    const client = start({
      url: server.url,
      trace() {
        throw new Error("in trace");
      },
    });
    await client.ready();
    client.send("hello");
    expect(await next(client, "message")).toBe("hello");
    expect(warned).toHaveBeenCalled();
  });
});

test("phases start and end in pairs, one after the other, on each connection", async () => {
  const server = await echoServer({ tls: identity("server") });
  const client = start({ url: server.url, tlsOpts: { ca: pem("authority") } });
  const phases = all(client, "phase");
  for (let connection = 1; connection <= 2; connection++) {
    await client.ready();
    const pairs = ["prepare", "lookup", "tcp", "tls", "upgrade"].flatMap((phase) => [
      { phase, type: "start" },
      { phase, type: "end", duration: expect.any(Number), error: undefined },
    ]);
    expect(phases.splice(0)).toEqual(pairs);
    if (connection === 1) {
      const back = next(client, "connect");
      server.drop();
      await back;
    }
  }
});

test("a phase that fails ends with its error", async () => {
  const server = await echoServer();
  server.refuse(404);
  const client = start({ url: server.url });
  const phases = all(client, "phase");
  const { error } = await next(client, "close");
  expect(phases.at(-1)).toMatchObject({ phase: "upgrade", type: "end", error });
});

test("info(client) says how the connection is, and how the next one is", async () => {
  const server = await echoServer({ tls: identity("server"), protocols: ["chat"], perMessageDeflate: true });
  const client = start({
    url: `${server.url}feed?token=secret`,
    tlsOpts: { ca: pem("authority") },
    wsOpts: { protocols: ["chat"], compress: true },
    pageSignals: false,
  });
  for (const sessionReused of [false, true]) {
    await client.ready();
    const rtt = await ping(client);
    expect(info(client)).toMatchObject({
      phase: "open",
      retriesLeft: expect.any(Number),
      url: `${server.url}feed?***`,
      protocol: "chat",
      extensions: expect.stringMatching(/^permessage-deflate/),
      uptime: expect.any(Number),
      rtt,
      ignoredOptions: ["pageSignals"],
      localAddress: "127.0.0.1",
      localPort: expect.any(Number),
      remoteAddress: "127.0.0.1",
      remotePort: server.port,
      family: "IPv4",
      bytesRead: expect.any(Number),
      bytesWritten: expect.any(Number),
      tls: { protocol: "TLSv1.3", authorized: true, sessionReused },
    });
    if (sessionReused) continue;
    const back = next(client, "connect");
    server.drop();
    await back;
  }
  await client.close();
  expect(info(client)).toMatchObject({ phase: "closed", protocol: "", uptime: 0 });
});

describe("explain(client)", () => {
  test("says what became of each attempt, in which phase and time, and what was decided", async () => {
    const server = await echoServer();
    server.refuse(503, { times: 1 });
    const client = start({ url: `${server.url}feed?token=secret`, retryTimeout: 30 });
    await client.ready();
    server.goAway();
    await next(client, "close");
    const { attempts } = explain(client);
    expect(attempts).toHaveLength(7);
    expect(attempts[0]).toMatchObject({
      attempt: 1,
      url: `${server.url}feed?***`,
      opened: false,
      error: { code: "ERR_REFUSED" },
      verdict: { retryIn: 30, retriesLeft: 4 },
    });
    expect(attempts[0]!.phases.map(({ phase, failed }) => [phase, failed])).toEqual([
      ["prepare", false],
      ["tcp", false],
      ["upgrade", true],
    ]);
    expect(attempts[1]).toMatchObject({
      attempt: 2,
      opened: true,
      uptime: expect.any(Number),
      error: { code: "ERR_CONNECT" },
      verdict: { retryIn: 0, retriesLeft: 4 },
    });
    expect(attempts.at(-1)).toMatchObject({ error: { code: "ERR_CONNECT" }, verdict: "stop" });
    const lines = String(explain(client)).split("\n");
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatch(
      /^\S+Z attempt 1 to ws:\S+\?\*\*\*; prepare [\d.]+ ms, tcp [\d.]+ ms, upgrade [\d.]+ ms failed; RefusedError: .* 503; next in 30 ms, 4 retries left$/,
    );
    expect(lines[6]).toMatch(/ConnectError: .*; gave up$/);
  });

  test("remembers the last 20 attempts", async () => {
    const server = await echoServer();
    server.goAway();
    const client = start({ url: server.url, retry: 24, retryTimeout: 0, shouldRetry: () => true });
    await next(client, "close");
    const { attempts } = explain(client);
    expect(attempts.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 20 }, (_, i) => i + 6));
  });
});
