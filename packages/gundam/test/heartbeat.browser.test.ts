import { heartbeat } from "@gundam/core";
import { expect, onTestFinished, test } from "vitest";
import { connect } from "../src/browser.ts";
import { describeHeartbeat, type HeartbeatSuite } from "./heartbeat.ts";
import { startServerBehindCommands } from "./suite-servers/browser-server.ts";

describeHeartbeat({
  connect: connect as unknown as HeartbeatSuite["connect"],
  startServer: startServerBehindCommands,
});

test("a page that is busy for longer than the timeout reads what has come before it judges", async () => {
  const server = await startServerBehindCommands();
  const told: unknown[] = [];
  const isReply = (message: unknown) => message === "beat";
  const client = connect({
    url: server.url,
    wsOpts: { heartbeat: heartbeat({ message: "beat", interval: 100, timeout: 150, isReply }) },
    onError: (error) => told.push(error.code),
  });
  onTestFinished(async () => {
    client.terminate();
    await server.stop();
  });
  await client.ready();
  for (let round = 0; round < 15; round++) {
    await new Promise((resolve) => setTimeout(resolve, 15 * round));
    const end = performance.now() + 200;
    while (performance.now() < end);
  }
  expect(told).toEqual([]);
  expect(client.phase).toBe("open");
});
