import { commands } from "vitest/browser";
import type {} from "../../../../scripts/vitest-server-commands.ts";
import type { StartServer } from "./suite-server.ts";

export const startServerBehindCommands: StartServer = async (options) => {
  const { id, url } = await commands.startServer(options);
  return {
    url,
    fault: (fault) => commands.fault(id, fault),
    record: () => commands.serverRecord(id),
    stop: () => commands.stopServer(id),
  };
};
