// What compiles the components of the examples, for whatever project runs their tests. React's need nothing: Vite itself
// compiles JSX. Svelte's own plugin would change how all else is resolved, too.

import vue from "@vitejs/plugin-vue";
import { compile } from "svelte/compiler";
import type { PluginOption } from "vite";

export const frameworks = (): PluginOption[] => [vue(), svelte];

const svelte: PluginOption = {
  name: "svelte",
  transform: {
    filter: { id: /\.svelte$/ },
    handler: (code, filename, options) =>
      compile(code, { filename, generate: options?.ssr ? "server" : "client" }).js,
  },
};
