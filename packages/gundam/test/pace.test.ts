import { connect } from "../src/node.ts";
import { describePace } from "./pace.ts";
import { startNodeServer } from "./suite-servers/node-server.ts";

describePace({ connect, startServer: startNodeServer });
