// On a server the components are rendered, and nothing is dialled.

import { renderToString } from "react-dom/server";
import { render } from "svelte/server";
import { afterAll, expect, test } from "vitest";
import { createSSRApp } from "vue";
import { renderToString as renderVue } from "vue/server-renderer";
import { feed } from "./feed.ts";
import { LiveFeed as FeedOfReact } from "./react/LiveFeed.tsx";
import FeedOfSvelte from "./svelte/LiveFeed.svelte";
import FeedOfVue from "./vue/LiveFeed.vue";

afterAll(() => feed.terminate());

test.each<[string, () => string | Promise<string>]>([
  ["React", () => renderToString(<FeedOfReact />)],
  ["Vue", () => renderVue(createSSRApp(FeedOfVue))],
  ["Svelte", () => render(FeedOfSvelte).body],
])("%s", async (_, rendered) => {
  const text = (await rendered()).replace(/<!--.*?-->|<.*?>/g, "");
  expect(text.trim()).toBe("idle:  Say hello");
  expect(feed.phase).toBe("idle");
});
