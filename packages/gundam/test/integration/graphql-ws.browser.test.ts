import { commands } from "vitest/browser";
import type {} from "../../../../scripts/vitest-server-commands.ts";
import { WebSocket } from "../../src/websocket-browser.ts";
import { describeGraphqlWs } from "./graphql-ws.ts";

describeGraphqlWs({
  WebSocket,
  async startServer() {
    const { id, url } = await commands.startGraphqlServer();
    return {
      url,
      drop: async () => void (await commands.onGraphqlServer(id, "drop")),
      counts: () => commands.onGraphqlServer(id, "count"),
      stop: async () => void (await commands.onGraphqlServer(id, "stop")),
    };
  },
});
