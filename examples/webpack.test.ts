// The README's configuration of webpack. That it does what it is for is proven with the other bundlers.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const config = new URL("webpack.config.mjs", import.meta.url);

test("the README shows the configuration", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  expect(readme).toContain(`\`\`\`js\n${readFileSync(config, "utf8")}\`\`\``);
});
