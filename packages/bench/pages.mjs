// What pages use of gundam, and how much each may weigh: size-limits.json. A page that stands `beside` another one is
// priced by what it adds to it.

import { readFileSync } from "node:fs";
import path from "node:path";
import { measure } from "./bundle.mjs";

export const packings = ["gzip", "brotli"];

/** `{ page, program, beside?, gzip, brotli }`, the limits in bytes. */
export const pages = JSON.parse(readFileSync(path.join(import.meta.dirname, "size-limits.json"), "utf8"));

export function pageOf(name) {
  const found = pages.find(({ page }) => page === name);
  if (found === undefined) {
    throw new Error(`there is no page ${name}; there are: ${pages.map(({ page }) => page).join("; ")}`);
  }
  return found;
}

/** What each page pays: its name → `{ gzip, brotli }`, in bytes. */
export async function measurePages() {
  const measured = pages.map(async ({ page, program }) => [page, await measure(program, { packings })]);
  const weights = Object.fromEntries(await Promise.all(measured));
  return Object.fromEntries(
    pages.map(({ page, beside }) => [
      page,
      Object.fromEntries(
        packings.map((packing) => [packing, weights[page][packing] - (weights[beside]?.[packing] ?? 0)]),
      ),
    ]),
  );
}

/** What to tell of a page that weighs more than it may: a sentence for each packing. `stated`: in ARCHITECTURE.md. */
export function overLimit({ page, ...limits }, weight, stated) {
  return packings
    .filter((packing) => weight[packing] > limits[packing])
    .map(
      (packing) =>
        `${page} weighs ${weight[packing]} B (${packing}), ${weight[packing] - limits[packing]} B over its limit of ` +
        `${limits[packing]} B in packages/bench/size-limits.json; ARCHITECTURE.md has it at ${stated[packing]} B.\n` +
        `Where the bytes are: node packages/bench/sizes.mjs --ledger "${page}", and with ` +
        "--against <checkout of the commit before>: which modules have grown.",
    );
}
