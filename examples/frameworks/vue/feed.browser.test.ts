// LiveFeed.vue and use-feed.ts.

import "../example-org.ts";
import { createApp, h } from "vue";
import { describeFeed } from "../feed-suite.ts";
import LiveFeed from "./LiveFeed.vue";

describeFeed((element) => {
  const app = createApp(() => [h(LiveFeed), h(LiveFeed)]);
  app.mount(element);
  return () => app.unmount();
});
