// The settings and the incident in the page's address, short and readable, so that a link reproduces them:
// `?preset=resilient&wsOpts.closingTimeout=2000&incident=0:drop,3000:behave`, and for the second client the same behind `b.`.

import type { ServerChoice } from "./server/server-choice.ts";
import { fieldsByPath } from "./settings/fields.ts";
import { type Draft, presets } from "./settings/settings.ts";

export interface Asked {
  /** Undefined: the page's own choice. */
  readonly server: ServerChoice | undefined;
  /** Of any server. */
  readonly url: string;
  readonly isComparing: boolean;
  /** Nothing is sent until it is asked for. */
  readonly isQuiet: boolean;
  readonly drafts: readonly [Draft, Draft];
  /** As text; empty when there is none. */
  readonly incident: string;
}

const servers: readonly ServerChoice[] = ["embedded", "in-page", "any"];
/** Of the second client's settings. */
const second = "b.";

export function readAddress(search: string): Asked {
  const query = new URLSearchParams(search);
  const url = query.get("url") ?? "";
  const server = servers.find((choice) => choice === query.get("server")) ?? (url === "" ? undefined : "any");
  return {
    server,
    url,
    isComparing: query.has("two"),
    isQuiet: query.has("quiet"),
    drafts: [readDraft(query, ""), readDraft(query, second)],
    incident: query.get("incident") ?? "",
  };
}

/** Keeps what is none of these. */
export function writeAddress({ server, url, isComparing, drafts, incident }: Omit<Asked, "isQuiet">): void {
  const query = new URLSearchParams(location.search);
  for (const key of [...query.keys()]) if (isOurs(key)) query.delete(key);
  if (server === "any" && url !== "") query.set("url", url);
  else if (server !== undefined) query.set("server", server);
  writeDraft(query, "", drafts[0]);
  if (isComparing) {
    query.set("two", "");
    writeDraft(query, second, drafts[1]);
  }
  if (incident !== "") query.set("incident", incident);
  history.replaceState(null, "", `${location.pathname}${searchOf(query)}${location.hash}`);
}

/** As an address has it, but as easy to read as may be. */
export function searchOf(query: URLSearchParams): string {
  const search = [...query]
    .map(([key, value]) => (value === "" ? key : `${key}=${readable(value)}`))
    .join("&");
  return search && `?${search}`;
}

function readDraft(query: URLSearchParams, prefix: string): Draft {
  const preset = presets.find(({ id }) => id === query.get(`${prefix}preset`)) ?? presets[0];
  const values: Record<string, string> = {};
  for (const path of fieldsByPath.keys()) {
    const value = query.get(prefix + path);
    if (value !== null) values[path] = value;
  }
  return { preset, values };
}

function writeDraft(query: URLSearchParams, prefix: string, { preset, values }: Draft): void {
  if (preset !== presets[0]) query.set(`${prefix}preset`, preset.id);
  for (const [path, value] of Object.entries(values)) query.set(prefix + path, value);
}

function isOurs(key: string): boolean {
  const own = key.startsWith(second) ? key.slice(second.length) : key;
  return ["server", "url", "two", "preset", "incident"].includes(own) || fieldsByPath.has(own);
}

/** Encoded, but for what may stand in a query as it is and is easier to read so. */
function readable(value: string): string {
  return encodeURIComponent(value).replace(/%(3A|2F|2C|3D|40)/g, (encoded) => decodeURIComponent(encoded));
}
