// The program as a page of `/?server=url`: `seen` is what it has seen, and a client stays until the page goes. A page that
// is loaded anew is not old at first.

import * as gundam from "gundam";
import * as websocket from "gundam/websocket";
import { tryOut } from "./program.mjs";

const url = new URLSearchParams(location.search).get("server");

async function run() {
  const seen = await tryOut(gundam, websocket, url);
  globalThis.isOld = true;
  await gundam.connect(gundam.resilient({ url: new URL("?until-pagehide", url) })).ready();
  return seen;
}

globalThis.seen = run();
