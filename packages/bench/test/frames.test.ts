// Frames made by hand, read by ws.

import { PassThrough, type Writable } from "node:stream";
import { expect, test } from "vitest";
import * as ws from "ws";
import { clientFrame, serverFrame } from "../frames.mjs";

/** No declaration tells of it. */
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };

const sides = { client: clientFrame, server: serverFrame };
const lengths = [0, 16, 125, 126, 65_535, 65_536];

test.each(
  Object.entries(sides).flatMap(([side, frame]) => lengths.map((length) => ({ side, frame, length }))),
)("a $side's frame of $length B is read as it was written", async ({ side, frame, length }) => {
  const payload = Buffer.alloc(length, "abcdefg");
  const receiver = new Receiver({ isServer: side === "client" });
  const message = new Promise<unknown[]>((resolve) => {
    receiver.on("message", (data: Buffer, isBinary: boolean) => resolve([data.toString(), isBinary]));
  });
  const bytes = new PassThrough();
  bytes.pipe(receiver);
  bytes.end(frame(payload, "text"));
  expect(await message).toEqual([payload.toString(), false]);
});
