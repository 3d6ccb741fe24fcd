// Every option proved on Node.

import { nodePlatform } from "@gundam/node";
import { applyFault, startEchoServer } from "@gundam/testing/server";
import { connect } from "../../src/node.ts";
import { everywhere } from "./everywhere.ts";
import { onNode } from "./on-node.ts";
import { describeProofs } from "./proof.ts";

describeProofs({
  connect,
  proofs: [...everywhere, ...onNode],
  declarations: nodePlatform.declarations,
  async startServer(options) {
    // Some look up names of their own.
    const server = await startEchoServer({ allowOrigins: ["*"], ...options });
    return {
      url: server.url,
      fault: (fault) => applyFault(server, fault),
      record: async () => server.record,
      stop: () => server.stop(),
    };
  },
});
