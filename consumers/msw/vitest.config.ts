import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["browser"] },
  test: {
    environment: "jsdom",
    server: { deps: { inline: [/gundam/] } },
  },
});
