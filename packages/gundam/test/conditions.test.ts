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
  gundam: `const client = connect({ url: process.argv[2], headers: { Authorization: "${secret}" }, retry: 0 });
    await client.ready();
    console.log(JSON.stringify(info(client).ignoredOptions));
    await client.close();`,
  "gundam/websocket": `const headers = { Authorization: "${secret}" };
    const socket = new ReconnectingWebSocket(process.argv[2], [], { headers });
    await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
    socket.close();`,
};

/** How a program gets at the names. */
const ways = {
  imports: {
    extension: "mjs",
    wrap: (names: string, entry: string, program: string) =>
      `import { ${names} } from "${entry}"; ${program}`,
  },
  requires: {
    extension: "cjs",
    wrap: (names: string, entry: string, program: string) =>
      `const { ${names} } = require("${entry}"); (async () => { ${program} })();`,
  },
};
const names = { gundam: "connect, info", "gundam/websocket": "ReconnectingWebSocket" };

/** Runs a program under a condition, and returns what it prints and the credentials that the server has seen. */
async function run(entry: keyof typeof programs, way: keyof typeof ways, condition: string) {
  const server = await startEchoServer();
  onTestFinished(() => server.stop());
  const { extension, wrap } = ways[way];
  const file = path.join(folder, `${entry.replace("/", "-")}.${extension}`);
  await writeFile(file, wrap(names[entry], entry, programs[entry]));
  const printed = await node([
    // Node 20 has a `WebSocket` only where it is asked for; what is required is to be no module.
    "--experimental-websocket",
    "--no-experimental-require-module",
    `--conditions=${condition}`,
    file,
    server.url,
  ]);
  return { printed, seen: server.record.upgrades.at(-1)?.headers.authorization };
}

test("the conditions are these", () => {
  expect(new Set(conditions)).toEqual(new Set(["browser", "workerd", ...ofNode]));
  expect(Object.keys(manifest.exports["./websocket"])).toEqual(Object.keys(manifest.exports["."]));
});

test("what is required is what is imported, built for CommonJS", () => {
  const commonJs = (file: string) => file.replace(/^\.\/dist\/(.*)\.(d\.)?(js|ts)$/, "./cjs/$1.$2c$3");
  for (const branches of [manifest.exports["."], manifest.exports["./websocket"]]) {
    for (const { require, default: imported } of Object.values(branches)) {
      const { types, default: code } = imported;
      expect(require).toEqual({ types: commonJs(types), default: commonJs(code) });
    }
  }
});

describe.each<[keyof typeof ways, string]>([
  ...conditions.map((condition): ["imports", string] => ["imports", condition]),
  ["requires", "browser"],
  ["requires", "node"],
])("who %s with the condition %s", (way, condition) => {
  const isNode = ofNode.includes(condition);

  test(isNode ? "headers arrive" : "headers are listed as ignored", async () => {
    const { printed, seen } = await run("gundam", way, condition);
    expect(JSON.parse(printed)).toEqual(isNode ? [] : ["headers"]);
    expect(seen).toBe(isNode ? secret : undefined);
  });

  if (isNode) {
    test("headers of a ReconnectingWebSocket arrive", async () => {
      const { seen } = await run("gundam/websocket", way, condition);
      expect(seen).toBe(secret);
    });
  }
});
