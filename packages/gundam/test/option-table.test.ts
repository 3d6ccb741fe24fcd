// The tables of options say what the declarations say, the docstrings do too, and the tests that they name are there.

import { readFileSync } from "node:fs";
import { browserPlatform } from "@gundam/browser";
import { nodePlatform } from "@gundam/node";
import { describe, expect, test } from "vitest";
import {
  optionTable,
  pathsOf,
  proofTable,
  readDocs,
  readProofs,
  replaceMarked,
} from "../../../scripts/option-table.mjs";
import { everywhere } from "./option-proofs/everywhere.ts";
import { inBrowsers } from "./option-proofs/in-browsers.ts";
import { onNode } from "./option-proofs/on-node.ts";
import type { Proof } from "./option-proofs/proof.ts";

interface Documented {
  readonly path: string;
  readonly fallback: unknown;
}

const docs: Readonly<Record<string, { text: string; default?: string; source?: string }>> = readDocs();
const options: Documented[] = pathsOf(nodePlatform.declarations)
  .map(([path, fallback]: [string, unknown]) => ({ path, fallback }))
  .filter(({ path }: Documented) => !/^on[A-Z]/.test(path));

/** What there is to be, whatever is declared. */
const promised = Object.entries({
  "": `url headers openTimeout connectTimeout domainLookupTimeout tlsHandshakeTimeout cookieStore retry retryFun
    retryTimeout shouldRetry stableAfter callbackTimeout supervise tlsOpts trace transport signal state pageSignals`,
  "httpOpts.": "upgradeTimeout transformHeaderName maxHeaderBlockSize cookieIgnoreInformational maxRedirects",
  "tcpOpts.": `sendTimeout sendTimeoutClose noDelay keepAlive keepAliveInitialDelay localAddress localPort family lookup
    autoSelectFamily autoSelectFamilyAttemptTimeout path proxy proxyHeaders`,
  "wsOpts.": `closingTimeout compress keepalive keepaliveTolerance heartbeat protocols codec flow silencePings maxPayload
    maxFrameSize userOpts`,
  "wsOpts.receiveBuffer.": "maxMessages maxBytes",
  "sendQueue.": "maxMessages maxBytes overflow highWaterMark pace.messages pace.per",
}).flatMap(([group, keys]) => keys.split(/\s+/).map((key) => group + key));

test("the README's table is up to date", () => {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  const table = optionTable(nodePlatform, browserPlatform, docs);
  expect(replaceMarked(readme, "options", table)).toBe(readme);
});

test("the table of docs/options.md is up to date", () => {
  const page = readFileSync(new URL("../../../docs/options.md", import.meta.url), "utf8");
  expect(replaceMarked(page, "options", proofTable(nodePlatform, browserPlatform))).toBe(page);
});

describe("the tests that docs/options.md names", () => {
  const effectsOf = (proofs: readonly Proof[]) =>
    Object.fromEntries(proofs.map(({ option, effect }) => [option, effect]));
  const read = readProofs();

  test("on Node are those that run", () => {
    expect(read.node).toEqual(effectsOf([...everywhere, ...onNode]));
  });

  test("in browsers are those that run", () => {
    const isIgnored = ({ effect }: Proof) => effect === read.ignored;
    expect(read.browsers).toEqual(
      effectsOf([...everywhere, ...inBrowsers].filter((proof) => !isIgnored(proof))),
    );
    const below = (group: string) =>
      options.map(({ path }) => path).filter((path) => path.startsWith(`${group}.`));
    const ignored = browserPlatform.ignored.flatMap((path) =>
      below(path).length > 0 ? below(path) : [path],
    );
    expect(
      inBrowsers
        .filter(isIgnored)
        .map(({ option }) => option)
        .sort(),
    ).toEqual(ignored.sort());
  });
});

test.each(promised.map((path) => ({ path })))("$path has its line in both tables", ({ path }) => {
  for (const file of ["README.md", "docs/options.md"]) {
    expect(readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8")).toContain(`| \`${path}\` |`);
  }
});

test.each(options)("$path is documented, with its default and source", ({ path, fallback }) => {
  const doc = docs[path];
  expect(doc?.text).toMatch(/\w/);
  expect(doc?.source).toMatch(/\w/);
  if (fallback === undefined) expect(doc?.default).toMatch(/\w/);
  else expect(doc?.default).toBe(typeof fallback === "object" ? JSON.stringify(fallback) : shown(fallback));
});

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
