// The playground's dev server, deaf to changes of its files: an edit while tests run must not reload their pages.

import { defineConfig, mergeConfig } from "vite";
import playground from "../playground/vite.config.ts";

export default defineConfig(
  mergeConfig(playground, {
    cacheDir: "../e2e/node_modules/.vite",
    server: { hmr: false, watch: null },
  }),
);
