import { connect } from "../src/node.ts";
import { describeLives } from "./lives.ts";
import { startNodeServer } from "./suite-servers/node-server.ts";

describeLives({ connect, startServer: startNodeServer });
