// The cheapest of the consumers, with the packages as the build left them.

import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { App } from "./consumers/app.mjs";
import { consumers, seeProgram } from "./consumers/list.mjs";
import { root } from "./workspace.mjs";

test.each([
  ["node-esm", "node echo.mjs"],
  ["node-cjs", "node echo.cjs"],
])("%s connects, echoes, reconnects, closes and ends", { timeout: 20_000 }, async (name, command) => {
  expect(consumers.map((consumer: { name: string }) => consumer.name)).toContain(name);
  const results = path.join(root, "test-results");
  mkdirSync(results, { recursive: true });
  const folder = mkdtempSync(path.join(results, `${name}-`));
  const app = new App({ from: `consumers/${name}`, folder });
  onTestFinished(async () => {
    await app.end();
    rmSync(folder, { recursive: true });
  });
  cpSync(path.join(root, "consumers", name), folder, { recursive: true });
  await app.prepare();
  await seeProgram(app, app.start(command));
});
