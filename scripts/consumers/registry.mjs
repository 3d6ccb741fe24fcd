// A registry on loopback, so that `npm install gundam` means the packages of this workspace: it has their tarballs, and
// leads to the usual registry for all others.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

/**
 * @param tarballs the path of each package's tarball, by its name
 * @returns its url, and how to stop it
 */
export async function startRegistry(tarballs) {
  const upstream = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();
  const server = createServer((request, response) => {
    const name = decodeURIComponent(request.url.slice(1));
    // A tarball of yesterday's has the same url.
    response.setHeader("Cache-Control", "no-store");
    if (tarballs.has(name)) {
      const packument = packumentOf(name, tarballs.get(name), `${url}tarballs/${name}`);
      return response.setHeader("Content-Type", "application/json").end(JSON.stringify(packument));
    }
    const packed = tarballs.get(name.replace("tarballs/", ""));
    if (packed !== undefined) return response.end(readFileSync(packed));
    response.writeHead(307, { Location: new URL(request.url.slice(1), upstream).href }).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}/`;
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  return { url, stop };
}

function packumentOf(name, tarball, url) {
  const manifest = JSON.parse(
    execFileSync("tar", ["-xOzf", tarball, "package/package.json"], { encoding: "utf8" }),
  );
  const integrity = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
  const { version } = manifest;
  return {
    name,
    "dist-tags": { latest: version },
    versions: { [version]: { ...manifest, dist: { tarball: url, integrity } } },
  };
}
