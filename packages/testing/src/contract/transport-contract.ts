// The transport contract as tests: what core/src/transport.ts promises, sentence by sentence, against a real server.
// Every adapter runs it. Nothing here is a Node API, so that browsers run it too.

import { afterEach, beforeEach, describe } from "vitest";
import { abandonment } from "./abandonment.ts";
import type { TransportContract } from "./adapter.ts";
import { closingHandshake } from "./closing-handshake.ts";
import { loss } from "./loss.ts";
import { messages } from "./messages.ts";
import { openingHandshake } from "./opening-handshake.ts";
import { Workbench } from "./workbench.ts";

/**
 * Declares the suite for an adapter.
 *
 * @example
 * describeTransportContract({
 *   name: "node",
 *   platform: { ...nodePlatform, dial: createTransportDial() },
 *   startServer: async () => {
 *     const server = await startEchoServer();
 *     return {
 *       url: server.url,
 *       fault: (fault) => applyFault(server, fault),
 *       record: async () => server.record,
 *       stop: () => server.stop(),
 *     };
 *   },
 * });
 */
export function describeTransportContract(contract: TransportContract): void {
  describe(`transport contract of ${contract.name}`, { timeout: 20_000 }, () => {
    const bench = new Workbench(contract);
    beforeEach(() => bench.start());
    afterEach(() => bench.clear());

    describe("opening handshake", () => openingHandshake(bench));
    describe("messages", () => messages(bench));
    describe("loss of an open connection", () => loss(bench));
    describe("closing handshake by us", () => closingHandshake(bench));
    describe("abandon", () => abandonment(bench));
  });
}
