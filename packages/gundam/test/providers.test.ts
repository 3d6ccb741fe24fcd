import { applyFault, startEchoServer } from "@gundam/testing/server";
import { vi } from "vitest";
import { connect } from "../src/node.ts";
import { describeProviders } from "./providers.ts";

// On a busy machine what takes no time can take seconds.
vi.setConfig({ testTimeout: 30_000 });

describeProviders({
  connect,
  async startServer() {
    const server = await startEchoServer();
    return {
      url: server.url,
      fault: (fault) => applyFault(server, fault),
      requested: async () => server.record.upgrades.map(({ url }) => url),
      stop: () => server.stop(),
    };
  },
});
