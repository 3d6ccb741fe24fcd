// The settings as the code that does the same: it runs as it is, and says so when it does not connect.

import type { ServerChoice } from "../server/server-choice.ts";
import { type Field, fieldsByPath, readJson, readValue } from "./fields.ts";
import { type Draft, dialed, problemOfUrl, type Settings, urlsOf } from "./settings.ts";

/** What of a server in the page is like it outside: an echo server that one command starts. */
const standIn = {
  command: "npx -p @gundam/testing gundam-echo-server --port 5301",
  url: "ws://127.0.0.1:5301/",
};

/** What is told of a connection: that there is one, what comes, why there is none, and that there will be none. */
const callbacks = [
  'onConnect: () => console.log("connected"),',
  'onMessage: (message) => console.log("received", message),',
  "onError: (error) => console.error(error.message),",
  'onClose: (code, reason) => console.log("closed", code, reason),',
];

export function snippetOf(settings: Settings, server: ServerChoice): string {
  const { functions, before, lines, after } = optionsCode(settings, addressOf(settings.url, server));
  const names = [...functions, "connect"].sort();
  return [
    ...aboutServer[server],
    `import { ${names.join(", ")} } from "gundam";`,
    "",
    `const client = connect(${before}`,
    ...[...lines, ...callbacks].map((line) => `  ${line}`),
    `${after});`,
    // What any other server makes of it nobody knows.
    ...(server === "any" ? [] : ['client.send("hello");']),
  ].join("\n");
}

/** The options as code: a line each, what stands around them, and the library's functions that they call. */
export interface OptionsCode {
  readonly functions: readonly string[];
  readonly before: string;
  readonly lines: readonly string[];
  readonly after: string;
}

/** `url`: as code. */
export function optionsCode({ preset, values }: Draft, url: string): OptionsCode {
  const entries: [path: string, code: string][] = [["url", url]];
  for (const [path, typed] of Object.entries(values)) {
    const field = fieldsByPath.get(path);
    if (field !== undefined) entries.push([path, codeOf(field, typed)]);
  }
  const isWrapped = preset.id === "resilient";
  const functions = ["backoff", "endpoints", "heartbeat", "json"].filter((name) =>
    entries.some(([, code]) => code.startsWith(`${name}(`)),
  );
  return {
    functions: isWrapped ? [...functions, "resilient"] : functions,
    before: isWrapped ? "resilient({" : "{",
    lines: nest(entries),
    after: isWrapped ? "})" : "}",
  };
}

const aboutServer: Readonly<Record<ServerChoice, readonly string[]>> = {
  embedded: ["// Echoes while the playground's page is open."],
  "in-page": ["// Echoes while this runs:", `// ${standIn.command}`],
  any: [],
};

/** As it is dialled, for a relative url has no meaning elsewhere. */
function addressOf(url: string, server: ServerChoice): string {
  if (server === "in-page") return JSON.stringify(standIn.url);
  const isWrong = problemOfUrl(url) !== undefined;
  const urls = urlsOf(url).map((each) => (isWrong ? each : dialed(each)));
  return urls.length > 1 ? `endpoints(${inCode(urls)})` : JSON.stringify(urls[0] ?? "");
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
