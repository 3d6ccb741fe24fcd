// The browser transport over `ws`, which is what isomorphic-ws gives to bundles that are not for browsers. The process
// must survive what `ws` throws when an error has no handler.

import { describeTransportContract } from "@gundam/testing/contract";
import { applyFault, startEchoServer } from "@gundam/testing/server";
import { browserPlatform } from "../src/index.ts";

describeTransportContract({
  name: "the browser platform over ws",
  platform: browserPlatform,
  startServer: async () => {
    const server = await startEchoServer();
    return {
      url: server.url,
      fault: (fault) => applyFault(server, fault),
      record: async () => server.record,
      stop: () => server.stop(),
    };
  },
  capabilities: {
    showsResponse: false,
    showsCloseFrame: false,
    showsViolations: false,
    pings: false,
    pauses: false,
  },
});
