// Where an incident is found: the whole playground with it, and a small page of it alone, to be embedded.

import { searchOf } from "../address.ts";

/** px. */
const EMBED_WIDTH = 640;
const EMBED_HEIGHT = 360;

/** The playground with the settings and the server that the address asks for, and an incident, as text. */
export function playgroundLink({ origin, pathname, search }: Location, incident: string): string {
  const query = new URLSearchParams(search);
  query.delete("embed");
  query.set("incident", incident);
  return `${origin}${pathname}${searchOf(query)}#connection`;
}

/** An incident, as text, as the code that embeds it into another page, with the settings that the address asks for. */
export function embedCode({ origin, pathname, search }: Location, incident: string): string {
  const query = new URLSearchParams(search);
  // It has one client, and a server of its own.
  for (const key of [...query.keys()]) if (elsewhere.test(key)) query.delete(key);
  query.set("embed", incident);
  const source = `${origin}${pathname}${searchOf(query)}`.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<iframe src="${source}" width="${EMBED_WIDTH}" height="${EMBED_HEIGHT}" style="border: 0; max-width: 100%" title="An incident, and what becomes of a WebSocket client" loading="lazy"></iframe>`;
}

const elsewhere = /^(incident|server|url|two|quiet|shared|b\..*)$/;
