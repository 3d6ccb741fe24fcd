// The example of docs/messages.md, run as it stands against a real server.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startEchoServer } from "@gundam/testing/server";
import { expect, test } from "vitest";

const example = fileURLToPath(new URL("messages.mjs", import.meta.url));

test("the example tells what became of its messages", { timeout: 20_000 }, async () => {
  const server = await startEchoServer();
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [example, server.url]);
    expect(stdout.split("\n")).toEqual([
      "dropped cursor at 3, 4 unsent ERR_UNSENT",
      "order 1: acked",
      "heard: order 1",
      "orders 2 to 4: acked",
      "heard: order 2",
      "heard: order 3",
      "heard: order 4",
      "",
    ]);
  } finally {
    await server.stop();
  }
});
