import { expect, test } from "vitest";
import { commands } from "vitest/browser";
import type {} from "../../../scripts/vitest-server-commands.ts";
import { connect } from "../src/browser.ts";
import { describeMessages, type MessagesSuite } from "./messages.ts";

const startServer = async () => {
  const { id, url } = await commands.startServer();
  return {
    url,
    fault: (fault: Parameters<typeof commands.fault>[1]) => commands.fault(id, fault),
    stop: () => commands.stopServer(id),
  };
};

describeMessages({
  connect: connect as unknown as MessagesSuite["connect"],
  isNode: false,
  startServer,
});

test("a Blob is sent in order, and waits in the queue like any message", async () => {
  const server = await startServer();
  const client = connect({ url: server.url });
  const messages = client[Symbol.asyncIterator]();
  client.send("before");
  client.send(new Blob(["a ", "blob"]));
  expect(client.bufferedAmount).toBe("before".length + "a blob".length);
  client.send("after");
  const seen = [await messages.next(), await messages.next(), await messages.next()];
  expect(seen.map(({ value }) => value)).toEqual(["before", new TextEncoder().encode("a blob"), "after"]);
  client.send(new Blob(["at once"]));
  expect((await messages.next()).value).toEqual(new TextEncoder().encode("at once"));
  await client.close();
  await server.stop();
});
