// The contract that every transport keeps, on Node: over TCP and over TLS.

import { describeTransportContract } from "@gundam/testing/contract";
import { applyFault, type EchoServerOptions, startEchoServer } from "@gundam/testing/server";
import { nodePlatform } from "../src/index.ts";
import { createTransportDial } from "../src/node-transport.ts";
import { identity, pem } from "./dialling.ts";

const platform = { ...nodePlatform, dial: createTransportDial() };

describeTransportContract({ name: "node", platform, startServer: () => serve({}) });

describeTransportContract({
  name: "node over TLS",
  platform,
  startServer: () => serve({ tls: identity("server") }),
  options: { tlsOpts: { ca: pem("authority") } },
});

async function serve(options: EchoServerOptions) {
  const server = await startEchoServer(options);
  return {
    url: server.url,
    fault: (fault: Parameters<typeof applyFault>[1]) => applyFault(server, fault),
    record: async () => server.record,
    stop: () => server.stop(),
  };
}
