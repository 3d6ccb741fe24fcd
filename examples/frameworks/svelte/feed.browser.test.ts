// LiveFeed.svelte and feed-state.ts.

import "../example-org.ts";
import { mount, unmount } from "svelte";
import { describeFeed } from "../feed-suite.ts";
import LiveFeed from "./LiveFeed.svelte";

describeFeed((target) => {
  const both = [mount(LiveFeed, { target }), mount(LiveFeed, { target })];
  return () => Promise.all(both.map((one) => unmount(one)));
});
