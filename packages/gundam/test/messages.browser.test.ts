import { expect, test } from "vitest";
import { connect, messages } from "../src/browser.ts";
import { describeMessages, type MessagesSuite } from "./messages.ts";
import { startServerBehindCommands } from "./suite-servers/browser-server.ts";

describeMessages({
  connect: connect as unknown as MessagesSuite["connect"],
  isNode: false,
  startServer: startServerBehindCommands,
});

test("a Blob is sent in order, and waits in the queue like any message", async () => {
  const server = await startServerBehindCommands();
  const client = connect({ url: server.url });
  const reader = messages(client);
  client.send("before");
  client.send(new Blob(["a ", "blob"]));
  expect(client.bufferedAmount).toBe("before".length + "a blob".length);
  client.send("after");
  const seen = [await reader.next(), await reader.next(), await reader.next()];
  expect(seen.map(({ value }) => value)).toEqual(["before", new TextEncoder().encode("a blob"), "after"]);
  client.send(new Blob(["at once"]));
  expect((await reader.next()).value).toEqual(new TextEncoder().encode("at once"));
  await client.close();
  await server.stop();
});
