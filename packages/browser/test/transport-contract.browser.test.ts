// The contract that every transport keeps, in browsers.

import { describeTransportContract } from "@gundam/testing/contract";
import { commands, server } from "vitest/browser";
import type {} from "../../../scripts/vitest-server-commands.ts";
import { browserPlatform } from "../src/index.ts";

describeTransportContract({
  name: server.browser,
  platform: browserPlatform,
  startServer: async () => {
    const { id, url } = await commands.startServer();
    return {
      url,
      fault: (fault) => commands.fault(id, fault),
      record: () => commands.serverRecord(id),
      stop: () => commands.stopServer(id),
    };
  },
  // Of the WHATWG WebSocket interface, which hides all of this from scripts.
  capabilities: {
    showsResponse: false,
    // Firefox forgets the WebSocket, but leaves its TCP connection to the server's patience.
    hangsUp: server.browser !== "firefox",
    showsCloseFrame: false,
    isStrict: server.browser !== "firefox",
    showsViolations: false,
    receivesWhileClosing: false,
    pings: false,
    pauses: false,
  },
});
