// What a component of any framework is held to: one connection for the whole app, whatever is mounted and unmounted.

import { expect, onTestFinished, test, vi } from "vitest";
import { commands } from "vitest/browser";
import type {} from "../../scripts/vitest-server-commands.ts";
import { lead } from "./example-org.ts";
import { feed } from "./feed.ts";

/** Mounts the component twice, as two parts of one app; returns how to unmount them. */
type MountTwo = (root: HTMLElement) => () => unknown;

export function describeFeed(mountTwo: MountTwo): void {
  test("two components share a connection that outlives a drop, and both of them", {
    timeout: 30_000,
  }, async () => {
    const { id, url } = await commands.startServer();
    lead(url);
    const listeners = countListeners();
    const root = document.body.appendChild(document.createElement("div"));
    const shown = () =>
      [...root.querySelectorAll("p")].map(({ textContent }) => textContent.replace(/\s*Say hello\s*$/, ""));
    const until = (...texts: string[]) =>
      vi.waitFor(() => expect(shown()).toEqual(texts), { timeout: 10_000 });
    onTestFinished(async () => {
      feed.terminate();
      await commands.stopServer(id);
    });
    expect(feed.phase).toBe("idle");

    const unmount = mountTwo(root);
    await until("open:", "open:");
    root.querySelector("button")!.click();
    await until("open: hello", "open: hello");

    await commands.fault(id, { name: "drop" });
    await vi.waitFor(async () => expect((await commands.serverRecord(id)).counts.opens).toBe(2), {
      timeout: 10_000,
    });
    await until("open: hello", "open: hello");
    await commands.fault(id, { name: "push", message: "news" });
    await until("open: news", "open: news");
    expect(listeners()).toBeGreaterThan(0);

    unmount();
    await vi.waitFor(() => expect(listeners()).toBe(0));
    mountTwo(root);
    await vi.waitFor(() => expect(shown().map((text) => text.split(":")[0])).toEqual(["open", "open"]));
    const { upgrades, disconnects } = (await commands.serverRecord(id)).counts;
    expect({ upgrades, disconnects }).toEqual({ upgrades: 2, disconnects: 1 });
  });
}

/** How many listeners the feed has. */
function countListeners(): () => number {
  let count = 0;
  const on = feed.on.bind(feed);
  feed.on = (type, handler) => {
    count++;
    const stop = on(type, handler);
    return () => {
      count--;
      stop();
    };
  };
  return () => count;
}
