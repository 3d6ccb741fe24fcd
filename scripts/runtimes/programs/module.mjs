// The program as an ES module: `module.mjs url` prints what it has seen.

import * as gundam from "gundam";
import * as websocket from "gundam/websocket";
import { tryOut } from "./program.mjs";

console.log(JSON.stringify(await tryOut(gundam, websocket, process.argv[2])));
