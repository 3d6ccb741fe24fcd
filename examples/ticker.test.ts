// The README's behaviour, run as it stands: the state that onDisconnect returns is what the next attempt uses.

import { readFileSync } from "node:fs";
import { startEchoServer } from "@gundam/testing/server";
import { expect, test } from "vitest";
import { Ticker } from "./ticker.ts";

test("the README shows the example", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = readFileSync(new URL("ticker.ts", import.meta.url), "utf8");
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});

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
