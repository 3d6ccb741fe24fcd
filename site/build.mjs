// Builds the site: `site/dist`, static files for any host. Its pages are made anew each time, in `site/pages`: the docs as
// they stand, with links that lead somewhere in the site, and the reference. The playground is built beside them, by its own
// Vite. `GUNDAM_SITE_URL` says where the site will be found.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "vitepress";
import { docs } from "./docs.mjs";
import { address, pageOf, picturesOf, placeOfPicture, withLinks } from "./links.mjs";
import { root } from "./public-api.mjs";
import { makeReference } from "./reference.mjs";

const site = path.join(root, "site");
const pages = path.join(site, "pages");

rmSync(pages, { recursive: true, force: true });
mkdirSync(path.join(pages, "docs"), { recursive: true });
for (const file of ["README.md", ...docs().flatMap(({ pages }) => pages.map(({ file }) => file))]) {
  const text = readFileSync(path.join(root, file), "utf8");
  writeFileSync(path.join(pages, pageOf(file)), withLinks(text, file));
  for (const picture of picturesOf(text, file)) {
    cpSync(path.join(root, picture), path.join(pages, "public", placeOfPicture(picture)));
  }
}
cpSync(path.join(site, "front.md"), path.join(pages, "index.md"));
cpSync(path.join(root, "playground/public/icon.svg"), path.join(pages, "public/icon.svg"));
await makeReference(path.join(pages, "reference"));
await build(site);
buildPlayground();

function buildPlayground() {
  const playground = path.join(root, "playground");
  const vite = path.join(playground, "node_modules/vite/bin/vite.js");
  const options = ["--outDir", path.join(site, "dist/playground"), "--emptyOutDir"];
  const env = {
    ...process.env,
    GUNDAM_DOCS_URL: "../",
    GUNDAM_PAGE_URL: new URL("playground/", address).href,
  };
  const { status } = spawnSync(process.execPath, [vite, "build", ...options], {
    cwd: playground,
    env,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("the playground could not be built");
}
