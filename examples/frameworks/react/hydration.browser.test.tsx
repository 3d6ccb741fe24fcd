// LiveFeed.tsx as a server has rendered it, hydrated when the connection is open already.

import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { expect, onTestFinished, test, vi } from "vitest";
import { commands } from "vitest/browser";
import type {} from "../../../scripts/vitest-server-commands.ts";
import { lead } from "../example-org.ts";
import { feed, startFeed } from "../feed.ts";
import { LiveFeed } from "./LiveFeed.tsx";

test("a page is hydrated with what the server has rendered, and shows what is", async () => {
  const { id, url } = await commands.startServer();
  lead(url);
  onTestFinished(async () => {
    feed.terminate();
    await commands.stopServer(id);
  });
  const element = document.body.appendChild(document.createElement("div"));
  element.innerHTML = renderToString(<LiveFeed />);
  expect(element.textContent).toContain("idle");
  startFeed();
  await feed.ready();
  const onRecoverableError = vi.fn();
  const root = hydrateRoot(element, <LiveFeed />, { onRecoverableError });
  await vi.waitFor(() => expect(element.textContent).toContain("open"));
  expect(onRecoverableError).not.toHaveBeenCalled();
  root.unmount();
});
