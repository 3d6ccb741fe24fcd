// Where the bytes of a page come from, module by module: minified, and what the page would pay less, gzipped, without
// the module. Only the second is a price: gzip has seen most of a module's words elsewhere.

import { measure } from "./bundle.mjs";

/** Smaller modules are not told, nor smaller differences: another zlib packs a little differently. */
export const SLIGHT = 50;

/**
 * The ledger of a program, the largest module first: name → `{ minified, gzip, along }`. `along`: the modules that
 * leave with it, for nobody else in the program imports them; `gzip` has them in.
 */
export async function ledgerOf(program, options = {}) {
  const whole = await measure(program, options);
  const rows = Object.entries(whole.modules)
    .filter(([, { minified }]) => minified >= SLIGHT)
    .sort(([, a], [, b]) => b.minified - a.minified)
    .map(async ([name, { minified, files }]) => {
      const rest = await measure(program, { ...options, without: files });
      const along = Object.keys(whole.modules).filter((other) => other !== name && !(other in rest.modules));
      return [name, { minified, gzip: whole.gzip - rest.gzip, along: along.sort() }];
    });
  return Object.fromEntries(await Promise.all(rows));
}

/** What a program weighs here and in another checkout, and the modules that differ, minified, the most grown first. */
export async function differencesOf(program, checkout) {
  const [here, there] = await Promise.all([measure(program), measure(program, { checkout })]);
  const bytes = ({ modules }, name) => modules[name]?.minified ?? 0;
  const modules = [...new Set([...Object.keys(here.modules), ...Object.keys(there.modules)])]
    .map((name) => [name, { there: bytes(there, name), here: bytes(here, name) }])
    .filter(([, { there, here }]) => here !== there)
    .sort(([, a], [, b]) => b.here - b.there - (a.here - a.there));
  return { there: there.gzip, here: here.gzip, modules: Object.fromEntries(modules) };
}
