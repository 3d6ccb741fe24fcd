import type { Contender } from "../contender.ts";

export const contender: Contender = {
  id: "partysocket",
  name: "partysocket",
  library: "partysocket",
  usage: "its defaults",
  load: async () => {
    const { default: ReconnectingWebSocket } = await import("partysocket/ws");
    return ({ url, WebSocket, told }) => {
      const socket = new ReconnectingWebSocket(url, [], { WebSocket });
      socket.addEventListener("open", told.opened);
      socket.addEventListener("close", told.lost);
      socket.addEventListener("message", ({ data }) => told.received(data));
      return {
        send: (message) => void socket.send(message),
        get waitingBytes() {
          return socket.bufferedAmount;
        },
        close: () => socket.close(),
      };
    };
  },
};
