// The contract that every transport keeps, on Node: over TCP and over TLS, compressed and in fragments.

import { describeTransportContract } from "@gundam/testing/contract";
import { nodePlatform } from "../src/index.ts";
import { createTransportDial } from "../src/node-transport.ts";
import { startContractServer as serve } from "./contract-server/contract-server.ts";
import { identity, pem } from "./dialling.ts";

const platform = { ...nodePlatform, dial: createTransportDial() };

describeTransportContract({ name: "node", platform, startServer: () => serve({}) });

describeTransportContract({
  name: "node over TLS",
  platform,
  startServer: () => serve({ tls: identity("server") }),
  options: { tlsOpts: { ca: pem("authority") } },
});

describeTransportContract({
  name: "node with compression",
  platform,
  startServer: () => serve({ perMessageDeflate: true }),
  options: { wsOpts: { compress: { threshold: 10 } } },
});

describeTransportContract({
  name: "node with fragments",
  platform,
  startServer: () => serve({}),
  options: { wsOpts: { maxFrameSize: 10 } },
});
