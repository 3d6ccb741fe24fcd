import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pass, takeClocks } from "./servers/clock.ts";
import { type Judge, startJudge } from "./servers/judge.ts";
import { connectToSession } from "./sessions.ts";

let server: Judge;
/** The session's news, of which a client has heard of some; undefined when there is no session. */
let sent: number[] | undefined;

beforeEach(async () => {
  takeClocks();
  sent = undefined;
  server = await startJudge((party) => {
    const tell = (n: number) => party.send(JSON.stringify({ op: "news", n }));
    party.every(1000, () => {
      if (sent === undefined) return;
      sent.push(sent.length + 1);
      tell(sent.length);
    });
    return (message) => {
      const { op, last } = JSON.parse(message);
      if (op === "identify") sent = [];
      else if (sent === undefined) party.condemn(4009, "no session to resume");
      else for (const n of sent.slice(last)) tell(n);
    };
  });
  server.server.on("closeReceived", ({ code }) => {
    if (code === 1000 || code === 1001) sent = undefined;
  });
});

afterEach(async () => {
  vi.useRealTimers();
  await server.stop();
});

const restart = () => {
  for (const party of server.parties) party.send('{"op":"reconnect"}');
};

test("the session outlives the connection that the server wants replaced, and one that is lost", async () => {
  const heard: number[] = [];
  const client = connectToSession(server.url, (n) => heard.push(n));
  await pass(10_000);
  restart();
  await pass(10_000);
  server.server.drop("rst");
  await pass(10_000);
  expect(server.verdicts).toEqual([]);
  expect(heard.length).toBeGreaterThan(20);
  expect(heard).toEqual(heard.map((_, index) => index + 1));
  expect(server.server.record.closes).toMatchObject([{ code: 4000, reason: "to resume" }]);
  expect(server.server.record.counts.opens).toBe(3);
  client.terminate();
});

test("who leaves with 1000 has lost it", async () => {
  const client = connect({
    url: server.url,
    onConnect: (_headers, client) => void client.send('{"op":"identify"}'),
    onMessage: (message, client) => String(message).includes("reconnect") && client.reconnect(),
    onError: () => {},
  });
  await pass(10_000);
  client.once("connect", () => client.send('{"op":"resume","last":9}'));
  restart();
  await pass(1000);
  expect(sent?.length ?? 0).toBeLessThan(9);
  client.terminate();
});
