// The program as CommonJS: `common.cjs url` prints what it has seen.

const gundam = require("gundam");
const websocket = require("gundam/websocket");

import("./program.mjs")
  .then(({ tryOut }) => tryOut(gundam, websocket, process.argv[2]))
  .then((seen) => console.log(JSON.stringify(seen)));
