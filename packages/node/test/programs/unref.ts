// A process that has nothing but one client, and lets go of it when the client has come to a moment.

import { connect } from "../../src/index.ts";

const [url, moment, act, given] = process.argv.slice(2) as [string, string, "unref" | "ref again", string];
const client = connect({ url, ...JSON.parse(given) });

function letGo(): void {
  client.unref();
  if (act === "ref again") client.ref();
  console.log(moment);
}

if (moment === "started") letGo();
else if (moment === "open") client.once("connect", letGo);
else if (moment === "waiting") client.once("retry", letGo);
else if (moment === "connecting")
  client.on("phase", ({ phase, type }) => phase === "upgrade" && type === "start" && letGo());

process.on("exit", () => console.log(`exit while ${client.phase}`));
