import { connect, WebSocketClient } from "../src/node.ts";
import { describeCallbacks } from "./callbacks.ts";
import { startNodeServer } from "./suite-servers/node-server.ts";

describeCallbacks({ connect, WebSocketClient, refusalCode: 503, startServer: startNodeServer });
