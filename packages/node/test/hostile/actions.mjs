// What a user can do with a client from within whatever is called.

import { handover, info, messages, ping } from "@gundam/node";

export const actions = {
  "close()": (client, round) => round.promised(client.close()),
  "close(4001)": (client, round) => round.promised(client.close(4001, "from within")),
  "terminate()": (client) => client.terminate(),
  "reconnect()": (client) => client.reconnect(),
  "reconnect(3000)": (client) => client.reconnect(3000, "from within"),
  "send()": (client) => client.send("from within"),
  "send() of bytes, ahead": (client) => client.send(new Uint8Array(70_000), { ahead: true }),
  "send() of a volatile": (client) => client.send("now or never", { volatile: true }),
  "send() with a ttl": (client) => client.send("soon", { ttl: 1 }),
  "close() and reconnect()": (client, round) => {
    round.promised(client.close());
    client.reconnect();
  },
  "reconnect() and close()": (client, round) => {
    client.reconnect();
    round.promised(client.close());
  },
  "terminate() and reconnect()": (client) => {
    client.terminate();
    client.reconnect();
  },
  "reconnect() and terminate()": (client) => {
    client.reconnect();
    client.terminate();
  },
  "close() and terminate()": (client, round) => {
    round.promised(client.close());
    client.terminate();
  },
  "send() and terminate()": (client) => {
    client.send("the last");
    client.terminate();
  },
  "reconnect() twice": (client) => {
    client.reconnect();
    client.reconnect();
  },
  "handover()": (client, round) => round.promised(handover(client)),
  "handover() and close()": (client, round) => {
    round.promised(handover(client));
    round.promised(client.close());
  },
  "handover() and reconnect()": (client, round) => {
    round.promised(handover(client));
    client.reconnect();
  },
  "ready()": (client, round) => round.promised(client.ready()),
  "ping()": (client, round) => round.promised(ping(client)),
  "info()": (client) => info(client),
  "messages()": (client, round) => round.promised(messages(client).next()),
  "unref() and ref()": (client) => client.unref().ref(),
  "abort()": (_, round) => round.abort(),
  "drop by the server": (_, round) => round.server.drop("rst"),
};
