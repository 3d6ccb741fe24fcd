import { WebSocket } from "../../src/websocket-node.ts";
import { startGraphqlServer } from "./graphql-server.ts";
import { describeGraphqlWs } from "./graphql-ws.ts";

describeGraphqlWs({
  WebSocket,
  async startServer() {
    const { url, tcp, stop } = await startGraphqlServer();
    return {
      url,
      drop: async () => tcp.drop(),
      counts: async () => ({ total: tcp.total, open: tcp.open }),
      stop,
    };
  },
});
