// The settings as the code that does the same.

import { type Field, fieldsByPath, readJson, readValue } from "./fields.ts";
import { type Settings, urlsOf } from "./settings.ts";

export function snippetOf({ url, preset, values }: Settings): string {
  const urls = urlsOf(url);
  const address = urls.length > 1 ? `endpoints(${inCode(urls)})` : JSON.stringify(url);
  const entries: [path: string, code: string][] = [["url", address]];
  for (const [path, typed] of Object.entries(values)) {
    const field = fieldsByPath.get(path);
    if (field !== undefined) entries.push([path, codeOf(field, typed)]);
  }
  const body = nest(entries).map((line) => `  ${line}`);
  body.push("  onMessage: (message) => console.log(message),");
  const wrapped = preset.id === "resilient";
  const functions = ["backoff", "endpoints", "heartbeat", "json"];
  const used = functions.filter((name) => entries.some(([, code]) => code.startsWith(`${name}(`)));
  const names = [...used, "connect", ...(wrapped ? ["resilient"] : [])].sort();
  return [
    `import { ${names.join(", ")} } from "gundam";`,
    "",
    `const client = connect(${wrapped ? "resilient(" : ""}{`,
    ...body,
    `}${wrapped ? ")" : ""});`,
  ].join("\n");
}

function codeOf(field: Field, typed: string): string {
  const { control } = field;
  if (control.type === "made") return `${control.maker.name}(${inCode(readJson(typed))})`;
  const value = readValue(field, typed);
  if (control.type === "choice" && typeof value !== "string") return typed;
  return typeof value === "number" ? String(value) : inCode(value);
}

/** JSON, but with keys as people write them. */
function inCode(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? String(value);
  if (Array.isArray(value)) return `[${value.map(inCode).join(", ")}]`;
  const pairs = Object.entries(value).map(([key, part]) => `${inKey(key)}: ${inCode(part)}`);
  return `{ ${pairs.join(", ")} }`;
}

function inKey(key: string): string {
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key) ? key : JSON.stringify(key);
}

/** Code by the option's name, or that of a group's options. */
type Tree = Map<string, string | Tree>;

/** One line an option; the options of a group together. */
function nest(entries: readonly [path: string, code: string][]): string[] {
  const tree: Tree = new Map();
  for (const [path, code] of entries) plant(tree, path.split("."), code);
  return [...tree].map(([name, part]) => `${name}: ${inLine(part)},`);
}

function plant(tree: Tree, [key, ...others]: readonly string[], code: string): void {
  if (others.length === 0) return void tree.set(key!, code);
  const group = tree.get(key!) ?? new Map();
  tree.set(key!, group);
  plant(group as Tree, others, code);
}

function inLine(part: string | Tree): string {
  if (typeof part === "string") return part;
  return `{ ${[...part].map(([name, each]) => `${name}: ${inLine(each)}`).join(", ")} }`;
}
