import { commands } from "vitest/browser";
import type {} from "../../../../scripts/vitest-server-commands.ts";
import { connect, handover } from "../../src/browser.ts";
import { describeNumberedStream, type NumberedStreamSuite } from "./numbered-stream.ts";

describeNumberedStream({
  connect: connect as unknown as NumberedStreamSuite["connect"],
  handover,
  isNode: false,
  async startServer() {
    const { id, url } = await commands.startNumberedServer();
    return {
      url,
      fault: (fault) => commands.fault(id, fault),
      strike: (strike) => commands.strikeNumberedServer(id, strike),
      finish: () => commands.finishNumberedServer(id),
      recordOf: (name) => commands.numberedServerRecord(id, name),
      closes: async () => (await commands.serverRecord(id)).closes,
      stop: () => commands.stopServer(id),
    };
  },
});
