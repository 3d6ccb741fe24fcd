// What a client is started with: a url, a preset, and the options that were typed over it.

import { Client, type CoreOptions } from "@gundam/core";
import { browserPlatform, endpoints, isGundamError, type OptionError, resilient } from "gundam";
import { type Field, fields, fieldsByPath, readJson, readValue } from "./fields.ts";

export interface Preset {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly lay: (options: CoreOptions) => CoreOptions;
}

export const presets: readonly [Preset, ...Preset[]] = [
  {
    id: "resilient",
    label: "resilient()",
    description: "never gives up, backs off, limits each phase",
    lay: resilient,
  },
  {
    id: "faithful",
    label: "Faithful defaults",
    description: "5 retries, 5 s apart, then it gives up",
    lay: (options) => options,
  },
];

/** What stands in a client's form. */
export interface Draft {
  readonly preset: Preset;
  /** As typed, by the option's path; what was left empty is not there. */
  readonly values: Readonly<Record<string, string>>;
}

export interface Settings extends Draft {
  /** One, or several, one a line. */
  readonly url: string;
}

/** What the library says against a value, and the option that was given it. */
export interface Problem {
  readonly option: string;
  readonly message: string;
}

/** Several urls, one a line, are addresses of one service. */
export function urlsOf(url: string): readonly string[] {
  return url.split(/\s+/).filter((line) => line !== "");
}

function urlOptionOf(url: string): CoreOptions["url"] {
  const urls = urlsOf(url);
  return urls.length > 1 ? endpoints(urls) : url;
}

/** Throws what the library has against a value, where it is made. */
export function optionsOf({ url, preset, values }: Settings): CoreOptions {
  const options: Record<string, unknown> = { url: urlOptionOf(url) };
  for (const [path, typed] of Object.entries(values)) {
    const field = fieldsByPath.get(path);
    if (field !== undefined) set(options, path, readValue(field, typed));
  }
  return preset.lay(options as unknown as CoreOptions);
}

/** What the library says against the settings, of each option by itself; empty when it takes them. */
export function problemsOf(settings: Settings): readonly Problem[] {
  const { url, preset, values } = settings;
  const given = fields.filter(({ path }) => path in values);
  const own = [
    problemOfUrl(url),
    ...given.map(({ path }) => problemOfValue(path, { url: anyUrl, preset, values })),
  ].filter((problem) => problem !== undefined);
  if (own.length > 0) return own;
  // What is wrong with them together.
  const refusal = refusalOf(() => check(optionsOf(settings)));
  return refusal === undefined ? [] : [{ option: refusal.option, message: refusal.message }];
}

/** Stands where the url is of no consequence. */
const anyUrl = "ws://localhost/";

export function problemOfUrl(url: string): Problem | undefined {
  if (urlsOf(url).length === 0) return { option: "url", message: "Type a url" };
  const message = refusalOf(() => check({ url: urlOptionOf(url) }))?.message;
  return message === undefined ? undefined : { option: "url", message };
}

function problemOfValue(path: string, { values, ...others }: Settings): Problem | undefined {
  const alone = { ...others, values: { [path]: values[path]! } };
  const message = refusalOf(() => check(optionsOf(alone)))?.message;
  if (message === undefined) return undefined;
  return { option: path, message: isJson(path, values[path]!) ? message : `${message}: it is no JSON` };
}

/** Whether what was typed can be read, where it is to be JSON. */
function isJson(path: string, typed: string): boolean {
  const { type } = fieldsByPath.get(path)!.control;
  return (type !== "json" && type !== "made") || readJson(typed) !== typed;
}

/** Where a url leads that the library takes: absolute, with `ws:` or `wss:`. */
export function dialed(url: string): string {
  return check({ url }).state.uri;
}

/** Only constructs: that checks, and dials nothing; and it does not warn with each key. */
function check(options: CoreOptions): Client {
  const runtime = { ...browserPlatform.runtime, warn: () => {} };
  return new Client({ ...browserPlatform, runtime }, options);
}

function refusalOf(make: () => unknown): OptionError | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    if (isGundamError(error)) return error as OptionError;
    throw error;
  }
}

/** What an option is when it is left empty, under the preset. */
export function defaultOf(preset: Preset, { path, fallback }: Field): unknown {
  return get(preset.lay({ url: "" }), path) ?? fallback;
}

export function isSame(one: Settings, other: Settings): boolean {
  return keyOf(one) === keyOf(other);
}

function keyOf({ url, preset, values }: Settings): string {
  return JSON.stringify([url, preset.id, Object.entries(values).sort()]);
}

function set(options: Record<string, unknown>, path: string, value: unknown): void {
  const [key, ...others] = path.split(".") as [string, ...string[]];
  if (others.length === 0) options[key] = value;
  else {
    options[key] ??= {};
    set(options[key] as Record<string, unknown>, others.join("."), value);
  }
}

function get(options: object, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], options);
}
