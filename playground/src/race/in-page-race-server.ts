// The server of a race that is in the page itself: a static host has no other.

import type { Platform } from "@gundam/core";
import { applyFault, InPageServer, inPageWebSocket } from "@gundam/testing/in-page";
import { NumberedStreams } from "@gundam/testing/streams";
import { streamPace } from "./pace.ts";
import type { RaceServer } from "./race-server.ts";

/** `platform`: on which Gundam runs against it. */
export function openInPageRaceServer(platform: Platform): RaceServer {
  const streams = new NumberedStreams();
  const server: InPageServer = new InPageServer({
    runtime: platform.runtime,
    note: (event) => {
      if (event.type === "disconnected") streams.disconnected(event.connection);
      if (event.type !== "opened") return;
      const connection = server.connections.find(({ id }) => id === event.connection)!;
      const { id, url } = connection;
      streams.opened({
        id,
        url,
        get canSend() {
          return connection.isServed;
        },
        send: (message) => connection.push(message),
      });
    },
    hear: (message, { id }) => streams.received(id, message),
  });
  const timer = setInterval(() => streams.send(), streamPace);
  const finish = async () => clearInterval(timer);
  server.mute();
  return {
    urlOf: (id) => server.url + id,
    WebSocket: inPageWebSocket(server) as unknown as typeof WebSocket,
    platform: { ...platform, dial: server.dial },
    apply: async (fault) => {
      applyFault(server, fault);
      if (fault.name === "behave") server.mute();
    },
    finish,
    records: async () => streams.records,
    stop: () => {
      void finish();
      server.goAway();
    },
  };
}
