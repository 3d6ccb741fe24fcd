// The example of docs/retry.md, run as it stands: against one server that refuses, one that is lost, and one that is left.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { expect, test } from "vitest";

const example = fileURLToPath(new URL("endpoints.mjs", import.meta.url));

test("the example goes from one endpoint to the next", { timeout: 20_000 }, async () => {
  const servers = [await startEchoServer(), await startEchoServer(), await startEchoServer()] as const;
  const [refusing, leaving, staying] = servers;
  refusing.refuse(404);
  const urls = servers.map(({ url }) => url);
  const child = spawn(process.execPath, [example, ...urls], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => (await lines.next()).value;
  const open = ({ url }: EchoServer) => `open: ${new URL(url).href}`;
  try {
    expect(await nextLine()).toBe(open(leaving));
    leaving.dropAtAccept();
    leaving.closeAll(1012);
    expect(await nextLine()).toBe("lost: 1012");
    expect(await nextLine()).toBe(open(staying));
    child.kill("SIGINT");
    expect([await nextLine(), await nextLine(), await nextLine()]).toEqual([
      "endpoints[0] ERR_REFUSED",
      "endpoints[1] ERR_CLOSED",
      "endpoints[2] open",
    ]);
    expect(await nextLine()).toBe("over: 1000 ");
    expect(await once(child, "exit")).toEqual([0, null]);
  } finally {
    child.kill("SIGKILL");
    await Promise.all(servers.map((server) => server.stop()));
  }
});
