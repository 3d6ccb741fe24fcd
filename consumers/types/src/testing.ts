// What @gundam/testing offers the tests of an app on Node.

import { virtualClient, virtualWorld } from "@gundam/testing";
import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { connect, info, type Message } from "gundam";

export async function outage(): Promise<void> {
  const server: EchoServer = await startEchoServer();
  const client = connect({ url: server.url });
  await server.until(({ counts }) => counts.opens === 1);
  server.drop("rst");
  server.refuse(503, { headers: { "Retry-After": "0" }, times: 2 });
  server.push("text");
  // @ts-expect-error: it is no way to drop.
  server.drop("softly");
  await client.close();
  await server.stop();
}

export async function virtual(): Promise<void> {
  const world = virtualWorld(7);
  const client = virtualClient(world, { retry: 1, onMessage: (message: Message) => message.length });
  await world.runtime.advance(5000);
  world.network.last.open({ protocol: "v1" });
  world.network.last.receive(Uint8Array.of(1));
  info(client).messagesReceived.toFixed();
}
