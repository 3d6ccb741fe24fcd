import { connect } from "../src/browser.ts";
import { describeLives, type LivesSuite } from "./lives.ts";
import { startServerBehindCommands } from "./suite-servers/browser-server.ts";

describeLives({
  connect: connect as unknown as LivesSuite["connect"],
  startServer: startServerBehindCommands,
});
