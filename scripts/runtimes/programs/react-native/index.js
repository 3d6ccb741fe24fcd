// The program as an app of React Native's, bundled by Metro: `run(url)` gives what it has seen. It also opens what
// docs/react-native.md shows, and goes into the background and back; the server says "hello" to it.

import "./globals";
import * as gundam from "gundam";
import { openFeed } from "./examples/feed";
import { tryOut } from "./program.mjs";

globalThis.run = async (url) => {
  const seen = await tryOut(gundam, undefined, url);
  if (seen.close === "✓") await followAppState(`${url}?hello`);
  return seen;
};

/** Resolves when the feed was greeted again, after the app was away. */
function followAppState(url) {
  const become = (state) =>
    globalThis.__rctDeviceEventEmitter.emit("appStateDidChange", { app_state: state });
  let greetings = 0;
  return new Promise((resolve) => {
    const close = openFeed(url, () => {
      greetings++;
      if (greetings === 1) {
        become("background");
        become("active");
      } else {
        close();
        resolve();
      }
    });
  });
}
