// A program that sends messages to a real server and receives them back, bundled into one file that runs where nothing
// is installed.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Bundle } from "./bundling.ts";

const sizes = [1, 60, 1024, 100_000];

const program = `
import { connect } from "gundam";

const [url, compress] = process.argv.slice(2);
const text = (size) => Array.from({ length: size }, (_, i) => "gundam é"[(i * i) % 8]).join("");
const binary = (size) => Uint8Array.from({ length: size }, (_, i) => (i * i) % 251);
const messages = ${JSON.stringify(sizes)}.flatMap((size) => [text(size), binary(size)]);

const client = connect({ url, wsOpts: { compress: compress === "compress" } });
client.on("connect", ({ extensions }) => {
  console.log(extensions.split(";")[0] || "no extension");
  for (const message of messages) client.send(message);
});
client.on("message", (message) => {
  const sent = messages.shift();
  const isSame = typeof message === typeof sent && Buffer.from(message).equals(Buffer.from(sent));
  console.log(isSame ? \`\${typeof message} \${message.length}\` : "another message");
  if (messages.length === 0) client.close();
});
`;

/** What it prints between its first line, the extension, and its end. */
const received = sizes.flatMap((size) => [`string ${size}`, `object ${size}`]);

/** What V8 before Node 24 says of `--jitless`. */
const saysJitless = /^Warning: disabling flag --expose_wasm .*\n/;

/**
 * @param folder where the packages are found
 * @param how the `fileExtension` that they get, and as `waysToRun` options of Node's, by what they mean, as a test's name ends
 */
export function describeServerBundles(
  folder: string,
  bundles: Readonly<Record<string, Bundle>>,
  {
    fileExtension = "cjs",
    waysToRun = { "": [] },
  }: {
    readonly fileExtension?: "cjs" | "mjs";
    readonly waysToRun?: Readonly<Record<string, readonly string[]>>;
  } = {},
): void {
  const entry = path.join(folder, `echo for ${fileExtension}.js`);
  let alone: string;
  let server: EchoServer;

  beforeAll(async () => {
    writeFileSync(entry, program);
    alone = mkdtempSync(path.join(tmpdir(), "gundam-bundles-"));
    server = await startEchoServer({ perMessageDeflate: true });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(alone, { recursive: true });
  });

  describe.each(Object.entries(bundles))(
    `a server's bundle by %s, as ${fileExtension === "cjs" ? "CommonJS" : "a module"}`,
    (name, bundle) => {
      const outfile = () => path.join(alone, `${name}.${fileExtension}`);
      let warned: readonly string[];

      beforeAll(async () => {
        warned = await bundle(entry, outfile());
      }, 60_000);

      it("is made without a warning", () => {
        expect(warned).toEqual([]);
      });

      const runs = Object.entries(waysToRun).flatMap(([way, options]) => [
        { title: `messages as they are${way}`, options, compress: "no", extension: "no extension" },
        {
          title: `compressed messages${way}`,
          options,
          compress: "compress",
          extension: "permessage-deflate",
        },
      ]);
      for (const { title, options, compress, extension } of runs) {
        it(`sends and receives ${title}`, { timeout: 20_000 }, async () => {
          const args = [...options, outfile(), server.url, compress];
          const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: alone });
          expect({ lines: stdout.trim().split("\n"), stderr: stderr.replace(saysJitless, "") }).toEqual({
            lines: [extension, ...received],
            stderr: "",
          });
        });
      }
    },
  );
}
