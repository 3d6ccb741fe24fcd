import { connect } from "../src/browser.ts";
import { describeHeartbeat, type HeartbeatSuite } from "./heartbeat.ts";
import { startServerBehindCommands } from "./suite-servers/browser-server.ts";

describeHeartbeat({
  connect: connect as unknown as HeartbeatSuite["connect"],
  startServer: startServerBehindCommands,
});
