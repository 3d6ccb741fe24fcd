import { vi } from "vitest";
import { connect, WebSocketClient } from "../src/browser.ts";
import { startServerBehindCommands } from "./suite-servers/browser-server.ts";
import { describeUnheard, type UnheardSuite } from "./unheard.ts";

describeUnheard({
  connect: connect as UnheardSuite["connect"],
  WebSocketClient: WebSocketClient as unknown as UnheardSuite["WebSocketClient"],
  startServer: startServerBehindCommands,
  listen(heard) {
    const warn = vi.spyOn(console, "warn").mockImplementation(heard);
    return () => warn.mockRestore();
  },
});
