// Echo + fault servers for tests that another runtime runs: `node command.mjs` starts, asks and stops them as lines of JSON on
// stdin say, and answers each with a line of its own. They end with stdin.

import { createInterface } from "node:readline";
import { applyFault, startEchoServer } from "@gundam/testing/server";

const servers = new Map();

const calls = {
  async start(options) {
    const server = await startEchoServer(options);
    servers.set(server.url, server);
    return server.url;
  },
  fault: (url, fault) => applyFault(servers.get(url), fault),
  record(url) {
    const { counts, messages, closes } = servers.get(url).record;
    const plain = messages.map(({ connection, data }) => ({
      connection,
      data: typeof data === "string" ? data : [...data],
    }));
    return { counts, messages: plain, closes };
  },
  stop: (url) => servers.get(url).stop(),
};

createInterface({ input: process.stdin })
  .on("line", async (line) => {
    const { id, call, args } = JSON.parse(line);
    const result = await calls[call](...args);
    console.log(JSON.stringify({ id, result }));
  })
  .on("close", () => process.exit());
