import { Client } from "@gundam/core";
import { resilient } from "gundam";
import type { Contender } from "../contender.ts";

export const contender: Contender = {
  id: "gundam",
  name: "Gundam",
  library: "gundam",
  usage: "resilient()",
  load:
    async () =>
    ({ url, platform, told }) => {
      const client = new Client(platform, resilient({ url }));
      client.on("attempt", told.attempted);
      client.on("connect", told.opened);
      client.on("disconnect", told.lost);
      client.on("message", told.received);
      client.reconnect();
      return {
        send: (message) => void client.send(message),
        get waitingBytes() {
          return client.bufferedAmount;
        },
        close: () => client.terminate(),
      };
    },
};
