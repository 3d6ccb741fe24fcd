// The pages of docs/, in the order of the sidebar.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./public-api.mjs";

const groups = {
  Start: ["getting-started", "typescript", "react", "vue", "svelte", "bundling", "cdn"],
  "Sending and receiving": ["messages", "validation", "delivery", "resubscribing"],
  "Staying connected": ["retry", "keepalive", "dead-peers", "page", "gateways"],
  "Getting in": ["authentication", "proxies-and-tls"],
  "In production": ["production", "options", "errors", "security", "runtimes"],
  Testing: ["testing"],
  "Coming from elsewhere": ["migrating", "comparison", "websocket", "differences", "behaviour"],
  "The project": ["promises", "releases"],
};

/** By group, the files that there are and their titles; what no group names stands in the last one. */
export function docs() {
  const there = readdirSync(path.join(root, "docs"))
    .filter((file) => file.endsWith(".md"))
    .map((file) => file.slice(0, -".md".length));
  const listed = Object.values(groups).flat();
  const all = { ...groups, More: there.filter((name) => !listed.includes(name)) };
  return Object.entries(all)
    .map(([group, names]) => ({ group, pages: names.filter((name) => there.includes(name)).map(pageNamed) }))
    .filter(({ pages }) => pages.length > 0);
}

function pageNamed(name) {
  const file = `docs/${name}.md`;
  const [, title] = /^# (.+)$/m.exec(readFileSync(path.join(root, file), "utf8"));
  return { file, title };
}
