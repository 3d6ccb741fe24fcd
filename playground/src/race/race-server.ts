// The server of one race, its own: it sends each contender a numbered stream, counts what it gets, and has the faults.

import type { Platform } from "@gundam/core";
import { applyFault, InPageServer, inPageWebSocket } from "@gundam/testing/in-page";
import { NumberedStreams, type StreamRecord } from "@gundam/testing/streams";
import { effect } from "@preact/signals";
import { browserPlatform } from "gundam";
import { EmbeddedLine } from "../server/embedded-line.ts";
import type { FaultRequest } from "../server/server-protocol.ts";
import { streamPace } from "./pace.ts";

/** ms that the dev server is given to start one. */
const LONGEST_START = 5000;

export interface RaceServer {
  /** Where a contender connects to, by its id. */
  readonly urlOf: (id: string) => string;
  readonly WebSocket: typeof WebSocket;
  readonly platform: Platform;
  readonly apply: (fault: FaultRequest) => Promise<void>;
  /** Sends no more numbers. */
  readonly finish: () => Promise<void>;
  /** What it has counted, by the contenders' ids. */
  readonly records: () => Promise<Readonly<Record<string, StreamRecord>>>;
  readonly stop: () => void;
}

export type RaceServerChoice = "embedded" | "in-page";

export function openRaceServer(choice: RaceServerChoice): Promise<RaceServer> {
  return choice === "embedded" ? openEmbedded() : openInPage();
}

async function openInPage(): Promise<RaceServer> {
  const streams = new NumberedStreams();
  const server: InPageServer = new InPageServer({
    runtime: browserPlatform.runtime,
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
    platform: { ...browserPlatform, dial: server.dial },
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

async function openEmbedded(): Promise<RaceServer> {
  const line = EmbeddedLine.openNumbered()!;
  const url = await urlOf(line);
  if (url === undefined) {
    line.close();
    throw new Error("the playground’s dev server does not answer");
  }
  return {
    urlOf: (id) => url + id,
    WebSocket,
    platform: browserPlatform,
    apply: async (fault) => {
      await line.apply(fault);
      if (fault.name === "behave") await line.apply({ name: "mute" });
    },
    finish: () => line.finishStreams(),
    records: () => line.streams(),
    stop: () => line.close(),
  };
}

/** Undefined when there is none in time. */
function urlOf({ state }: EmbeddedLine): Promise<string | undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), LONGEST_START);
    effect(() => {
      if (state.value !== undefined) resolve(state.value.url);
    });
  });
}
