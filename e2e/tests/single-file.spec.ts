// The file for pages without a bundler, loaded as docs/cdn.md has it, from another origin, in examples/cdn/page.html.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { expect, type Page, test } from "@playwright/test";

const root = new URL("../../", import.meta.url);
const example = readFileSync(new URL("examples/cdn/page.html", root), "utf8");
const built = readFileSync(new URL("packages/gundam/dist/gundam.min.js", root));
const integrity = `sha384-${createHash("sha384").update(built).digest("base64")}`;
const address = /https:\/\/cdn\.jsdelivr\.net\/npm\/gundam@[^"]+/g;

const echoServers: EchoServer[] = [];
const servers: Server[] = [];

test.afterEach(async () => {
  for (const server of echoServers.splice(0)) await server.stop();
  for (const server of servers.splice(0)) server.close();
});

/** The address of a server that answers everything with this, to whoever asks. */
async function serve(type: string, body: string | Buffer): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, {
      "Content-Type": type,
      "Access-Control-Allow-Origin": "*",
      Connection: "close",
    });
    response.end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Opens the example, with a CDN that has this file, and the hash of the built one; returns the server that it is to reach. */
async function open(page: Page, file: Buffer): Promise<EchoServer> {
  const server = await startEchoServer();
  echoServers.push(server);
  const cdn = await serve("text/javascript", file);
  const text = example
    .replace(/(?<= integrity=")[^"]+/, integrity)
    .replace(address, cdn)
    .replace("ws://127.0.0.1:5301/", server.url);
  await page.goto(await serve("text/html", text));
  return server;
}

test("is whole, and loaded only if it is the one of the hash", async ({ page }) => {
  const reached = await open(page, built);
  await expect(page.getByText("received hello")).toBeVisible();
  expect(reached.record.upgrades).toHaveLength(1);

  // A script that is not run is told by an event that does not bubble.
  await page.addInitScript(() =>
    addEventListener(
      "error",
      ({ target }) => target instanceof HTMLScriptElement && document.body.append("refused "),
      true,
    ),
  );
  const spared = await open(page, Buffer.concat([built, Buffer.from("\n")]));
  await expect(page.getByText("refused refused")).toBeVisible();
  expect(spared.record.upgrades).toHaveLength(0);
});
