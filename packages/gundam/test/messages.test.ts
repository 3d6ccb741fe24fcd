import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { connect, info } from "../src/node.ts";
import { describeMessages } from "./messages.ts";
import { startNodeServer } from "./suite-servers/node-server.ts";

describeMessages({ connect, isNode: true, startServer: startNodeServer });

const resizable = new (ArrayBuffer as unknown as new (bytes: number, options: object) => ArrayBuffer)(3, {
  maxByteLength: 8,
});

test.each<[string, ArrayBuffer | ArrayBufferView, number]>([
  ["a resizable buffer", resizable, 3],
  ["a view of one", new Uint8Array(resizable), 3],
  ["shared memory", new SharedArrayBuffer(4) as unknown as ArrayBuffer, 4],
  ["a view of shared memory", new Uint16Array(new SharedArrayBuffer(8), 2, 2), 4],
  ["another realm's ArrayBuffer", runInNewContext("new ArrayBuffer(3)"), 3],
  ["another realm's view", runInNewContext("new Uint16Array(3)"), 6],
])("send takes %s while open, and before", async (_, message, bytes) => {
  const server = await startNodeServer();
  const client = connect({ url: server.url });
  try {
    const echoes: number[] = [];
    client.on("message", (echo) => echoes.push(echo.length));
    client.send(message);
    await client.ready();
    client.send(message);
    await expect.poll(() => echoes).toEqual([bytes, bytes]);
  } finally {
    client.terminate();
    await server.stop();
  }
});

test.each([
  ["an object", {}],
  ["nothing", undefined],
  ["what only calls itself a buffer", { [Symbol.toStringTag]: "ArrayBuffer" }],
  ["a Blob, which Node's connections do not take", new Blob(["abc"])],
])("send does not take %s, neither while open nor before", async (_, message) => {
  const server = await startNodeServer();
  const client = connect({ url: server.url });
  try {
    const refusal = expect.objectContaining({ code: "ERR_OPTION", option: "message" });
    expect(() => client.send(message as never)).toThrow(refusal);
    await client.ready();
    expect(() => client.send(message as never)).toThrow(refusal);
    expect(info(client).messagesSent).toBe(0);
  } finally {
    client.terminate();
    await server.stop();
  }
});
