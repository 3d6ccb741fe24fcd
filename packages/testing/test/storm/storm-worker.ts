// A worker that is posted the options of a storm, and posts its reports.

import { runStorm } from "@gundam/testing/storm";

addEventListener("message", async ({ data }) => {
  for await (const report of runStorm(data)) postMessage(report);
});
