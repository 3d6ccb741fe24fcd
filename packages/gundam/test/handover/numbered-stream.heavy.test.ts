// As numbered-stream.ts, for as long as a minute: many clients of one server hand over, each as it likes, while the server
// does to their connections what it likes.

import { setTimeout } from "node:timers/promises";
import { Random } from "@gundam/testing";
import { expect, test } from "vitest";
import { connect, handover } from "../../src/node.ts";
import { startNumberedServer } from "./numbered-server.ts";
import {
  expectOrder,
  expectTrueOutcomes,
  missingFrom,
  numbersOf,
  StreamingClient,
} from "./numbered-stream.ts";
import type { Strike } from "./numbered-words.ts";

const CLIENTS = 5;
const TIMES = 50;

test("50 hand-overs of each of 5 clients, a second apart, lose and double no number", async () => {
  const server = await startNumberedServer();
  const clients = Array.from(
    { length: CLIENTS },
    (_, index) => new StreamingClient(`client ${index}`, connect, { url: server.echo.url }),
  );
  await Promise.all(clients.map(({ client }) => client.ready()));
  const handOver = async ({ client }: StreamingClient, index: number) => {
    const random = new Random(index);
    for (let times = 0; times < TIMES; times++) {
      await handover(client);
      await setTimeout(random.pick([1, 500, 1_000, 2_000]));
    }
  };
  await Promise.all(clients.map(handOver));
  server.finish();
  for (const client of clients) {
    await client.finish();
    const { sent, received } = server.recordOf(client.name);
    await expect.poll(() => client.received.length, { timeout: 10_000 }).toBe(sent.length);
    await client.client.close();
    expectOrder(received);
    expect(missingFrom(client.received, sent.length)).toEqual([]);
    expect(missingFrom(numbersOf(received), client.outcomes.size)).toEqual([]);
    expectTrueOutcomes(client, numbersOf(received), true);
    expect(client.told).toEqual(Array(TIMES + 1).fill("connect"));
  }
  await server.stop();
});

test("50 hand-overs while either connection is struck at any point: all that is told is true", async () => {
  const random = new Random(1);
  const server = await startNumberedServer();
  const streaming = new StreamingClient("one", connect, { url: server.echo.url, stableAfter: 0 });
  const { client } = streaming;
  await client.ready();
  for (let times = 0; times < TIMES; times++) {
    const which = random.pick(["first", "second"] as const);
    const at = random.pick(["requested", "opened", "greeted"] as const);
    const strike: Strike = { which, at, how: random.pick(["reset", 1012] as const) };
    if (random.chance(0.7)) server.strike(strike);
    else if (random.chance(0.5)) server.echo.refuse(503, { times: 1 });
    await handover(client).catch(() => {});
    await client.ready();
    await setTimeout(random.pick([1, 200, 1_000]));
  }
  server.finish();
  await streaming.finish();
  await client.close();
  const { sent, received } = server.recordOf("one");
  expectOrder(received);
  for (const number of missingFrom(streaming.received, sent.length))
    expect(server.struck, `${number} was lost`).toContain(sent[number - 1]!.connection);
  const arrived = numbersOf(received);
  const lost = missingFrom(arrived, streaming.outcomes.size);
  expect(lost.filter((number) => streaming.outcomes.get(number) === "acked")).toEqual([]);
  expectTrueOutcomes(streaming, arrived, true);
});
