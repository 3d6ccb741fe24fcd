// LiveFeed.tsx and use-feed.ts, under StrictMode.

import "../example-org.ts";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { describeFeed } from "../feed-suite.ts";
import { LiveFeed } from "./LiveFeed.tsx";

describeFeed((element) => {
  const root = createRoot(element);
  root.render(
    <StrictMode>
      <LiveFeed />
      <LiveFeed />
    </StrictMode>,
  );
  return () => root.unmount();
});
