import { connect } from "../src/browser.ts";
import { describePace, type PaceSuite } from "./pace.ts";
import { startServerBehindCommands } from "./suite-servers/browser-server.ts";

describePace({
  connect: connect as unknown as PaceSuite["connect"],
  startServer: startServerBehindCommands,
});
