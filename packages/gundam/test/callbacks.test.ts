import { applyFault, startEchoServer } from "@gundam/testing/server";
import { connect, WebSocketClient } from "../src/node.ts";
import { describeCallbacks } from "./callbacks.ts";

describeCallbacks({
  connect,
  WebSocketClient,
  refusalCode: 503,
  async startServer() {
    const server = await startEchoServer();
    return {
      url: server.url,
      fault: (fault) => applyFault(server, fault),
      requested: async () => server.record.upgrades.map(({ url }) => url),
      stop: () => server.stop(),
    };
  },
});
