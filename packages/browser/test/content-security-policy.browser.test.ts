// A page whose Content-Security-Policy lets no WebSocket open, in a frame of its own.

import { expect, onTestFinished, test } from "vitest";
import { commands } from "vitest/browser";
import type {} from "../../../scripts/vitest-server-commands.ts";

test("what the page's policy forbids is an error that says where to look, and leaves nothing open", async () => {
  const { id, url } = await commands.startServer();
  onTestFinished(() => commands.stopServer(id));
  const source = new URL("../src/index.ts", import.meta.url).href;
  const frame = document.createElement("iframe");
  frame.srcdoc = `
    <meta http-equiv="Content-Security-Policy" content="connect-src 'none'">
    <script type="module">
      import { connect } from ${JSON.stringify(source)};
      const told = [];
      const client = connect({
        url: ${JSON.stringify(url)},
        retry: 0,
        onError: ({ code, message }) => told.push({ code, message }),
        onClose: (code) => parent.postMessage({ told, code }, "*"),
      });
    </script>`;
  const answer = new Promise<MessageEvent>((resolve) => {
    addEventListener("message", (event) => event.source === frame.contentWindow && resolve(event));
  });
  document.body.append(frame);
  onTestFinished(() => frame.remove());
  const { told, code } = (await answer).data;
  expect(code).toBe(1006);
  expect(told[0].code).toBe("ERR_CONNECT");
  expect(told[0].message).toMatch(/Content-Security-Policy.*connect-src/);
  expect((await commands.serverRecord(id)).counts.tcpConnections).toBe(0);
});
