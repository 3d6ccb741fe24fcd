import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { expect, onTestFinished, test, vi } from "vitest";
import { commands } from "vitest/browser";
import type {} from "../../../scripts/vitest-server-commands.ts";
import { lead } from "../example-org.ts";
import { feed } from "../feed.ts";
import { useHeldFeed } from "./use-held-feed.ts";

const Held = () => <p>{String(useHeldFeed() ?? "")}</p>;

test("one connection under StrictMode, which is closed when nobody uses it any more", async () => {
  const { id, url } = await commands.startServer();
  lead(`${url}?push=hello&`);
  onTestFinished(async () => {
    feed.terminate();
    await commands.stopServer(id);
  });
  const element = document.body.appendChild(document.createElement("div"));
  const root = createRoot(element);
  root.render(
    <StrictMode>
      <Held />
    </StrictMode>,
  );
  const until = (holds: () => void) => vi.waitFor(holds, { timeout: 10_000 });
  await until(() => expect(element.textContent).toBe("hello"));
  root.unmount();
  await until(() => expect(feed.phase).toBe("closed"));
  const { upgrades, closes } = (await commands.serverRecord(id)).counts;
  expect({ upgrades, closes }).toEqual({ upgrades: 1, closes: 1 });
});
