// The browser transport over `ws`, which programs put in the place of a `WebSocket` where there is none. The process must
// survive what `ws` throws when an error has no handler.

import { describeTransportContract } from "@gundam/testing/contract";
import { applyFault, startEchoServer } from "@gundam/testing/server";
import { vi } from "vitest";
import WebSocket from "ws";

vi.stubGlobal("WebSocket", WebSocket);
const { browserPlatform } = await import("../src/index.ts");

describeTransportContract({
  name: "the browser platform over ws",
  platform: browserPlatform,
  startServer: async () => {
    const server = await startEchoServer();
    return {
      url: server.url,
      fault: (fault) => applyFault(server, fault),
      record: async () => server.record,
      stop: () => server.stop(),
    };
  },
  capabilities: {
    showsResponse: false,
    showsCloseFrame: false,
    showsViolations: false,
    pings: false,
    pauses: false,
  },
});
