import type { Message } from "gundam";
import { createSubscriber } from "svelte/reactivity";
import { feed, startFeed } from "../feed.ts";

let last: Message | undefined;

/** Listens from the first component that reads what is below to the last one that goes. */
const subscribe = createSubscriber((update) => {
  const stops = [
    feed.on("change", update),
    feed.on("message", (message) => {
      last = message;
      update();
    }),
  ];
  startFeed();
  return () => {
    for (const stop of stops) stop();
  };
});

export const live = {
  get phase() {
    subscribe();
    return feed.phase;
  },
  get last() {
    subscribe();
    return last;
  },
};
