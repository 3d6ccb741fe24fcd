import { vi } from "vitest";
import { connect, endpoints, explain, info } from "../src/node.ts";
import { describeEndpoints } from "./endpoints.ts";
import { startNodeServer } from "./suite-servers/node-server.ts";

// On a busy machine what takes no time can take seconds.
vi.setConfig({ testTimeout: 30_000 });

describeEndpoints({ connect, endpoints, explain, info, startServer: startNodeServer });
