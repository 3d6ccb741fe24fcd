import { connect } from "../src/node.ts";
import { describeHeartbeat } from "./heartbeat.ts";
import { startNodeServer } from "./suite-servers/node-server.ts";

describeHeartbeat({ connect, startServer: startNodeServer });
