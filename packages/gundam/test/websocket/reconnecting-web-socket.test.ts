import { ReconnectingWebSocket } from "../../src/websocket-node.ts";
import { startNodeServer } from "../suite-servers/node-server.ts";
import { describeReconnectingWebSocket } from "./reconnecting-web-socket.ts";

describeReconnectingWebSocket({ ReconnectingWebSocket, startServer: startNodeServer });
