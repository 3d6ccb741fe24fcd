// WebKit as Debian carries it: the engine of WebKitGTK in its MiniBrowser, led by W3C WebDriver, on a screen of Xvfb's.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { aptGet } from "../debian.mjs";

const driver = "/usr/bin/WebKitWebDriver";
const screen = "/usr/bin/Xvfb";
const browser = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";
const debianPackages = ["webkit2gtk-driver", "xvfb"];

/** How long the driver may take to answer for the first time, in ms. */
const PATIENCE = 20_000;

const isThere = () => [driver, screen, browser].every((file) => existsSync(file));

/** Installs it where it can, as root on Debian. Returns whether it is there. */
export async function provideWebKit() {
  if (!isThere()) await aptGet(debianPackages);
  return isThere();
}

/** A session with one window. */
export async function startWebKit() {
  const xvfb = spawn(screen, ["-displayfd", "3", "-screen", "0", "1280x800x24"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const processes = [xvfb];
  const end = () => {
    for (const child of processes) child.kill();
  };
  try {
    const [display] = await once(createInterface({ input: xvfb.stdio[3] }), "line");
    const port = await freePort();
    const env = { ...process.env, DISPLAY: `:${display}` };
    processes.unshift(
      spawn(driver, [`--port=${port}`, "--host=127.0.0.1"], { env, stdio: ["ignore", "ignore", "ignore"] }),
    );
    const address = `http://127.0.0.1:${port}`;
    await untilReady(address);
    const options = { "webkitgtk:browserOptions": { binary: browser, args: ["--automation"] } };
    const { sessionId, capabilities } = await ask("POST", `${address}/session`, {
      capabilities: { alwaysMatch: { browserName: "MiniBrowser", ...options } },
    });
    const session = `${address}/session/${sessionId}`;
    return {
      version: `GTK ${capabilities.browserVersion}`,
      command: (method, name, body) => ask(method, `${session}/${name}`, body),
      end: async () => {
        await ask("DELETE", session).catch(() => {});
        end();
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}

async function freePort() {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilReady(address) {
  const deadline = Date.now() + PATIENCE;
  while (Date.now() < deadline) {
    const status = await ask("GET", `${address}/status`).catch(() => undefined);
    if (status?.ready) return;
    await sleep(100);
  }
  throw new Error(`${driver} is not ready after ${PATIENCE} ms`);
}

/** W3C WebDriver: what is wrong comes with a status of its own. */
async function ask(method, address, body) {
  const answer = await fetch(address, { method, body: body && JSON.stringify(body) });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`WebDriver: ${value.error}: ${value.message}`);
  return value;
}
