// A process that has nothing but one client, and lets go of it when the client has come to a moment: it is started, open,
// waiting, or in a phase of connecting.

import { connect } from "../../src/index.ts";

const [url, moment, act, given] = process.argv.slice(2) as [string, string, keyof typeof acts, string];
const client = connect({ url, ...JSON.parse(given) });

const acts = {
  unref: () => client.unref(),
  "unref in between": () => void setTimeout(() => client.unref(), 100),
  "ref again": () => client.unref().ref(),
  "unref and close": () => void client.unref().close(),
  "close and unref": () => {
    void client.close();
    client.unref();
  },
};

function letGo(): void {
  acts[act]();
  console.log(moment);
}

if (moment === "started") letGo();
else if (moment === "open") client.once("connect", letGo);
else if (moment === "waiting") client.once("retry", letGo);
else client.on("phase", ({ phase, type }) => phase === moment && type === "start" && letGo());

process.on("exit", () => console.log(`exit while ${client.phase}`));
