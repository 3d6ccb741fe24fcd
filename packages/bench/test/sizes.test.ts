// Sizes are promises: those in ARCHITECTURE.md are the ones that are measured, and nobody pays for what is not imported.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  architecture,
  figuresIn,
  functions,
  measure,
  measureAll,
  priceOf,
  programs,
  SLIGHT,
  wholeClient,
} from "../sizes.mjs";

/** Small changes are not worth a commit of their own. */
const isNear = (stated: number, measured: number): boolean =>
  Math.abs(stated - measured) <= Math.max(0.02 * measured, SLIGHT);

test("ARCHITECTURE.md states the sizes that are measured, within 2 %", async () => {
  const { sizes, ledger } = await measureAll();
  const measured: Record<string, number> = { ...sizes, ...ledger };
  const stated: Record<string, number> = figuresIn(readFileSync(architecture, "utf8"));
  const names = [...new Set([...Object.keys(measured), ...Object.keys(stated)])];
  const wrong = names.filter((name) => !isNear(stated[name] ?? 0, measured[name] ?? 0));
  expect(wrong, "run: node packages/bench/sizes.mjs --write").toEqual([]);
  expect(names.length).toBeGreaterThan(20);
}, 60_000);

describe("whoever does not import it does not pay for", () => {
  test.each(functions)(
    "%s",
    async (name) => {
      expect(await priceOf(name)).toBeGreaterThan(25);
    },
    60_000,
  );

  test("anything but its own classes, where it imports the strict WebSocket", async () => {
    const { modules } = await measure(programs["WebSocket of gundam/websocket"]);
    expect(Object.keys(modules).filter((name) => !name.startsWith("browser/websocket/"))).toEqual([]);
  }, 60_000);
});

test("a whole client has no code of Node in it, and no test tools", async () => {
  const { modules } = await measure(programs[wholeClient]);
  const packages = new Set(Object.keys(modules).map((name) => name.replace(/\/.*/, "")));
  expect([...packages].sort()).toEqual(["browser", "core", "isomorphic-ws", "mitt"]);
}, 60_000);
