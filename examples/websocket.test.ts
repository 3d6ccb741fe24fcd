// The example of docs/websocket.md, run as it stands against a real server, through a loss of the connection.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { startEchoServer } from "@gundam/testing/server";
import { expect, test } from "vitest";

const example = fileURLToPath(new URL("websocket.mjs", import.meta.url));

test("one connection ends, the other one is opened again until it is closed", {
  timeout: 20_000,
}, async () => {
  const server = await startEchoServer();
  const child = spawn(process.execPath, [example, server.url], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => (await lines.next()).value;
  try {
    const first = [await nextLine(), await nextLine(), await nextLine()];
    expect(first.sort()).toEqual(["once: 1000 true", "once: hello", "stays: sent early"]);
    server.closeAll(1012, "restart");
    expect(await nextLine()).toBe("stays: 1012 restart for now");
    await server.until(({ counts }) => counts.opens === 3);
    expect(server.record.upgrades.map(({ url }) => url).sort()).toEqual(["/", "/?attempt=1", "/?attempt=2"]);
    server.push("again");
    expect(await nextLine()).toBe("stays: again");
    child.kill("SIGINT");
    expect(await nextLine()).toBe("stays: 1000  for good");
    expect(await once(child, "exit")).toEqual([0, null]);
  } finally {
    child.kill("SIGKILL");
    await server.stop();
  }
});
