import { beforeEach, expect, test } from "vitest";
import {
  messageOf,
  NumberedStreams,
  numberOf,
  type StreamConnection,
  Tally,
} from "../../src/streams/index.ts";

let streams: NumberedStreams;
let sent: string[];

beforeEach(() => {
  streams = new NumberedStreams();
  sent = [];
});

function open(id: number, url: string): { canSend: boolean } {
  const connection = {
    id,
    url,
    canSend: true,
    send: (message: string) => sent.push(`${id}: ${message}`),
  } satisfies StreamConnection;
  streams.opened(connection);
  return connection;
}

test("a message tells its side and its number, and all are of one size", () => {
  expect(messageOf("client", 7)).toBe("client 00007");
  expect(numberOf("client", messageOf("client", 12_345))).toBe(12_345);
  expect(numberOf("server", messageOf("client", 7))).toBeUndefined();
  expect(numberOf("client", new Uint8Array(3))).toBeUndefined();
});

test("a tally tells what is doubled from what is late", () => {
  const tally = new Tally();
  for (const number of [1, 2, 2, 5, 3, 3, 6]) tally.note(number);
  expect(tally.counts).toEqual({ arrived: 5, doubled: 2, outOfOrder: 1 });
});

test("each client has a stream of its own, over the newest of its connections that can send", () => {
  open(1, "/one");
  const second = open(2, "/one?some=query");
  open(3, "ws://in-page/other");
  streams.send();
  second.canSend = false;
  streams.send();
  streams.disconnected(1);
  streams.send();
  expect(sent).toEqual([
    "2: server 00001",
    "3: server 00001",
    "1: server 00002",
    "3: server 00002",
    "3: server 00003",
  ]);
  expect(streams.records).toMatchObject({
    one: { sent: 2, opened: 2, mostOpen: 2 },
    other: { sent: 3, opened: 1, mostOpen: 1 },
  });
});

test("what a client sends is counted whichever connection it comes by; echoes and others' words are not", () => {
  open(1, "/one");
  streams.received(1, messageOf("client", 1));
  streams.disconnected(1);
  open(2, "/one");
  for (const message of ["client 00002", "server 00001", "hello", "client 00002"])
    streams.received(2, message);
  expect(streams.records.one).toEqual({
    sent: 0,
    received: { arrived: 2, doubled: 1, outOfOrder: 0 },
    opened: 2,
    mostOpen: 1,
  });
});
