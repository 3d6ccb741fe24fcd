import { connect } from "../src/browser.ts";
import { describeProviders, type ProviderSuite } from "./providers.ts";
import { startServerBehindCommands } from "./suite-servers/browser-server.ts";

describeProviders({
  connect: connect as unknown as ProviderSuite["connect"],
  startServer: startServerBehindCommands,
});
