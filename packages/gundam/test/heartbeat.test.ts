import { applyFault, startEchoServer } from "@gundam/testing/server";
import { connect } from "../src/node.ts";
import { describeHeartbeat } from "./heartbeat.ts";

describeHeartbeat({
  connect,
  async startServer() {
    const server = await startEchoServer();
    return {
      url: server.url,
      fault: (fault) => applyFault(server, fault),
      messages: async () => server.record.messages.map(({ data }) => data),
      stop: () => server.stop(),
    };
  },
});
