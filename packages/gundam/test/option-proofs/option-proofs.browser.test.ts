// Every option proved in browsers.

import { browserPlatform } from "@gundam/browser";
import { commands } from "vitest/browser";
import type {} from "../../../../scripts/vitest-server-commands.ts";
import { connect } from "../../src/browser.ts";
import { everywhere } from "./everywhere.ts";
import { inBrowsers } from "./in-browsers.ts";
import { describeProofs, type ProofSuite } from "./proof.ts";

describeProofs({
  connect: connect as unknown as ProofSuite["connect"],
  proofs: [...everywhere, ...inBrowsers],
  declarations: browserPlatform.declarations,
  async startServer(options) {
    const { id, url } = await commands.startServer(options);
    return {
      url,
      fault: (fault) => commands.fault(id, fault),
      record: () => commands.serverRecord(id),
      stop: () => commands.stopServer(id),
    };
  },
});
