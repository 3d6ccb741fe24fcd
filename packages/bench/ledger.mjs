// Where the bytes of a page come from, module by module and function by function: minified, and what the page would pay less, gzipped, without
// the module. Only the second is a price: gzip has seen most of a module's words elsewhere.

import { parseSync } from "vite";
import { gzipped, measure, textOf } from "./bundle.mjs";

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

/**
 * What each function, class and larger value of a program costs: what its bundle would weigh less, gzipped, without the
 * text. Its names are whole, as they are in no page, so that one can read whose it is: prices come out somewhat higher.
 * @returns {Promise<[name: string, gzip: number][]>} the dearest first
 */
export async function functionsOf(program) {
  const text = await textOf(program);
  const whole = await gzipped(text);
  const rows = namedIn(parseSync("bundle.js", text).program, text)
    .filter(({ start, end }) => end - start >= SLIGHT)
    .map(async ({ name, start, end }) => [
      name,
      whole - (await gzipped(text.slice(0, start) + text.slice(end))),
    ]);
  return (await Promise.all(rows)).sort(([, a], [, b]) => b - a);
}

/** What has a name at the top of a bundle, and the methods of its classes: "Driver", "Driver.ready". */
function namedIn({ body }, text) {
  const textOf = ({ start, end }) => text.slice(start, end);
  return body.flatMap((node) => {
    if (node.type === "FunctionDeclaration") return { ...node, name: node.id.name };
    const declared = node.type === "VariableDeclaration" ? node.declarations : [];
    return declared.flatMap(({ id, init, start, end }) => {
      const members = init?.type === "ClassExpression" ? init.body.body : [];
      const methods = members.filter(({ type }) => type === "MethodDefinition");
      return [
        { name: textOf(id), start, end },
        ...methods.map((method) => ({ ...method, name: `${textOf(id)}.${textOf(method.key)}` })),
      ];
    });
  });
}
