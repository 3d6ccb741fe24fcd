// What a page pays for a face: the strict one next to nothing, and nothing of the client; and for the client alone,
// nothing of the faces. Consumers see what is published, so the test builds first.

import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { beforeAll, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../../../..");

beforeAll(async () => {
  const compiler = path.join(root, "node_modules/typescript/bin/tsc");
  await promisify(execFile)(process.execPath, [compiler, "-b", "packages/gundam"], { cwd: root });
}, 60_000);

/** The modules of ours that have code in a page's bundle of this program, and the bundle's size. */
async function bundle(program: string): Promise<{ modules: string[]; gzip: number }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: path.join(root, "packages/gundam") },
    bundle: true,
    format: "esm",
    platform: "browser",
    minify: true,
    write: false,
    outdir: "unused",
    metafile: true,
  });
  const [output] = Object.values(metafile.outputs);
  const modules = Object.entries(output!.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(
      ([file]) =>
        file
          .match(/packages\/(\w+\/)dist\/(.*)\.js$/)
          ?.slice(1)
          .join("") ?? file,
    )
    .filter((file) => file !== "<stdin>");
  return { modules, gzip: gzipSync(outputFiles[0]!.contents).length };
}

test("WebSocket alone is one module, of 0.6 KiB at most", async () => {
  const { modules, gzip } = await bundle('export { WebSocket } from "gundam/websocket";');
  expect(modules).toEqual(["browser/websocket/web-socket"]);
  expect(gzip).toBeLessThanOrEqual(0.6 * 1024);
});

test("connect brings nothing of the faces", async () => {
  const { modules } = await bundle('export { connect, resilient } from "gundam";');
  expect(modules).toContain("core/driver");
  expect(modules.filter((module) => module.includes("websocket/"))).toEqual([]);
});

test("ReconnectingWebSocket brings nothing of WebSocket", async () => {
  const { modules } = await bundle('export { ReconnectingWebSocket } from "gundam/websocket";');
  expect(modules).toContain("core/websocket/reconnecting-web-socket");
  expect(modules).not.toContain("browser/websocket/web-socket");
});
