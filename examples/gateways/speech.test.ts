import { connect, heartbeat } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pass, takeClocks } from "./servers/clock.ts";
import { type Judge, startJudge } from "./servers/judge.ts";
import { connectToTranscriber } from "./speech.ts";

const PATIENCE = 10_000;

let service: Judge;

beforeEach(async () => {
  takeClocks();
  // It talks all the time, and wants audio or KeepAlive.
  service = await startJudge((party) => {
    const listen = () => party.expect(PATIENCE, 1011, "neither audio nor KeepAlive for 10 s");
    party.every(1000, () => party.send("a word"));
    listen();
    return listen;
  });
});

afterEach(async () => {
  vi.useRealTimers();
  await service.stop();
});

test("silence of the speaker is bridged", async () => {
  const words: string[] = [];
  const client = connectToTranscriber(service.url, "secret", (word) => words.push(word));
  await pass(600_000);
  expect(service.verdicts).toEqual([]);
  expect(words.length).toBeGreaterThan(500);
  // No more than are needed: none while there is audio.
  const before = service.server.record.counts.messages;
  const speaking = setInterval(() => client.send(new Uint8Array(100)), 1000);
  await pass(60_000);
  clearInterval(speaking);
  const since = service.server.record.messages.slice(before);
  expect(since.filter(({ data }) => typeof data === "string")).toEqual([]);
  client.terminate();
});

test("neither pings nor a question to a silent peer will do", async () => {
  const client = connect({
    url: service.url,
    wsOpts: { keepalive: 1000, heartbeat: heartbeat({ message: '{"type":"KeepAlive"}', interval: 4000 }) },
    onError: () => {},
  });
  await pass(60_000);
  expect(service.verdicts).toContain("neither audio nor KeepAlive for 10 s");
  client.terminate();
});
