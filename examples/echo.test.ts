// The example of docs/behaviour.md, run as it stands: against a real server, through a loss of the connection, to the end.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { startEchoServer } from "@gundam/testing/server";
import { expect, test } from "vitest";

const example = fileURLToPath(new URL("echo.mjs", import.meta.url));

test("the example echoes, survives a loss and ends when it is told to", { timeout: 20_000 }, async () => {
  const server = await startEchoServer();
  const child = spawn(process.execPath, [example, server.url], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => (await lines.next()).value;
  try {
    expect(await nextLine()).toBe("received hello");
    server.closeAll(1001, "restarting");
    expect(await nextLine()).toBe("lost 1001 - trying again");
    expect(await nextLine()).toBe("received hello");
    child.kill("SIGINT");
    expect(await nextLine()).toBe("over: 1000 bye");
    expect(await once(child, "exit")).toEqual([0, null]);
  } finally {
    child.kill("SIGKILL");
    await server.stop();
  }
});

test("without a server the example says so", { timeout: 20_000 }, async () => {
  const child = spawn(process.execPath, [example, "ws://127.0.0.1:1/"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  expect(line).toContain("127.0.0.1:1");
  child.kill("SIGKILL");
});
