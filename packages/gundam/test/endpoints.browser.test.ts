import { connect, endpoints, explain, info } from "../src/browser.ts";
import { describeEndpoints, type EndpointsSuite } from "./endpoints.ts";
import { startServerBehindCommands } from "./suite-servers/browser-server.ts";

describeEndpoints({
  connect: connect as unknown as EndpointsSuite["connect"],
  endpoints,
  explain,
  info,
  startServer: startServerBehindCommands,
});
