// One app, in its folder, and what surrounds it: the echo server that it connects to, programs, and pages of a browser.

import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { startEchoServer } from "@gundam/testing/server";
import { chromium } from "playwright";
import { findBrowsers } from "../browsers.mjs";
import { root } from "../workspace.mjs";
import { Program } from "./program.mjs";

/** Where a user's echo server is, by the docs. */
const shownPort = "5301";

const pages = ["docs/getting-started.md", "docs/testing.md", "packages/cli/README.md"];

/** How long a page may take to show a line, in ms. */
export const LINE_TIMEOUT = 60_000;

export class App {
  #from;
  #env;
  #programs = [];
  #browser;
  #pages = [];

  /**
   * @param {{ from: string, folder: string, registry?: string, tarballs?: Map<string, string> }} where `from` is its folder in the
   *   workspace, `folder` its copy
   */
  constructor({ from, folder, registry, tarballs }) {
    this.#from = from;
    this.folder = folder;
    this.tarballs = tarballs;
    this.#env = {
      npm_config_registry: registry,
      npm_config_audit: "false",
      npm_config_fund: "false",
      npm_config_update_notifier: "false",
      NEXT_TELEMETRY_DISABLED: "1",
      LAUNCH_OPTIONS: JSON.stringify(findBrowsers().chromium),
      // What runs us may be a test.
      NODE_ENV: undefined,
    };
  }

  /** Starts the echo server, and tells the app where it is. */
  async prepare() {
    this.server = await startEchoServer();
    for (const file of readdirSync(this.folder, { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue;
      const name = path.join(file.parentPath, file.name);
      const text = readFileSync(name, "utf8");
      if (text.includes(shownPort)) writeFileSync(name, this.#addressed(text));
    }
  }

  #addressed(text) {
    return text.replaceAll(shownPort, `${this.server.port}`);
  }

  /** The commands that the docs show for this app. */
  get commands() {
    const blocks = new RegExp(`^<!-- run: ${this.#from} -->\n\`\`\`sh\n([^]*?)^\`\`\`$`, "gm");
    const shown = pages.flatMap((page) => [...readFileSync(path.join(root, page), "utf8").matchAll(blocks)]);
    const lines = shown.flatMap(([, lines]) => lines.trim().split("\n"));
    if (lines.length === 0) throw new Error(`no page shows commands for ${this.#from}`);
    return lines.map((line) => this.#addressed(line));
  }

  /** Runs all that the docs show but the last command, which is started. */
  async follow() {
    const last = this.commands.length - 1;
    for (const command of this.commands.slice(0, last)) await this.run(command);
    return this.start(this.commands[last]);
  }

  start(command, env) {
    const program = new Program(command, { cwd: this.folder, env: { ...this.#env, ...env } });
    this.#programs.push(program);
    return program;
  }

  run(command) {
    return this.start(command).ends();
  }

  async open(url, routes = {}) {
    this.#browser ??= await chromium.launch(findBrowsers().chromium);
    const page = await this.#browser.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    for (const [pattern, answer] of Object.entries(routes))
      await page.route(pattern, (route) => route.fulfill(answer));
    await page.goto(url);
    return { page, errors };
  }

  /** Serves one page. */
  async serve(type, body) {
    const server = createServer((_, response) => response.setHeader("Content-Type", type).end(body));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    this.#pages.push(server);
    return `http://localhost:${server.address().port}/`;
  }

  async end() {
    await this.#browser?.close();
    for (const page of this.#pages) page.close();
    for (const program of this.#programs) await program.kill();
    await this.server?.stop();
  }
}

/**
 * The way of a connection, whoever tells of it: connected, a message there and back, lost, the same again, closed.
 * @param sees waits until a line is told so many times
 * @param close has it closed, as its user would
 */
export async function goAllTheWay(server, sees, close) {
  await sees("received hello");
  const { opens, messages } = server.record.counts;
  server.drop();
  await sees("lost 1006");
  await sees("received hello", 2);
  await close();
  const now = server.record.counts;
  if (now.opens !== opens + 1 || now.messages !== messages + 1)
    throw new Error(`the drop led to ${now.opens - opens} openings and ${now.messages - messages} messages`);
}

/** Waits for lines of a page. */
export function linesOf(page) {
  return async (line, times = 1) => {
    const isThere = ([line, times]) => document.querySelector("pre")?.textContent.split(line).length > times;
    try {
      await page.waitForFunction(isThere, [line, times], { timeout: LINE_TIMEOUT });
    } catch {
      throw new Error(`the page does not show "${line}" ${times}×:\n${await page.textContent("pre")}`);
    }
  };
}
