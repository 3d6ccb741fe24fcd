// The program in a page of a browser: Chromium and Firefox by Playwright, WebKit by its WebDriver.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { findBrowsers } from "../browsers.mjs";
import { bundle } from "./bundle.mjs";
import { startWebKit } from "./webkit.mjs";

/** How long the program may take, in ms. */
const TIMEOUT = 120_000;

export const inPlaywright = (name) => (_, place) =>
  inPage(place, async (address) => {
    const playwright = await import("playwright");
    const browser = await playwright[name].launch(findBrowsers()[name]);
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(TIMEOUT);
      await page.goto(address);
      return {
        version: browser.version(),
        seen: await page.evaluate(() => globalThis.seen),
        leave: () => page.goto(new URL("/elsewhere", address).href),
        end: () => browser.close(),
      };
    } catch (error) {
      await browser.close();
      throw error;
    }
  });

export const inWebKit = (_, place) =>
  inPage(place, async (address) => {
    const webkit = await startWebKit();
    try {
      await webkit.command("POST", "timeouts", { script: TIMEOUT });
      await webkit.command("POST", "url", { url: address });
      const script = "globalThis.seen.then(arguments[0])";
      return {
        version: webkit.version,
        seen: await webkit.command("POST", "execute/async", { script, args: [] }),
        leave: () => webkit.command("POST", "url", { url: new URL("/elsewhere", address).href }),
        comeBack: async () => {
          await webkit.command("POST", "back", {});
          return webkit.command("POST", "execute/sync", { script: "return globalThis.isOld", args: [] });
        },
        end: () => webkit.end(),
      };
    } catch (error) {
      await webkit.end();
      throw error;
    }
  });

/** Serves the page, has it opened, and sees how its last connection ends when the page goes. */
async function inPage({ installed, url, server }, open) {
  const script = readFileSync(await bundle(installed, "page.mjs"));
  const host = createServer((request, response) => {
    const isScript = request.url === "/page.js";
    response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html; charset=utf-8");
    response.end(isScript ? script : '<!doctype html><script type="module" src="/page.js"></script>');
  });
  await once(host.listen(0, "127.0.0.1"), "listening");
  try {
    const address = `http://127.0.0.1:${host.address().port}/?server=${encodeURIComponent(url)}`;
    const { version, seen, leave, comeBack, end } = await open(address);
    try {
      const pagehide = await lastOf(server, leave);
      if (comeBack) await seeAgain(server, comeBack);
      return { version, seen: { ...seen, exit: "–", pagehide } };
    } finally {
      await end();
    }
  } finally {
    host.closeAllConnections();
    host.close();
  }
}

/** What the server reads last of the connection that is there when the page goes. */
async function lastOf(server, leave) {
  const connection = server.connections.find(({ url }) => url.includes("until-pagehide"));
  if (!connection) return "failed: no connection";
  const gone = server.waitFor("disconnected", (ended) => ended.connection === connection.id);
  await leave();
  await gone;
  const close = server.record.closes.find((received) => received.connection === connection.id);
  return close ? `Close ${close.code}` : "failed: no Close frame";
}

/** That a page which comes out of the back/forward cache is connected again, as it is not when it is loaded anew. */
async function seeAgain(server, comeBack) {
  const opened = server.waitFor("opened", ({ url }) => url.includes("until-pagehide"));
  if ((await comeBack()) !== true) throw new Error("the page was not put into the back/forward cache");
  await opened;
}
