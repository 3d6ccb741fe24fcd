// The story of an outage in words, from the records of clients that have gone through it on a virtual clock.

import { type AnyClient, explain, type Failure, handover, heartbeat, TlsError } from "@gundam/core";
import { closed, refused, reset, settled, virtualClient, virtualWorld } from "@gundam/testing";
import { endpoints } from "gundam";
import { describe, expect, test } from "vitest";
import type { AffectedMessages } from "../../src/story/affected-messages.ts";
import { lastOutage } from "../../src/story/outage.ts";
import { type Circumstances, isWorthTelling, tellStory, textOf } from "../../src/story/tell-story.ts";

const untouched: AffectedMessages = {
  arrived: [],
  left: [],
  waiting: [],
  unknown: [],
  dropped: [],
  unanswered: [],
  silence: undefined,
};
const unknownServer: Circumstances = {
  messages: untouched,
  answers: [],
  isShared: false,
  disconnect: undefined,
};

function storyOf(client: AnyClient, given: Partial<Circumstances> = {}): string | undefined {
  const outage = lastOutage(explain(client).attempts);
  return outage && textOf(tellStory(outage, { ...unknownServer, ...given }));
}

/** Opened 10 s ago. */
async function startOpen(options: object = {}) {
  const world = virtualWorld();
  const client = virtualClient(world, { retry: 5, retryTimeout: 1000, onError() {}, ...options });
  world.network.last.open();
  await world.runtime.advance(10_000);
  /** And goes on until the next attempt is made, if there will be one. */
  const lose = async (failure: Failure) => {
    const before = world.network.last;
    before.lose(failure);
    await settled();
    while (world.network.last === before && world.runtime.nextTimer < Infinity) {
      await world.runtime.advance(world.runtime.nextTimer);
    }
  };
  const open = async () => {
    world.network.last.open();
    await settled();
  };
  return { ...world, client, lose, open };
}

const noOpening: Failure = { ...reset(), phase: "open" };
const rejected: Failure = {
  kind: "certificate",
  phase: "tls",
  error: new TlsError("the certificate has expired", true),
  byUs: true,
};

describe("there is no story", () => {
  test("of a client that has never lost anything, nor while an outage goes on", async () => {
    const { client, lose } = await startOpen({ stableAfter: 60_000 });
    expect(storyOf(client)).toBeUndefined();
    await lose(reset());
    expect(storyOf(client)).toBeUndefined();
  });

  test("worth telling of a reconnect that lost nothing", async () => {
    const { client, open } = await startOpen();
    client.reconnect();
    await settled();
    await open();
    const outage = lastOutage(explain(client).attempts)!;
    expect(isWorthTelling(outage, untouched)).toBe(false);
    expect(isWorthTelling(outage, { ...untouched, unknown: [1] })).toBe(true);
    expect(storyOf(client)).toMatch(
      /^Gone for 0 ms\. This side ended the connection\. The first attempt succeeded\./,
    );
  });
});

describe("the story", () => {
  test("of a drop", async () => {
    const { client, lose, open } = await startOpen({ stableAfter: 60_000 });
    await lose(reset());
    await open();
    expect(storyOf(client)).toBe(
      "Gone for 1 s. The connection was reset. The first attempt succeeded. No message waited, and none was lost.",
    );
  });

  test("of 1012 and refusals with 503, which Node tells by itself", async () => {
    const { client, lose, open } = await startOpen({ stableAfter: 60_000 });
    await lose(closed(1012, "service restart"));
    await lose(refused(503));
    await lose(refused(503));
    await lose(noOpening);
    await open();
    const messages = { ...untouched, arrived: [1, 2, 3, 4], unknown: [5] };
    expect(storyOf(client, { messages })).toMatch(
      /^Gone for [\d.]+ s\. The server said 1012, service restart\. 4 attempts, 2 refused with HTTP 503, one not opened\. 4 messages waited and arrived, 1 unknown\.$/,
    );
  });

  test("of refusals that the browser hides, and the server tells", async () => {
    const { client, lose, open } = await startOpen({ stableAfter: 60_000 });
    await lose(reset());
    await lose(noOpening);
    await lose(noOpening);
    await open();
    expect(storyOf(client)).toContain(" 3 attempts, 2 not opened.");
    const outage = lastOutage(explain(client).attempts)!;
    const answers = [{ event: 7, status: 503 }];
    const sentences = tellStory(outage, { ...unknownServer, answers });
    expect(textOf(sentences)).toContain(" 3 attempts, one refused with HTTP 503, one not opened.");
    expect(sentences[2]!.map(({ target }) => target)).toEqual([
      { type: "attempt", key: outage.failed[0]!.key },
      { type: "event", id: 7 },
      { type: "attempt", key: outage.failed[1]!.key },
    ]);
    expect(storyOf(client, { answers, isShared: true })).toContain(
      " 3 attempts, 2 not opened. Of all clients the server refused 1 handshake with HTTP 503.",
    );
  });

  test("of a silent death", async () => {
    const { client, runtime, open } = await startOpen({
      stableAfter: 60_000,
      wsOpts: { heartbeat: heartbeat({ message: "ping", interval: 5000, timeout: 2000 }) },
    });
    await runtime.advance(5000);
    await open();
    expect(storyOf(client, { messages: { ...untouched, unanswered: [3, 4], silence: 7000 } })).toMatch(
      /^Gone for .*\. The peer did not answer a heartbeat, and has sent nothing for 7000 ms\. The .* 2 messages written before the loss and not echoed\.$/,
    );
  });

  test("of a silence that nobody found out about, until the connection was lost", async () => {
    const { client, lose, open } = await startOpen({ stableAfter: 60_000 });
    await lose(reset());
    await open();
    const messages = { ...untouched, unknown: [3], silence: 5200 };
    expect(storyOf(client, { messages })).toContain(" The connection was reset, after 5.2 s of silence. ");
    expect(storyOf(client, { messages: { ...messages, silence: 900 } })).toContain(
      " The connection was reset. ",
    );
  });

  test("of a hand-over, and of one that came to nothing", async () => {
    const { client, network } = await startOpen();
    const done = handover(client);
    await settled();
    network.last.open();
    await done;
    expect(storyOf(client)).toBe(
      "Handed over to a new connection, without a gap. No message waited, and none was lost.",
    );
    const failed = handover(client);
    await settled();
    network.last.lose(refused(503));
    await expect(failed).rejects.toThrow();
    expect(storyOf(client)).toMatch(
      /^A hand-over came to nothing, and the connection was kept\. .*503.*\. No message waited, and none was lost\.$/,
    );
  });

  test("of who gave up, after the last retry or at once", async () => {
    const { client, lose } = await startOpen({ retry: 2, stableAfter: 60_000 });
    await lose(reset());
    await lose(noOpening);
    await lose(noOpening);
    expect(client.phase).toBe("closed");
    expect(storyOf(client, { messages: { ...untouched, dropped: [9] } })).toBe(
      "Gave up after 2 s. The connection was reset. 2 attempts, all not opened. 1 message dropped.",
    );
    const other = await startOpen();
    await other.lose(closed(1008, "no"));
    expect(storyOf(other.client)).toMatch(
      /^Gave up at once\. The server said 1008, policy violation\. No other attempt was made\./,
    );
  });

  test("of a client that could not connect at first", async () => {
    const world = virtualWorld();
    const client = virtualClient(world, { retryTimeout: 1000, onError() {} });
    world.network.last.lose(noOpening);
    await world.runtime.advance(1000);
    world.network.last.open();
    await settled();
    expect(storyOf(client)).toMatch(/^Connected after 1 s\. 2 attempts, one not opened\./);
  });

  test("of a certificate that was rejected", async () => {
    const { client, lose } = await startOpen({ stableAfter: 60_000 });
    await lose(reset());
    await lose(rejected);
    expect(storyOf(client)).toContain(" 1 attempt, failed: the certificate has expired.");
  });

  test("of another endpoint", async () => {
    const { client, lose, open } = await startOpen({
      url: endpoints(["ws://one.test/", "ws://two.test/"]),
      stableAfter: 1000,
    });
    await lose(reset());
    await lose(noOpening);
    await open();
    expect(storyOf(client)).toContain("Now at ws://two.test/ instead of ws://one.test/.");
  });

  test("of an outage that began before all that is remembered", async () => {
    const { client, lose, open } = await startOpen({ retry: Infinity });
    await lose(reset());
    for (let count = 0; count < 30; count++) await lose(noOpening);
    await open();
    expect(storyOf(client)).toMatch(/^Gone for more than 19 s\. More than 20 attempts, 19 not opened\./);
  });

  test("of an attempt that was cut short", async () => {
    const { client, lose, open, runtime } = await startOpen({ stableAfter: 60_000 });
    await lose(reset());
    await runtime.advance(500);
    void client.close();
    await settled();
    client.reconnect();
    await settled();
    await open();
    expect(storyOf(client)).toContain(" 2 attempts, one cut short.");
  });
});

test("each part leads to the row that it tells of", async () => {
  const { client, lose, open } = await startOpen({ stableAfter: 60_000 });
  await lose(closed(1012));
  await open();
  const outage = lastOutage(explain(client).attempts)!;
  const messages = { ...untouched, left: [11, 12], unknown: [13] };
  const parts = tellStory(outage, { ...unknownServer, messages, disconnect: 4 }).flat();
  expect(parts.map(({ target }) => target)).toEqual([
    { type: "attempt", key: outage.lost!.key },
    { type: "event", id: 4 },
    { type: "attempt", key: outage.last!.key },
    { type: "message", id: 11 },
    { type: "message", id: 13 },
  ]);
});
