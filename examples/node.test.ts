// The README's example for Node, node.mjs, run as it stands: through an outage, to the end.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { startEchoServer } from "@gundam/testing/server";
import { expect, test } from "vitest";

const example = fileURLToPath(new URL("node.mjs", import.meta.url));

test("it says who it is, outlives an outage, and ends when it is told to", { timeout: 20_000 }, async () => {
  const server = await startEchoServer();
  const env = { ...process.env, SERVER: server.url, TOKEN: "secret" };
  const child = spawn(process.execPath, [example], { env, stdio: "pipe" });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const errors = createInterface({ input: child.stderr })[Symbol.asyncIterator]();
  try {
    expect((await lines.next()).value).toBe("hello");
    expect(server.record.upgrades[0]?.headers.authorization).toBe("Bearer secret");
    server.goAway();
    expect((await errors.next()).value).toContain("ended without a Close frame");
    expect((await errors.next()).value).toContain("ECONNREFUSED");
    await server.comeBack();
    await server.until(({ counts }) => counts.opens === 2);
    server.push("welcome back");
    expect((await lines.next()).value).toBe("welcome back");
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([null, "SIGINT"]);
    await server.until(({ counts }) => counts.disconnects === counts.tcpConnections);
  } finally {
    child.kill("SIGKILL");
    await server.stop();
  }
});
