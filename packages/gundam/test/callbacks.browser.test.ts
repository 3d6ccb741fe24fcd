import { commands } from "vitest/browser";
import type {} from "../../../scripts/vitest-server-commands.ts";
import { connect, WebSocketClient } from "../src/browser.ts";
import { type CallbackSuite, describeCallbacks } from "./callbacks.ts";

describeCallbacks({
  connect: connect as CallbackSuite["connect"],
  WebSocketClient: WebSocketClient as unknown as CallbackSuite["WebSocketClient"],
  refusalCode: 1006,
  async startServer() {
    const { id, url } = await commands.startServer();
    return {
      url,
      fault: (fault) => commands.fault(id, fault),
      requested: async () => (await commands.serverRecord(id)).upgrades.map((upgrade) => upgrade.url),
      stop: () => commands.stopServer(id),
    };
  },
});
