// The program as a page of `/?server=url`: `seen` is what it has seen, and a client stays until the page goes.

import * as gundam from "gundam";
import * as websocket from "gundam/websocket";
import { tryOut } from "./program.mjs";

const url = new URLSearchParams(location.search).get("server");

async function run() {
  const seen = await tryOut(gundam, websocket, url);
  await gundam.connect(gundam.resilient({ url: new URL("?until-pagehide", url) })).ready();
  return seen;
}

globalThis.seen = run();
