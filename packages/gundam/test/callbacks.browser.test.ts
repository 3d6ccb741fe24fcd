import { connect, WebSocketClient } from "../src/browser.ts";
import { type CallbackSuite, describeCallbacks } from "./callbacks.ts";
import { startServerBehindCommands } from "./suite-servers/browser-server.ts";

describeCallbacks({
  connect: connect as CallbackSuite["connect"],
  WebSocketClient: WebSocketClient as unknown as CallbackSuite["WebSocketClient"],
  refusalCode: 1006,
  startServer: startServerBehindCommands,
});
