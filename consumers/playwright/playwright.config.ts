import { defineConfig } from "@playwright/test";

const { PORT = "5173", LAUNCH_OPTIONS = "{}" } = process.env;

export default defineConfig({
  testMatch: "*.spec.ts",
  use: { baseURL: `http://localhost:${PORT}`, launchOptions: JSON.parse(LAUNCH_OPTIONS) },
  webServer: { command: `npx vite --port ${PORT} --strictPort`, url: `http://localhost:${PORT}` },
});
