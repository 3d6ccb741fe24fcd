// A Vite plugin: the picture that is shown where somebody posts a link to the page. Few of those who show it resolve a
// relative address, so a build for a public host is told the page's: `GUNDAM_PAGE_URL=https://… pnpm build`.

import type { Plugin } from "vite";

/** In public/, from `node scripts/poster.mjs`. */
const picture = {
  path: "poster.png",
  width: 1200,
  height: 630,
  alt: "Four WebSocket clients race under one fault",
};

/** `pageUrl`: where the page will be found; relative without it. */
export function socialCard(pageUrl: string | undefined): Plugin {
  const base = pageUrl === undefined ? undefined : new URL(pageUrl);
  const image = base === undefined ? picture.path : new URL(picture.path, base).href;
  const tags = {
    ...(base && { "og:url": base.href }),
    "og:image": image,
    "og:image:width": String(picture.width),
    "og:image:height": String(picture.height),
    "og:image:alt": picture.alt,
  };
  return {
    name: "gundam:social-card",
    transformIndexHtml: () => [
      ...Object.entries(tags).map(([property, content]) => ({
        tag: "meta",
        attrs: { property, content },
        injectTo: "head" as const,
      })),
      { tag: "meta", attrs: { name: "twitter:image", content: image }, injectTo: "head" as const },
    ],
  };
}
