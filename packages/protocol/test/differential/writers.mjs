// The same messages sent by our Protocol and by ws's Sender: each gives the bytes that would leave.

import { Deflate, Protocol } from "@gundam/protocol";
import { Sender } from "ws";
import { negotiated } from "../negotiated.mjs";
import * as payloads from "./payloads.mjs";
import { Random } from "./random.mjs";
import { Transcript } from "./readers.mjs";

const immediate = () => new Promise((resolve) => setImmediate(resolve));

/** What one side sends, and how. */
export function makeSending(seed) {
  const random = new Random(seed ^ 0x5eed);
  const role = random.chance(0.7) ? "client" : "server";
  const isDeflating = random.chance(1 / 80);
  const count = 100;
  const words = Array.from({ length: count }, () => word(random));
  if (random.chance(0.5))
    words.push({ kind: "closed", code: random.pick([1000, 1001, 3000, 4999, 1005]), reason: "" });
  const maxFrameSize = random.chance(0.7) ? Infinity : random.pick([1, 10, 125, 126, 1000, 65_536]);
  return {
    seed,
    random,
    role,
    isDeflating,
    maxPayload: 1024 * 1024,
    isContextTaken: random.chance(0.7),
    // A message in thousands of frames proves no more than one in hundreds.
    words: maxFrameSize < 1000 ? words.filter(({ data }) => (data?.length ?? 0) <= 2000) : words,
    maxFrameSize,
  };
}

function word(random) {
  const kind = random.below(100);
  if (kind < 4) return { kind: "ping", data: payloads.bytes(random, random.below(126)) };
  if (kind < 8) return { kind: "pong", data: payloads.bytes(random, random.below(126)) };
  const data = kind < 50 ? payloads.text(random) : payloads.bytes(random);
  return { kind: "message", data };
}

/** What the peer must be told. */
export function expected({ words }) {
  const transcript = new Transcript();
  for (const { kind, data, code, reason } of words) {
    if (kind === "closed") transcript.closed(code, reason);
    else transcript[kind](typeof data === "string" ? (data.toWellFormed?.() ?? wellFormed(data)) : data);
  }
  return transcript.lines;
}

/** Before Node 20 strings cannot say it themselves. */
function wellFormed(text) {
  return Buffer.from(text).toString();
}

export async function writeByOurs(sending) {
  const { random, role, maxPayload, maxFrameSize, isDeflating, words } = sending;
  const deflate = isDeflating ? new Deflate(negotiated(role, sending), 20) : undefined;
  const ignore = () => {};
  const events = {
    message: ignore,
    ping: ignore,
    pong: ignore,
    closed: ignore,
    failed: ignore,
    inflated: ignore,
  };
  const protocol = new Protocol(role, { maxPayload, maxFrameSize, deflate }, { ...events, framed: ignore });
  const { frames } = protocol;
  const parts = [];
  const taking = random.next();
  const take = () => {
    const piece = frames.take();
    parts.push(Buffer.from(piece.bytes));
    frames.giveBack(piece);
  };
  for (const { kind, data, code, reason } of words) {
    if (kind === "closed") {
      protocol.close(code, reason);
    } else {
      const own = typeof data === "string" ? data : Buffer.from(data);
      protocol[kind === "message" ? "send" : kind](own);
      // They are the caller's again.
      if (typeof own !== "string" && own.length > 0) own[0] ^= 0xff;
    }
    while (frames.byteLength > 0 && random.chance(taking)) take();
  }
  while (protocol.waiting > 0 || frames.byteLength > 0) {
    if (frames.byteLength > 0) take();
    else await immediate();
  }
  protocol.end();
  return Buffer.concat(parts);
}

export async function writeByWs(sending) {
  const { role, isDeflating, words } = sending;
  const parts = [];
  const socket = {
    cork() {},
    uncork() {},
    write: (bytes) => void parts.push(typeof bytes === "string" ? Buffer.from(bytes) : Buffer.from(bytes)),
  };
  const extension = isDeflating ? negotiated(role, sending) : undefined;
  const sender = new Sender(socket, extension === undefined ? {} : { "permessage-deflate": extension });
  const mask = role === "client";
  for (const { kind, data, code, reason } of words) {
    if (kind === "closed") sender.close(code === 1005 ? undefined : code, reason, mask);
    else if (kind === "message") sender.send(data, { ...frameOf(data), mask, compress: isDeflating });
    else sender[kind](data, mask);
  }
  while (sender._state !== 0 || sender._queue.length > 0) await immediate();
  extension?.cleanup();
  return Buffer.concat(parts);
}

function frameOf(data) {
  return { fin: true, binary: typeof data !== "string" };
}
