// The stories of a client as they come: one each outage, told anew until it is known what became of its messages.

import { signal } from "@preact/signals";
import type { AttemptRecord } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { EventEntry } from "../../src/client/events.ts";
import type { Session } from "../../src/client/session.ts";
import type { MessageEntry } from "../../src/messages/messages.ts";
import { StoryLog } from "../../src/story/story-log.ts";
import { textOf } from "../../src/story/tell-story.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const opened = (startedAt: number, given: Partial<AttemptRecord> = {}): AttemptRecord => ({
  attempt: 1,
  startedAt,
  url: "ws://example.test/",
  endpoint: undefined,
  phases: [],
  pending: undefined,
  opened: true,
  uptime: undefined,
  error: undefined,
  verdict: undefined,
  ...given,
});
const message = "lost without a Close frame";
const error = { name: "ConnectError", code: "ERR_CONNECT", message, closeCode: undefined, status: undefined };
const lost = (startedAt: number, uptime: number) =>
  opened(startedAt, { uptime, error, verdict: { retryIn: 0, retriesLeft: 5 } });
const failed = (startedAt: number) => opened(startedAt, { opened: false, error });

function startLog(isShared = false) {
  const attempts = signal<readonly AttemptRecord[]>([]);
  const entries = signal<readonly EventEntry[]>([]);
  const version = signal(0);
  const messages: MessageEntry[] = [];
  const session = { attempts, events: { log: { entries } }, messages: { version, entries: () => messages } };
  const log = new StoryLog(session as unknown as Session, signal(isShared));
  const texts = () => log.stories.value.map(({ sentences }) => textOf(sentences));
  return { log, attempts, entries, version, messages, texts };
}

const sent: MessageEntry = {
  id: 1,
  at: 1500,
  direction: "out",
  outcome: "queued",
  cause: undefined,
  told: [],
  payload: "waits",
  bytes: 5,
};

test("an outage has one story, the newest first", () => {
  const { attempts, texts } = startLog();
  attempts.value = [opened(0)];
  attempts.value = [lost(0, 1000)];
  expect(texts()).toEqual([]);
  attempts.value = [lost(0, 1000), opened(2000)];
  attempts.value = [lost(0, 1000), opened(2000)];
  expect(texts()).toEqual([expect.stringMatching(/^Gone for 1 s\./)]);
  attempts.value = [lost(0, 1000), lost(2000, 1000), opened(6000)];
  expect(texts()).toEqual([
    expect.stringMatching(/^Gone for 3 s\./),
    expect.stringMatching(/^Gone for 1 s\./),
  ]);
});

test("it is told anew until its messages have settled, and not again", () => {
  const { log, attempts, version, messages, texts } = startLog();
  messages.push(sent);
  attempts.value = [lost(0, 1000), opened(2000)];
  expect(texts()[0]).toContain("1 message still on the way.");
  vi.advanceTimersByTime(5000);
  expect(log.stories.value[0]!.isSettled).toBe(false);
  messages[0] = { ...sent, outcome: "flushed", told: [{ at: 2001, outcome: "flushed", cause: undefined }] };
  version.value += 1;
  expect(texts()[0]).toContain("1 message waited and left.");
  expect(log.stories.value[0]!.isSettled).toBe(true);
  messages.length = 0;
  version.value += 1;
  expect(texts()[0]).toContain("1 message waited and left.");
});

test("the server's word, which comes later, is heard; with two clients it is of both", () => {
  const sight = { type: "spoiled", connection: 2, fault: { name: "refuse", status: 503 } } as const;
  const answer = { id: 9, at: 1600, source: "server", sight } as unknown as EventEntry;
  const attempts = [lost(0, 1000), failed(1500), opened(2000)];
  const alone = startLog();
  alone.attempts.value = attempts;
  expect(alone.texts()[0]).toContain("2 attempts, one not opened.");
  alone.entries.value = [answer];
  expect(alone.texts()[0]).toContain("2 attempts, one refused with HTTP 503.");
  const shared = startLog(true);
  shared.entries.value = [answer];
  shared.attempts.value = attempts;
  expect(shared.texts()[0]).toContain("one not opened. Of all clients the server refused 1 handshake");
});

test("no more are kept than a person pages through", () => {
  const { attempts, log } = startLog();
  for (let count = 0; count < 50; count++) {
    attempts.value = [lost(count * 10_000, 1000), opened(count * 10_000 + 2000)];
  }
  expect(log.stories.value).toHaveLength(20);
  expect(log.stories.value[0]!.at).toBe(492_000);
});
