// What there is on Node: headers.ts and expiring.ts; and by the suite ticket.ts, subprotocol.ts, first-message.ts and log-out.ts.

import { connect } from "gundam";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { pass, takeClocks } from "../gateways/servers/clock.ts";
import { connectWithExpiringToken, type Grant } from "./expiring.ts";
import { connectWithFirstMessage } from "./first-message.ts";
import { connectWithHeaders } from "./headers.ts";
import { startGuard } from "./servers/guard.ts";
import { describeAuthentication, freshTokenOf, type StartGuard, testRenewal } from "./suite.ts";

const startSuiteGuard: StartGuard = async (options) => {
  const { url, tokens, given, expire, stop } = await startGuard(options);
  return { url, tokens, stop, expire: async (code) => expire(code), given: async () => given };
};

afterEach(() => vi.useRealTimers());

// 401 as a response, and close codes that blame the credentials, or are the server's own.
const refusals = [401, 1008, 3000, 4401];

describeAuthentication(startSuiteGuard, 401, 3000);

describe.each(refusals)("a refusal with %i", (refusal) => {
  testRenewal("headers", startSuiteGuard, refusal, (guard) =>
    connectWithHeaders(guard.url, freshTokenOf(guard)),
  );

  test("without a function is the end, but for codes of the server's own", async () => {
    const guard = await startGuard({ refusal });
    const ended: number[] = [];
    const headers = { authorization: "Bearer secret-of-last-year" };
    connect({
      url: guard.url,
      headers,
      retry: 2,
      retryTimeout: 1,
      onError: () => {},
      onClose: (code) => ended.push(code),
    });
    onTestFinished(() => guard.stop());
    await vi.waitFor(() => expect(ended).toEqual([refusal]));
    expect(guard.server.record.counts.upgrades).toBe(refusal === 4401 ? 3 : 1);
  });
});

test.each([1008, 3000])(
  "first message: %i is the end, for nothing of the next handshake may differ",
  async (code) => {
    const guard = await startGuard({ refusal: code, stale: 1 });
    const ended: number[] = [];
    const client = connectWithFirstMessage(`${guard.url}first-message`, async () => "secret-of-last-year");
    client.on("close", ({ code }) => ended.push(code));
    onTestFinished(() => guard.stop());
    await vi.waitFor(() => expect(ended).toEqual([code]));
  },
);

test("expiring: the connection is replaced before its token expires, and nobody is told of a loss", async () => {
  const guard = await startGuard();
  const freshToken = freshTokenOf({ ...guard, given: async () => [], expire: async () => {} });
  const token = await freshToken();
  takeClocks();
  const client = connectWithExpiringToken(
    guard.server.url,
    async (): Promise<Grant> => ({ token, expiresIn: 600_000 }),
  );
  const lost = vi.fn();
  client.on("disconnect", lost);
  await pass(3_600_000);
  expect(guard.server.record.counts.opens).toBe(7);
  expect(lost).not.toHaveBeenCalled();
  client.terminate();
  vi.useRealTimers();
  await guard.stop();
});
