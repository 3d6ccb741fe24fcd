import { applyFault, startEchoServer } from "@gundam/testing/server";
import { connect } from "../src/node.ts";
import { describeMessages } from "./messages.ts";

describeMessages({
  connect,
  isNode: true,
  async startServer() {
    const server = await startEchoServer();
    return {
      url: server.url,
      fault: (fault) => applyFault(server, fault),
      stop: () => server.stop(),
    };
  },
});
