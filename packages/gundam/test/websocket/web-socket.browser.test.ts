// The native class under ours: what it says of a browser is what the suite is worth.

import { expect, test } from "vitest";
import { server } from "vitest/browser";
import { WebSocket } from "../../src/websocket-browser.ts";
import { startServerBehindCommands } from "../suite-servers/browser-server.ts";
import { describeWebSocket, type Leave } from "./web-socket.ts";

const leaves: Readonly<Record<string, readonly Leave[]>> = {
  chromium: [
    "an end of TCP is no error",
    "a reset is no error",
    "clamps without rounding",
    "tells subprotocols apart by case",
  ],
  firefox: ["an end of TCP is no error", "needs no subprotocol", "tells subprotocols apart by case"],
};

describeWebSocket({
  WebSocket,
  startServer: startServerBehindCommands,
  leaves: new Set(leaves[server.browser]),
});

test("it is the native class, and another one", () => {
  expect(WebSocket).not.toBe(globalThis.WebSocket);
  expect(WebSocket.prototype).toBeInstanceOf(globalThis.WebSocket);
});
