import { ReconnectingWebSocket } from "../../src/websocket-browser.ts";
import { startServerBehindCommands } from "../suite-servers/browser-server.ts";
import { describeReconnectingWebSocket, type ReconnectingSuite } from "./reconnecting-web-socket.ts";

describeReconnectingWebSocket({
  ReconnectingWebSocket: ReconnectingWebSocket as unknown as ReconnectingSuite["ReconnectingWebSocket"],
  startServer: startServerBehindCommands,
});
