// What each condition of package.json leads to, as who installs the package gets it: an option is honoured there, or said to
// be ignored.

import { writeFile } from "node:fs/promises";
import path from "node:path";
import { startEchoServer } from "@gundam/testing/server";
import { describe, expect, onTestFinished, test } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { node, programIn } from "./bundling.ts";

const { folder } = programIn("conditions");
const conditions = Object.keys(manifest.exports["."]).filter((name) => name !== "default");
const ofNode = ["deno", "bun", "node"];
const secret = "Bearer of-the-conditions";

const programs = {
  gundam: `import { connect, info } from "gundam";
    const client = connect({ url: process.argv[2], headers: { Authorization: "${secret}" }, retry: 0 });
    await client.ready().catch(() => {});
    console.log(JSON.stringify(info(client).ignoredOptions));
    await client.close();`,
  "gundam/websocket": `import { ReconnectingWebSocket } from "gundam/websocket";
    const headers = { Authorization: "${secret}" };
    const socket = new ReconnectingWebSocket(process.argv[2], [], { headers });
    await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
    socket.close();`,
};

/** Runs a program under a condition, and returns what it prints and the credentials that the server has seen. */
async function run(entry: keyof typeof programs, condition: string) {
  const server = await startEchoServer();
  onTestFinished(() => server.stop());
  const file = path.join(folder, `${entry.replace("/", "-")}.mjs`);
  await writeFile(file, programs[entry]);
  const printed = await node([`--conditions=${condition}`, file, server.url]);
  return { printed, seen: server.record.upgrades.at(-1)?.headers.authorization };
}

test("the conditions are these", () => {
  expect(new Set(conditions)).toEqual(new Set(["browser", "workerd", ...ofNode]));
  expect(Object.keys(manifest.exports["./websocket"])).toEqual(Object.keys(manifest.exports["."]));
});

describe.each(conditions)("with the condition %s", (condition) => {
  const isNode = ofNode.includes(condition);

  test(isNode ? "headers arrive" : "headers are listed as ignored", async () => {
    const { printed, seen } = await run("gundam", condition);
    expect(JSON.parse(printed)).toEqual(isNode ? [] : ["headers"]);
    expect(seen).toBe(isNode ? secret : undefined);
  });

  if (isNode) {
    test("headers of a ReconnectingWebSocket arrive", async () => {
      const { seen } = await run("gundam/websocket", condition);
      expect(seen).toBe(secret);
    });
  }
});
