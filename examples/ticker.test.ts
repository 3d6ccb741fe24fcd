// The behaviour of docs/behaviour.md, run as it stands: the state that onDisconnect returns is what the next attempt uses.

import { startEchoServer } from "@gundam/testing/server";
import { expect, test } from "vitest";
import { Ticker } from "./ticker.ts";

test("the ticker logs in anew with a fresh token after a loss", async () => {
  const server = await startEchoServer();
  const ticker = Ticker.start({ url: server.url, state: { token: "first" }, stableAfter: 0 });
  try {
    await server.until(({ counts }) => counts.messages === 1);
    server.drop("fin");
    await server.until(({ counts }) => counts.messages === 2);
    const { token } = ticker.state;
    expect(token).not.toBe("first");
    expect(server.record.upgrades.map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      `Bearer ${token}`,
    ]);
    expect(server.record.messages.map(({ data }) => data)).toEqual(["login first", `login ${token}`]);
  } finally {
    ticker.terminate();
    await server.stop();
  }
});
