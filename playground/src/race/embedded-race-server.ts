// The server of a race that the dev server has started for it: real sockets.

import { effect } from "@preact/signals";
import { browserPlatform } from "gundam";
import { EmbeddedLine } from "../server/embedded-line.ts";
import type { RaceServer } from "./race-server.ts";

/** ms that the dev server is given to start one. */
const LONGEST_START = 5000;

/** Rejects when the dev server does not answer. */
export async function openEmbeddedRaceServer(): Promise<RaceServer> {
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
