// The module with the client, run anew by Vite as it is when somebody edits it.

import { fileURLToPath } from "node:url";
import * as gundam from "gundam";
import { createServer, createServerModuleRunner, type Plugin } from "vite";
import { expect, onTestFinished, test, vi } from "vitest";

const here = globalThis as unknown as { gundam: typeof gundam; feeds: gundam.WebSocketClient[] };

const modules: Readonly<Record<string, string>> = {
  /** This test's own copy. */
  gundam: "export const { WebSocketClient, resilient } = globalThis.gundam;",
  /** Takes updates of what it imports, as components do. */
  component: 'import { feed } from "/feed.ts"; globalThis.feeds.push(feed); import.meta.hot.accept();',
};

const plugin: Plugin = {
  name: "modules",
  enforce: "pre",
  resolveId: (id) => (Object.hasOwn(modules, id) ? id : undefined),
  load: (id) => modules[id],
};

test("the client of the module before it is closed", { timeout: 30_000 }, async () => {
  here.gundam = gundam;
  here.feeds = [];
  const server = await createServer({
    configFile: false,
    root: import.meta.dirname,
    logLevel: "silent",
    appType: "custom",
    server: { middlewareMode: true, watch: null, ws: false },
    optimizeDeps: { noDiscovery: true },
    plugins: [plugin],
  });
  const { ssr } = server.environments;
  const runner = createServerModuleRunner(ssr, { hmr: { logger: false } });
  onTestFinished(async () => {
    for (const feed of here.feeds) feed.terminate();
    await runner.close();
    await server.close();
  });
  await runner.import("component");
  const module = ssr.moduleGraph.getModuleById(fileURLToPath(new URL("feed.ts", import.meta.url)));
  await ssr.reloadModule(module!);
  await vi.waitFor(() => expect(here.feeds).toHaveLength(2), { timeout: 10_000 });
  expect(here.feeds.map(({ phase }) => phase)).toEqual(["closed", "idle"]);
});
