// The verdict table of HTTP statuses (docs/retry.md), through the whole client, and what Retry-After makes of the wait.

import { RefusedError } from "@gundam/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ClientOptions } from "../src/index.ts";
import { all, answeringServer, head, next, start } from "./connecting.ts";
import { echoServer } from "./dialling.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** What becomes of a client that is refused twice, on its first attempt or after a connection that worked. */
async function refusedTwice(status: number, options: Partial<ClientOptions>, hasWorked: boolean) {
  const server = await echoServer();
  if (!hasWorked) server.refuse(status, { times: 2 });
  const client = start({ url: server.url, ...options });
  if (hasWorked) {
    await next(client, "connect");
    server.refuse(status, { times: 2 });
    server.drop();
    await next(client, "disconnect");
  }
  const errors = all(client, "error");
  const { code } = await Promise.race([
    next(client, "close"),
    next(client, "connect").then(() => ({ code: "open" })),
  ]);
  const refusals = errors.filter((error) => error instanceof RefusedError);
  expect(refusals.every((error) => error.status === status)).toBe(true);
  return { outcome: code, refusals: refusals.length };
}

describe.each([
  ["on the first connection", false],
  ["on the reconnect", true],
])("%s", (_, hasWorked) => {
  test.each([408, 425, 429, 500, 502, 503, 504])("%i is tried again", async (status) => {
    expect(await refusedTwice(status, {}, hasWorked)).toEqual({ outcome: "open", refusals: 2 });
  });

  test.each([200, 204, 301, 302, 304, 400, 404, 405, 407, 410, 418, 426, 451, 501, 505, 511])(
    "%i is the end",
    async (status) => {
      expect(await refusedTwice(status, {}, hasWorked)).toEqual({ outcome: status, refusals: 1 });
    },
  );

  test.each([401, 403])("%i is the end when the next attempt would be the same", async (status) => {
    expect(await refusedTwice(status, {}, hasWorked)).toEqual({ outcome: status, refusals: 1 });
  });

  test.each([401, 403])("%i is tried again once where headers are a function", async (status) => {
    const { outcome, refusals } = await refusedTwice(
      status,
      { headers: () => ({ "X-Fresh": "1" }) },
      hasWorked,
    );
    expect([outcome, refusals]).toEqual([status, 2]);
  });

  test.each([401, 403])("%i is tried again once when onError returned other headers", async (status) => {
    const onError: ClientOptions["onError"] = (_error, _client, state) => ({
      ...state,
      headers: { Authorization: "Bearer fresh" },
    });
    const { outcome, refusals } = await refusedTwice(status, { onError }, hasWorked);
    expect([outcome, refusals]).toEqual([status, 2]);
  });
});

test.each([401, 403])("%i is tried again once where the url is a function", async (status) => {
  const server = await answeringServer(() => head(status));
  const client = start({ url: () => server.url });
  expect(await next(client, "close")).toMatchObject({ code: status });
  expect(server.requests).toHaveLength(2);
});

test("fresh credentials that work are forgiven again after the next stable connection", async () => {
  let token = 0;
  const server = await answeringServer(({ request }) =>
    Number(request.headers.authorization) % 2 === 1 ? head(401) : undefined,
  );
  const client = start({ url: server.url, headers: () => ({ Authorization: String(++token) }) });
  for (let i = 0; i < 3; i++) {
    await next(client, "connect");
    server.drop();
  }
  await next(client, "connect");
  expect(server.values("authorization")).toEqual(["1", "2", "3", "4", "5", "6", "7", "8"]);
});

describe("Retry-After", () => {
  /** The wait that is planned after a refusal with this field. */
  async function waitAfter(field: string, status = 503): Promise<number> {
    const server = await answeringServer(() => head(status, `Retry-After: ${field}`));
    const { delay } = await next(start({ url: server.url, headers: () => ({}) }), "retry");
    return delay;
  }

  test.each([
    ["0", 0, 0],
    ["7", 7_000, 8_750],
    ["300", 300_000, 375_000],
    // No server makes us wait longer than five minutes, and a quarter to spread.
    ["86400", 300_000, 375_000],
    ["99999999999999999999", 300_000, 375_000],
  ])("of %s seconds: at least that, and up to a quarter more", async (field, least, most) => {
    const delay = await waitAfter(field);
    expect(delay).toBeGreaterThanOrEqual(least);
    expect(delay).toBeLessThanOrEqual(most);
  });

  test.each([
    ["in a minute", 60_000, 58_000, 75_000],
    ["in a year", 31_536_000_000, 300_000, 375_000],
    ["in the past", -60_000, 0, 0],
  ])("of a date %s", async (_, from, least, most) => {
    const delay = await waitAfter(new Date(Date.now() + from).toUTCString());
    expect(delay).toBeGreaterThanOrEqual(least);
    expect(delay).toBeLessThanOrEqual(most);
  });

  test.each(["soon", "-5", "1.5", "5, 7", ""])("of %j is none", async (field) => {
    expect(await waitAfter(field)).toBe(0);
  });

  test("holds for every status that is tried again", async () => {
    for (const status of [408, 425, 429, 500, 502, 504, 401, 403]) {
      expect(await waitAfter("7", status)).toBeGreaterThanOrEqual(7_000);
    }
  });

  test("is a lower bound for an own retryFun, which is told of it", async () => {
    const server = await answeringServer(() => head(503, "Retry-After: 7"));
    const retryFun = vi.fn(() => ({ retries: 1, timeout: 10 }));
    const { delay } = await next(start({ url: server.url, retryFun }), "retry");
    expect(delay).toBeGreaterThanOrEqual(7_000);
    expect(retryFun.mock.calls[0]).toEqual([
      5,
      expect.anything(),
      expect.objectContaining({ retryAfter: 7_000 }),
    ]);
  });

  test("does not shorten a longer wait", async () => {
    const server = await answeringServer(() => head(503, "Retry-After: 7"));
    const { delay } = await next(start({ url: server.url, retryTimeout: 60_000 }), "retry");
    expect(delay).toBe(60_000);
  });
});

describe("a refusal that blames the place", () => {
  test.each([404, 200, 410])("(%i) is tried again once where the url is a function", async (status) => {
    const server = await answeringServer(() => head(status));
    const client = start({ url: () => server.url });
    expect(await next(client, "close")).toMatchObject({ code: status });
    expect(server.requests).toHaveLength(2);
  });

  test("leads to the other url that the function gives", async () => {
    const [bad, good] = [await answeringServer(() => head(404)), await answeringServer()];
    const client = start({ url: ({ attempt }) => (attempt === 1 ? bad.url : good.url) });
    await next(client, "connect");
    good.drop();
    await next(client, "connect");
    expect([bad.requests.length, good.requests.length]).toEqual([1, 2]);
  });
});

test.each([
  [401, "check the credentials"],
  [404, "is it a WebSocket server"],
  [302, "httpOpts.maxRedirects"],
])("who reads why %i ended the client reads what to do", async (status, toDo) => {
  const server = await answeringServer(() => head(status));
  const client = start({ url: server.url });
  const { error } = await next(client, "close");
  expect(error.message).toContain(toDo);
});
