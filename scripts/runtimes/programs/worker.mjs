// The program as a worker of workerd: a request for `/?server=url` is answered by what it has seen.

import * as gundam from "gundam";
import * as websocket from "gundam/websocket";
import { tryOut } from "./program.mjs";

export default {
  async fetch(request) {
    const { searchParams } = new URL(request.url);
    return Response.json(await tryOut(gundam, websocket, searchParams.get("server")));
  },
};
