import { vi } from "vitest";
import { connect } from "../src/node.ts";
import { describeProviders } from "./providers.ts";
import { startNodeServer } from "./suite-servers/node-server.ts";

// On a busy machine what takes no time can take seconds.
vi.setConfig({ testTimeout: 30_000 });

describeProviders({ connect, startServer: startNodeServer });
