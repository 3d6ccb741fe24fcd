// The code that pages show. Every block of code in README.md, docs/ and their like is a copy of a file that a test runs, or of a region
// of one (`// #region name` … `// #endregion`), which the line before the block names:
//
//     <!-- code: examples/echo.mjs#connect -->
//
// `node scripts/doc-code.mjs --write` copies anew; without it, what is wrong is listed, and a test fails.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file) => readFileSync(path.join(root, file), "utf8");

/** Languages of blocks that run. Shell and outputs are to be read. */
const languages = ["js", "mjs", "cjs", "jsx", "ts", "tsx", "vue", "svelte", "html", "nginx", "haproxy"];
const block = new RegExp(`^(.*)\n\`\`\`(${languages.join("|")})\n([\\s\\S]*?)^\`\`\`$`, "gm");
/** Blocks of any language. */
const fences = /^```[\s\S]*?^```$/gm;
const mark = /^<!-- code: ([^\s#]+)(?:#([\w-]+))? -->$/;

/** The pages of which all code is held to files. */
export function pages() {
  const docs = readdirSync(path.join(root, "docs")).filter((file) => file.endsWith(".md"));
  const packages = under("packages").map((name) => `packages/${name}/README.md`);
  return [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    ...docs.map((file) => `docs/${file}`),
    ...packages.filter((file) => existsSync(path.join(root, file))),
  ];
}

/** The blocks of a page: where each stands, what it shows, and the file and region that it is a copy of. */
export function blocksOf(text) {
  return [...text.matchAll(block)].map(({ index, 0: whole, 1: before, 3: shown }) => {
    const [, file, region] = before.match(mark) ?? [];
    return { line: text.slice(0, index).split("\n").length + 1, whole, shown, file, region };
  });
}

/** What a block has to show. */
export function codeOf(file, region) {
  const text = read(file);
  if (region === undefined) return text;
  const lines = text.split("\n");
  const begin = lines.findIndex((line) => line.trim().endsWith(`#region ${region}`));
  if (begin < 0) throw new Error(`${file} has no region ${region}`);
  const length = lines.slice(begin).findIndex((line) => line.includes("#endregion"));
  const inside = lines.slice(begin + 1, begin + length);
  const indent = Math.min(...inside.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return `${inside
    .map((line) => line.slice(indent))
    .join("\n")
    .trim()}\n`;
}

/** What is wrong with a page's code, a line for each block. */
export function problemsOf(page) {
  return blocksOf(read(page)).flatMap(({ line, shown, file, region }) => {
    const problem = (text) => [`${page}:${line}: ${text}`];
    if (file === undefined) return problem("names no file by <!-- code: … -->");
    if (!existsSync(path.join(root, file))) return problem(`${file} is not there`);
    if (!isRun(file)) return problem(`no test names ${file}`);
    return codeOf(file, region) === shown ? [] : problem(`is no longer ${file}: --write`);
  });
}

/** Where the tests are that run examples. */
const isTest = /\.(test|spec|test-d)\.tsx?$/;
const tested = [
  "examples",
  "docs",
  "e2e/tests",
  "playground/test",
  ...under("packages").map((name) => `packages/${name}/test`),
];
let tests;

/** An example is a test, or a test names it, by its file's name; the folders of consumers are run by scripts of their own. */
function isRun(file) {
  if (isTest.test(file) && tested.some((folder) => file.startsWith(`${folder}/`))) return true;
  tests ??= [
    ...tested.flatMap((folder) => under(folder, { recursive: true }).map((name) => `${folder}/${name}`)),
    ...under("scripts", { recursive: true })
      .filter((name) => name.startsWith("consumers"))
      .map((name) => `scripts/${name}`),
  ]
    .filter(
      (name) => (isTest.test(name) || /^scripts\/.*\.mjs$/.test(name)) && !name.includes("node_modules"),
    )
    .map(read)
    .join("\n");
  const [folder, consumer] = file.split("/");
  return tests.includes(folder === "consumers" ? consumer : path.basename(file));
}

function under(folder, options) {
  return existsSync(path.join(root, folder)) ? readdirSync(path.join(root, folder), options) : [];
}

/** Links of a page that lead to no file, or to no heading of it. */
export function deadLinksOf(page) {
  const prose = read(page)
    .replace(fences, "")
    .replace(/`[^`\n]*`/g, "");
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g), ...prose.matchAll(/(?:href|src)="([^"]+)"/g)].map(
    ([, to]) => to,
  );
  return links
    .filter((to) => {
      const ours = fileOf(to);
      return ours === undefined ? !/^[a-z]+:/.test(to) && !leads(page, to) : !leads("README.md", ours);
    })
    .map((to) => `${page}: ${to} leads nowhere`);
}

/** What an address of the repository, or of the docs' site, shows: packages' pages are read far from both. */
function fileOf(address) {
  const [, file] = /^https:\/\/github\.com\/gundam-js\/gundam\/(?:blob|tree)\/main\/(.+)/.exec(address) ?? [];
  const [, page, rest] = /^https:\/\/gundam-js\.github\.io\/gundam\/(docs\/.+)\.html(.*)/.exec(address) ?? [];
  return page === undefined ? file : `${page}.md${rest}`;
}

function leads(page, to) {
  const [, where, anchor] = to.match(/^([^#?]*)(?:\?[^#]*)?(?:#(.*))?$/);
  const file = where === "" ? page : path.join(path.dirname(page), where);
  if (!existsSync(path.join(root, file))) return false;
  return anchor === undefined || !file.endsWith(".md") || headingsOf(read(file)).includes(anchor);
}

/** The anchors of a page's headings, as GitHub makes them. */
function headingsOf(text) {
  const titles = [...text.replace(fences, "").matchAll(/^#+ (.+)$/gm)].map(([, title]) => title);
  const seen = new Map();
  return titles.map((title) => {
    const anchor = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-");
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
}

function rewrite(page) {
  const text = read(page).replace(block, (whole, before, language) => {
    const [, file, region] = before.match(mark) ?? [];
    return file === undefined ? whole : `${before}\n\`\`\`${language}\n${codeOf(file, region)}\`\`\``;
  });
  writeFileSync(path.join(root, page), text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--write")) pages().forEach(rewrite);
  const problems = pages().flatMap((page) => [...problemsOf(page), ...deadLinksOf(page)]);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
