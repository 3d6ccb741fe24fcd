import { connect } from "../src/node.ts";
import { describeMessages } from "./messages.ts";
import { startNodeServer } from "./suite-servers/node-server.ts";

describeMessages({ connect, isNode: true, startServer: startNodeServer });
