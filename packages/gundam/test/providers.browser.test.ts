import { commands } from "vitest/browser";
import type {} from "../../../scripts/vitest-server-commands.ts";
import { connect } from "../src/browser.ts";
import { describeProviders, type ProviderSuite } from "./providers.ts";

describeProviders({
  connect: connect as unknown as ProviderSuite["connect"],
  async startServer() {
    const { id, url } = await commands.startServer();
    return {
      url,
      fault: (fault) => commands.fault(id, fault),
      requested: async () => (await commands.serverRecord(id)).upgrades.map((upgrade) => upgrade.url),
      stop: () => commands.stopServer(id),
    };
  },
});
