// The tables of options say what the declarations say, the docstrings do too, and the tests that they name are there.

import { readFileSync } from "node:fs";
import { browserPlatform } from "@gundam/browser";
import { nodePlatform } from "@gundam/node";
import { describe, expect, test } from "vitest";
import {
  pathsFor,
  pathsOf,
  readDocs,
  readProofs,
  replaceMarked,
  tasks,
  taskTable,
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
const declared: Documented[] = pathsOf(nodePlatform.declarations).map(
  ([path, fallback]: [string, unknown]) => ({ path, fallback }),
);
const options = declared.filter(({ path }) => !/^on[A-Z]/.test(path));
const page = readFileSync(new URL("../../../docs/options.md", import.meta.url), "utf8");

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

describe("docs/options.md", () => {
  test.each(Object.keys(tasks))("has an up-to-date table for the task %s", (task) => {
    expect(replaceMarked(page, task, taskTable(task, nodePlatform, browserPlatform))).toBe(page);
  });

  test("has each option in one table, and a test for each", () => {
    const proved = readProofs().node;
    const known = [...new Set([...declared.map(({ path }) => path), ...Object.keys(proved)])];
    const listed = Object.keys(tasks).flatMap((task) => pathsFor(task, nodePlatform, browserPlatform));
    expect(listed.sort()).toEqual(known.sort());
    expect(page).not.toContain("*Tested: undefined");
  });

  test.each(promised)("has a line for %s", (path) => {
    expect(page).toContain(`\n| \`${path}\` |`);
  });

  test("shows an example for each task but the callbacks, before its table", () => {
    const sections = page.split(/^## /m);
    for (const task of Object.keys(tasks).filter((name) => name !== "callbacks")) {
      const section = sections.find((text) => text.includes(`<!-- ${task}:begin -->`));
      expect(section?.split(`<!-- ${task}:begin -->`)[0], task).toContain("```ts\nimport ");
    }
  });
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
