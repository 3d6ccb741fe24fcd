// A web site whose pages load the library, over http: or https:, and that can answer a navigation in every way.

import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { identity } from "@gundam/testing/certificates";
import { build, defaultClientConditions } from "vite";

/** How a path is answered, besides pages: these keep the page that there is. */
const answers: Record<string, (response: ServerResponse) => void> = {
  "/download": (response) =>
    response.setHeader("Content-Disposition", "attachment; filename=file").end("file"),
  "/no-content": (response) => response.writeHead(204).end(),
  // Never: until the browser is told to stop.
  "/endless": () => {},
};

export interface Site {
  /** `http://127.0.0.1:PORT`, or `https://localhost:PORT`. */
  readonly origin: string;
  /** The same site by another name, and so of another origin. */
  readonly otherOrigin: string;
  /** Pages by path: their html, at once or when it is there. Any other path is a page that loads the library as `gundam`. */
  readonly pages: Map<string, { readonly type?: string; readonly body: string | Promise<string> }>;
  close(): Promise<void>;
}

export async function startSite({ secure = false } = {}): Promise<Site> {
  const library = await bundle();
  const pages: Site["pages"] = new Map();
  const serve = async ({ url = "/" }: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(url, "http://site");
    // Only a page that may be stored comes back from the back/forward cache.
    response.setHeader("Content-Type", "text/html");
    const policy = searchParams.get("policy");
    if (policy !== null) response.setHeader("Content-Security-Policy", policy);
    if (answers[pathname]) return answers[pathname](response);
    if (pathname === "/gundam.js") return response.setHeader("Content-Type", "text/javascript").end(library);
    const page = pages.get(pathname);
    if (page?.type) response.setHeader("Content-Type", page.type);
    response.end((await page?.body) ?? '<!doctype html><script src="/gundam.js"></script>');
  };
  const server = secure ? createHttpsServer(identity("server"), serve) : createHttpServer(serve);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const scheme = secure ? "https" : "http";
  return {
    origin: `${scheme}://127.0.0.1:${port}`,
    otherOrigin: `${scheme}://localhost:${port}`,
    pages,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let bundled: Promise<string> | undefined;

/** The library as a classic script, for pages and workers alike: it defines `gundam`. */
function bundle(): Promise<string> {
  bundled ??= build({
    configFile: false,
    logLevel: "error",
    root: fileURLToPath(new URL("../..", import.meta.url)),
    resolve: { conditions: ["@gundam/source", ...defaultClientConditions] },
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(new URL("../../../packages/browser/src/index.ts", import.meta.url)),
        name: "gundam",
        formats: ["iife"],
      },
    },
  }).then((results) => {
    const [result] = results as { output: { code: string }[] }[];
    return result!.output[0]!.code;
  });
  return bundled;
}
