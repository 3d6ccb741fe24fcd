// Every consumer, and what is to be seen of it. `from` is its folder where that is not the one of its name;
// `packages` are other versions than those of its package.json.

import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { integrityOf } from "../integrity.mjs";
import { root } from "../workspace.mjs";
import { goAllTheWay, LINE_TIMEOUT, linesOf } from "./app.mjs";

/** What is seen of a program on Node, which is ended by a Ctrl-C; Nest ends by the signal itself when all has been closed. */
export async function seeProgram(app, program, end = 0) {
  await goAllTheWay(app.server, program.prints.bind(program), async () => {
    program.interrupt();
    await program.prints("closed 1000");
    await program.ends(end);
  });
}

const program = {
  "as the docs say, it connects, echoes, reconnects, closes and ends": async (app) =>
    seeProgram(app, await app.follow()),
};

/** A page on which a click closes the connection. */
async function seePage(app, url, routes) {
  const { page, errors } = await app.open(url, routes);
  const sees = linesOf(page);
  await goAllTheWay(app.server, sees, async () => {
    await page.click("pre");
    await sees("closed 1000");
  });
  await page.close();
  if (errors.length > 0) throw new Error(`errors of the page: ${errors.join("; ")}`);
}

/** A page whose component closes the connection when it goes. */
async function seeComponent(app, url, routes) {
  const { page, errors } = await app.open(url, routes);
  await goAllTheWay(app.server, linesOf(page), async () => {
    const closed = app.server.waitFor("closeReceived");
    await page.goto("about:blank");
    await closed;
  });
  await page.close();
  if (errors.length > 0) throw new Error(`errors of the page: ${errors.join("; ")}`);
}

async function urlOf(program) {
  const [url] = await program.prints("http://localhost:\\d+");
  return url;
}

const vite = {
  "as the docs say, a page of the dev server goes all the way": async (app) => {
    const program = await app.follow();
    await seePage(app, await urlOf(program));
  },
  "its types hold": (app) => app.run("npx tsc"),
  "so does the page that is built": async (app) => {
    await app.run("npx vite build");
    await seePage(app, await urlOf(app.start("npx vite preview")));
  },
};

/** A Next app as it is built, by either of its bundlers. */
const builtByNext = (command) => async (app) => {
  await app.run(command);
  const server = app.start("npx next start --port 0");
  await seeComponent(app, await urlOf(server));
  await server.kill();
};

/** The component that the docs show for a framework, with that framework's own check of types. */
const component = (framework, check) => ({
  "the types of its component hold": async (app) => {
    addComponent(app, framework);
    await app.run("npm install gundam");
    await app.run(check);
  },
  "what is built says hello, and outlives a drop": async (app) => {
    await app.run("npx vite build");
    await seeFeed(app, await urlOf(app.start("npx vite preview")));
  },
});

/** Lays the component and its feed into the app, and has the feed lead to the app's server. */
function addComponent({ folder, server }, framework) {
  const from = path.join(root, "examples/frameworks");
  const to = path.join(folder, "src");
  const isShown = (file) => !file.includes(".test.");
  cpSync(path.join(from, framework), path.join(to, framework), { recursive: true, filter: isShown });
  const feed = readFileSync(path.join(from, "feed.ts"), "utf8");
  writeFileSync(path.join(to, "feed.ts"), feed.replace("wss://example.org/feed", server.url));
}

async function seeFeed(app, url) {
  const { page, errors } = await app.open(url);
  const shows = (text) => page.getByText(text).waitFor({ timeout: LINE_TIMEOUT });
  await shows("open:");
  await page.getByRole("button").click();
  await shows("open: hello");
  app.server.drop();
  await app.server.until(({ counts }) => counts.opens === 2);
  app.server.push("news");
  await shows("open: news");
  await page.close();
  if (errors.length > 0) throw new Error(`errors of the page: ${errors.join("; ")}`);
}

/** Tests that the docs show, which are run by the last of their commands. */
const tests = (...files) => ({
  "as the docs say, its tests pass": async (app) => {
    for (const file of files) cpSync(path.join(root, file), app.folder, { recursive: true });
    const run = await app.follow();
    await run.ends();
  },
});

export const consumers = [
  {
    name: "echo-server",
    see: {
      "as the docs say, it prints its url, and takes faults": async (app) => {
        await app.server.stop();
        const server = await app.follow();
        await server.prints("ws://127.0.0.1:\\d+/");
        server.type("drop");
        await server.prints("ok: drop");
        server.type("quit");
        await server.ends();
      },
    },
  },
  {
    name: "cli",
    see: {
      "as its README says, it connects, echoes lines, reconnects, closes and ends": async (app) => {
        const program = await app.follow();
        await program.prints("^connected to ");
        program.type("hello");
        await program.prints("^hello$");
        app.server.drop();
        await program.prints("^connected again ");
        program.type("hello");
        await program.prints("^hello$", 2);
        program.interrupt();
        await program.prints("^closed \\(1000");
      },
    },
  },
  { name: "node-esm", see: program },
  { name: "node-cjs", see: program },
  { name: "typescript-esm", see: program },
  {
    name: "typescript-cjs",
    see: {
      "it compiles to CommonJS, and that goes all the way": async (app) => {
        await app.run("npm install gundam");
        await app.run("npx tsc");
        await seeProgram(app, app.start("node dist/echo.js"));
      },
    },
  },
  {
    name: "typescript-bundler",
    see: {
      "its types are those of Node, and what esbuild bundles needs nothing installed": async (app) => {
        await app.run("npm install gundam");
        await app.run("npx tsc");
        await app.run("npx esbuild src/echo.ts --bundle --platform=node --outfile=dist/echo.cjs");
        rmSync(path.join(app.folder, "node_modules"), { recursive: true });
        await seeProgram(app, app.start("node dist/echo.cjs"));
      },
    },
  },
  { name: "vite", see: vite },
  { name: "vite-7", from: "consumers/vite", packages: { vite: "7.3.8" }, see: vite },
  { name: "worker", see: vite },
  { name: "vue", see: component("vue", "npx vue-tsc --noEmit") },
  { name: "svelte", see: component("svelte", "npx svelte-check --fail-on-warnings") },
  {
    name: "page-without-bundler",
    from: "examples/cdn",
    see: {
      "the file of the CDN, checked by its hash, goes all the way": async (app) => {
        await app.run(`tar -xzf ${app.tarballs.get("gundam")}`);
        const file = readFileSync(path.join(app.folder, "package/dist/gundam.min.js"));
        const html = readFileSync(path.join(app.folder, "page.html"), "utf8");
        const headers = { "Access-Control-Allow-Origin": "*" };
        // What the page in the repository has is the hash of the last release.
        const body = html.replace(/(?<= integrity=")[^"]+/, integrityOf(file));
        const url = await app.serve("text/html", body);
        const cdn = { body: file, contentType: "text/javascript", headers };
        await seeComponent(app, url, { "https://cdn.jsdelivr.net/npm/gundam@*/dist/gundam.min.js": cdn });
      },
    },
  },
  {
    name: "esbuild",
    see: {
      "a page goes all the way": async (app) => {
        await app.run("npm install gundam");
        const server = app.start(
          "npx esbuild src/main.ts --bundle --format=esm --outfile=main.js --servedir=.",
        );
        const [url] = await server.prints("http://127.0.0.1:\\d+");
        await seePage(app, url);
      },
    },
  },
  {
    name: "next",
    see: {
      "as the docs say, a component of the dev server goes all the way": async (app) => {
        const server = await app.follow();
        await seeComponent(app, await urlOf(server));
        await server.kill();
      },
      "so does one that Turbopack builds": builtByNext("npx next build"),
      "so does one that webpack builds": builtByNext("npx next build --webpack"),
    },
  },
  {
    name: "nest",
    see: {
      "a service of CommonJS goes all the way": async (app) => {
        await app.run("npm install gundam");
        await app.run("npx tsc");
        await seeProgram(app, app.start("node dist/main.js"), "SIGINT");
      },
      "so does one by nodenext": async (app) => {
        await app.run("npx tsc -p tsconfig.nodenext.json");
        await seeProgram(app, app.start("node dist/main.js"), "SIGINT");
      },
    },
  },
  { name: "jest", see: tests() },
  { name: "vitest", see: tests("examples/testing") },
  { name: "node-test", see: tests() },
  { name: "msw", see: tests() },
  { name: "playwright", see: tests() },
];
