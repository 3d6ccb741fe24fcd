// Where an incident is found: the whole playground with it, and a small page of it alone to be embedded.

/** The page itself, with its settings and its incident, at the view of one connection. */
export function linkTo(page: string): string {
  const url = new URL(page);
  url.searchParams.delete("embed");
  url.hash = "connection";
  return url.href;
}

export const EMBED_WIDTH = 640;
export const EMBED_HEIGHT = 360;

/** As code for another page; `incident`: as text. */
export function embedCode(page: string, incident: string): string {
  const url = new URL(page);
  // An embedded incident has a server of its own.
  for (const key of ["incident", "server", "url", "quiet", "shared"]) url.searchParams.delete(key);
  url.searchParams.set("embed", incident);
  url.hash = "";
  const source = url.href.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<iframe src="${source}" width="${EMBED_WIDTH}" height="${EMBED_HEIGHT}" style="border: 0; max-width: 100%" title="An incident, played by Gundam" loading="lazy"></iframe>`;
}
