import { commands } from "vitest/browser";
import type {} from "../../../scripts/vitest-server-commands.ts";
import { connect } from "../src/browser.ts";
import { describeHeartbeat, type HeartbeatSuite } from "./heartbeat.ts";

describeHeartbeat({
  connect: connect as unknown as HeartbeatSuite["connect"],
  async startServer() {
    const { id, url } = await commands.startServer();
    return {
      url,
      fault: (fault) => commands.fault(id, fault),
      messages: async () => (await commands.serverRecord(id)).messages.map(({ data }) => data),
      stop: () => commands.stopServer(id),
    };
  },
});
