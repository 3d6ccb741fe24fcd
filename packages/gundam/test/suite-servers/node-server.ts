import { applyFault, startEchoServer } from "@gundam/testing/server";
import type { StartServer } from "./suite-server.ts";

export const startNodeServer: StartServer = async (options) => {
  const server = await startEchoServer(options);
  return {
    url: server.url,
    fault: (fault) => applyFault(server, fault),
    record: async () => {
      const { counts, upgrades, messages, closes } = server.record;
      const plain = messages.map(({ data }) => ({ data: typeof data === "string" ? data : [...data] }));
      return { counts, upgrades, messages: plain, closes };
    },
    stop: () => server.stop(),
  };
};
