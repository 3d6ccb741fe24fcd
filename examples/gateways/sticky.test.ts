import { connect } from "gundam";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pass, takeClocks } from "./servers/clock.ts";
import { type Judge, startJudge } from "./servers/judge.ts";
import { connectToSameServer } from "./sticky.ts";

let balancer: Judge;
let served: (string | undefined)[];

beforeEach(async () => {
  takeClocks();
  served = [];
  // It says where a client was first; to come without that is to land elsewhere.
  balancer = await startJudge(
    (party) => {
      served.push(party.headers.cookie);
      if (served.length > 1 && party.headers.cookie === undefined)
        party.condemn(4000, "nobody knows you here");
      return () => {};
    },
    { headers: { "Set-Cookie": "AWSALB=server-1; Path=/" } },
  );
});

afterEach(async () => {
  vi.useRealTimers();
  await balancer.stop();
});

test("a client that keeps cookies comes back to its server", async () => {
  const client = connectToSameServer(balancer.url);
  await pass(10_000);
  balancer.server.drop("fin");
  await pass(10_000);
  expect([balancer.verdicts, served]).toEqual([[], [undefined, "AWSALB=server-1"]]);
  client.terminate();
});

test("one that keeps none lands elsewhere", async () => {
  const client = connect({ url: balancer.url, onError: () => {} });
  await pass(10_000);
  balancer.server.drop("fin");
  await pass(1000);
  expect(balancer.verdicts).toContain("nobody knows you here");
  client.terminate();
});
