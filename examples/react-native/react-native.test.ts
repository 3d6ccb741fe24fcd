// feed.js and follow-app-state.ts, with React Native's `AppState` played: the matrix bundles them with Metro, and has the real

import { startEchoServer } from "@gundam/testing/server";
import { afterEach, expect, test, vi } from "vitest";

const app = vi.hoisted(() => {
  const listeners = new Set<(state: string) => void>();
  return {
    listeners,
    become: (state: string) => {
      for (const listener of listeners) listener(state);
    },
  };
});

vi.mock("react-native-url-polyfill/auto", () => ({}));
vi.mock("react-native", () => ({
  AppState: {
    addEventListener: (_type: "change", listener: (state: string) => void) => {
      app.listeners.add(listener);
      return { remove: () => app.listeners.delete(listener) };
    },
  },
}));

const server = await startEchoServer();

afterEach(async () => {
  await server.stop();
});

test("the feed is closed in the background, is back with the app, and is left when it is no longer wanted", async () => {
  const { openFeed } = await import("./feed.js");
  server.on("opened", (connection) => connection.send(`hello ${connection.id}`));
  const messages: unknown[] = [];
  const close = openFeed(server.url, (message: unknown) => void messages.push(message));
  const hear = (message: string) => vi.waitFor(() => expect(messages.at(-1)).toBe(message));
  await hear("hello 1");

  app.become("inactive");
  app.become("active");
  app.become("background");
  await server.until(({ counts }) => counts.disconnects === 1);
  expect(server.record.closes).toEqual([{ connection: 1, code: 1000, reason: "" }]);

  app.become("active");
  await hear("hello 2");

  // Back before the closing handshake is over.
  app.become("background");
  app.become("active");
  await hear("hello 3");

  close();
  await server.until(({ counts }) => counts.disconnects === 3);
  expect(app.listeners.size).toBe(0);
});
