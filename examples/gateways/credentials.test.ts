import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectWithToken } from "./credentials.ts";
import { pass, takeClocks } from "./servers/clock.ts";
import { type Judge, startJudge } from "./servers/judge.ts";

/** How long a token is good for. */
const LIFE = 600_000;

let server: Judge;

const issue = () => `issued-${Date.now()}`;
const ageOf = (header = "") => Date.now() - Number(header.replace("Bearer issued-", ""));

beforeEach(async () => {
  takeClocks();
  // A token that has expired is refused, and one that expires ends its connection.
  server = await startJudge((party) => {
    party.expect(LIFE - ageOf(party.headers.authorization), 3000, "expired");
    return () => {};
  });
  server.server.on("upgradeRequested", ({ headers }) => {
    if (!(ageOf(headers.authorization) < LIFE)) server.server.refuse(401, { times: 1 });
  });
});

afterEach(async () => {
  vi.useRealTimers();
  await server.stop();
});

test("tokens are replaced when they expire, on the connection and between connections", async () => {
  const client = connectWithToken(server.url, async () => issue());
  client.on("error", () => {});
  await pass(5 * LIFE);
  expect(client.phase).toBe("open");
  expect(server.server.record.counts.opens).toBeGreaterThan(4);
  client.terminate();
});

test("a token that was fetched too early costs one attempt", async () => {
  const stale = [`issued-${Date.now() - 2 * LIFE}`];
  const client = connectWithToken(server.url, async () => stale.pop() ?? issue());
  client.on("error", () => {});
  await pass(10_000);
  expect([client.phase, server.server.record.counts.upgrades]).toEqual(["open", 2]);
  client.terminate();
});

test("a token that stays the same is the end", async () => {
  const ended: number[] = [];
  connect({
    url: server.url,
    headers: { authorization: `Bearer ${issue()}` },
    onClose: (code) => ended.push(code),
  });
  await pass(2 * LIFE);
  expect([server.verdicts, ended]).toEqual([["expired"], [3000]]);
});
