// Which part of the table is measured, and whether its parts know each other.

import { expect, test } from "vitest";
import { contenders } from "../contenders.mjs";
import { paths } from "../message-paths.mjs";
import { groups, select } from "../rows.mjs";
import { stayers } from "../stayers.mjs";
import { works } from "../works.mjs";

interface Selection {
  readonly title: string;
  readonly kind: string;
  readonly contenders: string[];
  readonly rows: {
    readonly title: string;
    readonly work?: string;
    readonly contenders?: string[];
    readonly options: { readonly count?: number; readonly burst?: number; readonly paths?: object };
  }[];
}

const all = { isWanted: () => true, contenders: undefined, isQuick: false };
const selection = (options: object): Selection[] => select({ ...all, ...options } as never);
const whole = groups as Selection[];
const known: Record<string, object> = { contenders, stayers };

test("whatever a group names is there", () => {
  for (const { kind, contenders: names, rows } of whole.filter(({ kind }) => kind in known)) {
    for (const { work, contenders: own = [] } of rows) {
      expect(Object.keys(works)).toContain(work);
      expect(Object.keys(known[kind]!)).toEqual(expect.arrayContaining([...names, ...own]));
    }
  }
  const named = whole.flatMap(({ rows }) =>
    rows.flatMap(({ options }) => Object.values(options.paths ?? {})),
  );
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(named));
});

test("a row is found by its group's name and its own; groups without rows are left out", () => {
  const found = selection({ isWanted: (name: string) => name === "Echo: there and back, 16 KiB" });
  expect(found.map(({ title, rows }) => [title, rows.map(({ title }) => title)])).toEqual([
    ["Echo", ["there and back, 16 KiB"]],
  ]);
});

test("whom the others are compared with is always there", () => {
  const [sending] = selection({ contenders: ["gundam"] });
  expect(sending!.contenders).toEqual(["ws", "gundam"]);
  const titles = selection({ contenders: ["undici"] }).map(({ title }) => title);
  expect(titles).toContain("Sending");
  expect(titles).not.toContain("In Chromium");
});

test("a quick round does less, in whole bursts", () => {
  for (const { rows } of selection({ isQuick: true })) {
    for (const { options } of rows) expect((options.count ?? 0) % (options.burst ?? 1)).toBe(0);
  }
  const counts = (groups: Selection[]) => groups[0]!.rows.map(({ options }) => options.count!);
  const full = counts(selection({}));
  expect(counts(selection({ isQuick: true })).every((count, row) => count < full[row]!)).toBe(true);
});

test("what is not there cannot be wanted", () => {
  expect(() => selection({ contenders: ["gundam", "nobody"] })).toThrow(
    "there is no nobody; there are: ws, gundam",
  );
  expect(() => selection({ isWanted: () => false })).toThrow("no row");
});
