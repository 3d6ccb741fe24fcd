// One contender, in a process of its own, in any runtime: it does a turn of work when told to, and answers with what that
// cost. `node client.mjs contenders|stayers <contender>`

import { contenders } from "./contenders.mjs";
import { answer, takeOrders } from "./orders.mjs";
import { stayers } from "./stayers.mjs";
import { works } from "./works.mjs";

const [kind, name] = process.argv.slice(2);
try {
  const open = await { contenders, stayers }[kind][name]();
  await takeOrders({ isReady: true }, ({ work, url, options }) => works[work](open, url, options));
} catch (error) {
  answer({ failed: error.message.split("\n")[0] });
}
