import { type EchoConnection, type EchoServer, startEchoServer } from "@gundam/testing/server";
import { deliver, handover } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { arrive, pass, takeClocks } from "../gateways/servers/clock.ts";
import { connectToShop } from "./orders.ts";
import { connectToNews } from "./resuming.ts";
import { connectToTopics } from "./subscriptions.ts";

let server: EchoServer;
let client: { terminate(): void };

beforeEach(async () => {
  takeClocks();
  server = await startEchoServer();
  server.mute();
});

afterEach(async () => {
  client.terminate();
  vi.useRealTimers();
  await server.stop();
});

/** Has a message answered by the server, with the connection that it came over. */
function serve(answer: (message: never, connection: EchoConnection) => void): void {
  const connections = new Map<number, EchoConnection>();
  server.on("opened", (connection) => connections.set(connection.id, connection));
  server.on("messageReceived", ({ connection, data }) =>
    answer(JSON.parse(String(data)) as never, connections.get(connection)!),
  );
}

test("subscriptions: each connection has those of now, what is unsubscribed meanwhile is not", async () => {
  const subscribers: { topic: string; connection: EchoConnection }[] = [];
  serve(({ op, topic }: { op: string; topic: string }, connection) => {
    const others = subscribers.filter((one) => one.topic !== topic || one.connection !== connection);
    if (op === "subscribe") others.push({ topic, connection });
    subscribers.splice(0, Infinity, ...others);
  });
  const publish = async (topic: string, data: number) => {
    const open = subscribers.filter(
      (one) => one.topic === topic && server.connections.includes(one.connection),
    );
    for (const { connection } of open) connection.send(JSON.stringify({ topic, data }));
    await arrive();
    return open.length;
  };
  const connected = connectToTopics(server.url);
  client = connected.client;
  const heard: unknown[] = [];
  const stopA = connected.subscribe("a", (data) => heard.push(data));
  await pass(1000);
  connected.subscribe("b", (data) => heard.push(data));
  await pass(1000);
  expect([await publish("a", 1), await publish("b", 2)]).toEqual([1, 1]);

  server.drop();
  await arrive();
  stopA();
  connected.subscribe("c", (data) => heard.push(data));
  await pass(10_000);
  expect([await publish("a", 3), await publish("b", 4), await publish("c", 5)]).toEqual([0, 1, 1]);

  await Promise.all([handover(connected.client), pass(1000)]);
  expect([await publish("b", 6), await publish("c", 7)]).toEqual([1, 1]);
  expect(heard).toEqual([1, 2, 4, 5, 6, 7]);
  expect(server.record.counts.opens).toBe(3);
});

/** Sends news to all who have subscribed, each 10 ms, and keeps so many. */
function serveNews(size: number) {
  const subscribed = new Set<EchoConnection>();
  const kept: number[] = [];
  let published = 0;
  let sent = 0;
  const tell = (connection: EchoConnection, id: number) => {
    sent++;
    connection.send(JSON.stringify({ id, data: `news ${id}` }));
  };
  serve(({ after }: { after: number }, connection) => {
    subscribed.add(connection);
    if (after > 0 && kept[0]! > after + 1) connection.send(JSON.stringify({ gap: true, id: published }));
    else for (const id of kept) if (after > 0 && id > after) tell(connection, id);
  });
  const timer = setInterval(() => {
    published++;
    kept.push(published);
    if (kept.length > size) kept.shift();
    for (const connection of subscribed)
      if (server.connections.includes(connection)) tell(connection, published);
  }, 10);
  return { published: () => published, sent: () => sent, stop: () => clearInterval(timer) };
}

test("resuming: nothing is missed over drops and a hand-over, and nothing heard twice", async () => {
  const { sent } = serveNews(200);
  const heard: unknown[] = [];
  const missed = vi.fn();
  const news = connectToNews(server.url, { heard: (data) => heard.push(data), missed });
  client = news;
  for (const how of ["fin", "rst"] as const) {
    await pass(500);
    server.drop(how);
  }
  await pass(2000);
  const before = sent();
  server.ignoreClose();
  await Promise.all([handover(news), pass(500)]);
  // The old connection was sent news, too.
  expect(sent() - before).toBeGreaterThan(60);
  const first = Number(String(heard[0]).replace("news ", ""));
  expect(heard.length).toBeGreaterThan(150);
  expect(heard).toEqual(heard.map((_, index) => `news ${first + index}`));
  expect(missed).not.toHaveBeenCalled();
});

test("resuming: what the server no longer has is told", async () => {
  const { published, stop } = serveNews(20);
  const heard: string[] = [];
  const news = connectToNews(server.url, {
    heard: (data) => heard.push(String(data)),
    missed: () => heard.push("gap"),
  });
  client = news;
  news.on("error", () => {});
  await pass(500);
  void server.goAwayFor(2000);
  await pass(5000);
  stop();
  await arrive();
  expect(heard.filter((one) => one === "gap")).toHaveLength(1);
  const after = heard.slice(heard.indexOf("gap") + 1);
  expect(after.at(-1)).toBe(`news ${published()}`);
  expect(after).toEqual(after.map((_, index) => `news ${published() - after.length + 1 + index}`));
});

test("orders: what was not answered is sent again, and carried out once", async () => {
  const received: string[] = [];
  const done = new Set<string>();
  let answers = true;
  serve(({ id }: { id: string }, connection) => {
    received.push(id);
    done.add(id);
    if (answers) connection.send(JSON.stringify({ done: id }));
  });
  const shop = connectToShop(server.url);
  client = shop.client;
  const place = (id: string) => shop.place({ id, text: "tea" });
  place("1");
  await pass(1000);
  expect(shop.unanswered.size).toBe(0);
  answers = false;
  place("2");
  await arrive();
  server.drop("rst");
  await arrive();
  place("3");
  answers = true;
  await pass(10_000);
  expect(shop.unanswered.size).toBe(0);
  expect(received).toEqual(["1", "2", "2", "3"]);
  expect([...done]).toEqual(["1", "2", "3"]);
});

test("outcomes: what waits is sent, what was on its way is told to be unknown where somebody asked", async () => {
  const shop = connectToShop(server.url);
  client = shop.client;
  await pass(1000);
  server.stopReading();
  const asked = deliver(shop.client, { id: "1", text: "on its way" }, { ack: true });
  await arrive();
  server.drop("rst");
  await arrive();
  await expect(asked).rejects.toMatchObject({ code: "ERR_UNKNOWN_DELIVERY" });
  const waits = deliver(shop.client, { id: "2", text: "waits" }, { ack: true });
  await pass(10_000);
  await expect(waits).resolves.toBe("acked");
  expect(server.record.messages.map(({ data }) => JSON.parse(String(data)).id)).toEqual(["2"]);
});
