// After `close()` nothing of a face keeps a Node process alive. The processes import the built package: `npm run build` comes
// before this test.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { afterEach, beforeEach, expect, test } from "vitest";

const execute = promisify(execFile);
const program = fileURLToPath(new URL("ends.mjs", import.meta.url));

let server: EchoServer;

beforeEach(async () => {
  server = await startEchoServer();
});

afterEach(() => server.stop());

test.each([
  ["WebSocket", "connecting", () => server.stallAtUpgrade()],
  ["WebSocket", "open", () => {}],
  ["WebSocket", "open", () => server.ignoreClose()],
  ["ReconnectingWebSocket", "connecting", () => server.stallAtUpgrade()],
  ["ReconnectingWebSocket", "open", () => {}],
  ["ReconnectingWebSocket", "open", () => server.ignoreClose()],
  ["ReconnectingWebSocket", "waiting", () => server.refuse(503)],
])(
  "a process whose %s was closed while %s ends by itself",
  { timeout: 20_000 },
  async (face, situation, fault) => {
    fault();
    const { stdout, stderr } = await execute(process.execPath, [program, face, situation, server.url]);
    expect({ stdout, stderr }).toEqual({ stdout: "3\n", stderr: "" });
  },
);
