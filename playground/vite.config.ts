// Serves the page together with an echo server to break (server-plugin.ts), on loopback only; builds it as static files
// that need no server of ours. Either way from the packages' sources, which need no build of their own.

import { defaultClientConditions, defaultServerConditions, defineConfig, type UserConfig } from "vite";
import { documents } from "./documents.ts";
import { firstViewFirst } from "./first-view.ts";
import { libraryFacts } from "./library-facts.ts";
import { embeddedServer } from "./server-plugin.ts";
import { socialCard } from "./social-card.ts";

const source = "@gundam/source";

const { GUNDAM_ECHO_PORT = "5301", GUNDAM_ECHO_ORIGINS = "", GUNDAM_PAGE_URL, GUNDAM_DOCS_URL } = process.env;

const config: UserConfig = defineConfig({
  base: "./",
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
  server: { host: "127.0.0.1", port: 5173 },
  preview: { host: "127.0.0.1", port: 4173 },
  build: {
    target: "es2022",
    rolldownOptions: {
      output: {
        // A library that somebody asks for by itself, such as a rival in the race, is told apart from what is ours.
        chunkFileNames: ({ isDynamicEntry, moduleIds }) =>
          isDynamicEntry && moduleIds.length > 0 && moduleIds.every((id) => id.includes("/node_modules/"))
            ? "assets/library-[name]-[hash].js"
            : "assets/[name]-[hash].js",
      },
    },
  },
  plugins: [
    libraryFacts(),
    documents(GUNDAM_DOCS_URL),
    firstViewFirst(),
    socialCard(GUNDAM_PAGE_URL),
    embeddedServer({
      port: Number(GUNDAM_ECHO_PORT),
      allowOrigins: GUNDAM_ECHO_ORIGINS.split(" ").filter((origin) => origin !== ""),
    }),
  ],
});

export default config;
