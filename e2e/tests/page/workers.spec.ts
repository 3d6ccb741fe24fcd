import { connect, expect, received, test } from "./page.ts";

/** What a worker does: a client that says where it runs, and sends on what it is told. */
const script = `
importScripts("/gundam.js");
const url = new URL(location).searchParams.get("server");
const client = gundam.connect(gundam.resilient({ url, retryFun: () => ({ retries: Infinity, timeout: 100 }) }));
client.on("connect", () => client.send(self.constructor.name + " connected"));
`;

const workers = {
  "a dedicated worker": {
    scope: "DedicatedWorkerGlobalScope",
    start: (url: string) => {
      globalThis.worker = new Worker(url);
    },
  },
  "a shared worker": {
    scope: "SharedWorkerGlobalScope",
    start: (url: string) => {
      globalThis.worker = new SharedWorker(url);
    },
  },
  "a service worker": {
    scope: "ServiceWorkerGlobalScope",
    start: async (url: string) => {
      await navigator.serviceWorker.register(url);
    },
  },
};

declare global {
  /** Kept, so that nobody collects it. */
  var worker: unknown;
}

for (const [name, { scope, start }] of Object.entries(workers)) {
  test.describe(name, () => {
    test("keeps a connection", async ({ tab, server, site }) => {
      site.pages.set("/worker.js", { type: "text/javascript", body: script });
      await tab.evaluate(start, `${site.origin}/worker.js?server=${encodeURIComponent(server.url)}`);
      await server.until(({ counts }) => counts.messages === 1);
      server.drop("fin");
      await server.until(({ counts }) => counts.messages === 2);
      expect(received(server)).toEqual([`${scope} connected`, `${scope} connected`]);
    });
  });
}

test.describe("a frame", () => {
  const frames = {
    "sandboxed, of no origin": { sandbox: "allow-scripts", other: false, origin: "null" },
    "of another origin": { sandbox: undefined, other: true, origin: undefined },
  };
  for (const [name, { sandbox, other, origin }] of Object.entries(frames)) {
    test(`${name}: keeps a connection, and closes it when it is removed`, async ({ tab, server, site }) => {
      const at = other ? site.otherOrigin : site.origin;
      await tab.evaluate(
        ([src, sandbox]) =>
          new Promise((loaded) => {
            const frame = document.createElement("iframe");
            if (sandbox !== undefined) frame.sandbox.value = sandbox;
            frame.onload = loaded;
            frame.src = src;
            document.body.append(frame);
          }).then(() => {}),
        [`${at}/`, sandbox] as const,
      );
      const [, frame] = tab.frames();
      await connect(frame!, server.url, { retryTimeout: 100 });
      await frame!.evaluate(() => client.send("from the frame"));
      await server.until(({ counts }) => counts.messages === 1);
      expect(server.record.upgrades[0]!.headers.origin).toBe(origin ?? at);
      server.drop("fin");
      await server.until(({ counts }) => counts.opens === 2);
      await tab.evaluate(() => document.querySelector("iframe")!.remove());
      await server.until(({ counts }) => counts.disconnects === 2);
    });
  }
});
