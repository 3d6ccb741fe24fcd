import { WebSocket } from "../../src/websocket-node.ts";
import { startNodeServer } from "../suite-servers/node-server.ts";
import { describeWebSocket } from "./web-socket.ts";

describeWebSocket({ WebSocket, startServer: startNodeServer, leaves: new Set() });
