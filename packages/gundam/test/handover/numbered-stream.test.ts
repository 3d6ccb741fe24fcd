import { applyFault } from "@gundam/testing/server";
import { connect, handover } from "../../src/node.ts";
import { startNumberedServer } from "./numbered-server.ts";
import { describeNumberedStream } from "./numbered-stream.ts";

describeNumberedStream({
  connect,
  handover,
  isNode: true,
  async startServer() {
    const server = await startNumberedServer();
    return {
      url: server.echo.url,
      fault: (fault) => applyFault(server.echo, fault),
      strike: async (strike) => server.strike(strike),
      finish: async () => server.finish(),
      recordOf: async (name) => server.recordOf(name),
      closes: async () => server.echo.record.closes,
      stop: () => server.stop(),
    };
  },
});
