// The same bytes read by our Receiver and by ws's: each gives what it told, in the order it told it.

import { Buffer } from "node:buffer";
import { Deflate, Protocol } from "@gundam/protocol";
import { Receiver } from "ws";
import { negotiated } from "../negotiated.mjs";

/** Whoever has not come to an end by then never will. */
const PATIENCE = 10_000;

const immediate = () => new Promise((resolve) => setImmediate(resolve));

const textOf = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).latin1Slice();

/** What was told, as lines. */
export class Transcript {
  lines = [];
  isOver = false;

  message(message) {
    this.lines.push(typeof message === "string" ? `text ${message}` : `binary ${textOf(message)}`);
  }

  ping(data) {
    this.lines.push(`ping ${textOf(data)}`);
  }

  pong(data) {
    this.lines.push(`pong ${textOf(data)}`);
  }

  closed(code, reason) {
    this.isOver = true;
    this.lines.push(`closed ${code} ${reason}`);
  }

  failed(code, message) {
    this.isOver = true;
    this.lines.push(`failed ${code} ${message}`);
  }
}

/** `random` decides when it pauses, and what is read into a message's own memory. */
export async function readByOurs(chunks, side, random) {
  const transcript = new Transcript();
  const { role, maxPayload, isDeflating } = side;
  const pausing = random.chance(0.3) ? random.next() * 0.5 : 0;
  const isPlacing = random.chance(0.5);
  let isPaused = false;
  const tell = (event, ...facts) => {
    // What is being inflated is told all the same.
    if (isPaused && !isDeflating) transcript.lines.push("told while paused");
    if (transcript.isOver) transcript.lines.push("told when over");
    transcript[event](...facts);
    if (pausing > 0 && random.chance(pausing)) {
      isPaused = true;
      receiver.pause();
    }
  };
  const deflate = isDeflating ? new Deflate(negotiated(role, side), 1024) : undefined;
  const protocol = new Protocol(
    role,
    { maxPayload, maxFrameSize: Infinity, deflate },
    {
      message: (message) => {
        const isOwn = typeof message === "string" || message.byteLength === message.buffer.byteLength;
        if (!isOwn) transcript.lines.push("a message without memory of its own");
        tell("message", message);
      },
      ping: (data) => tell("ping", data),
      pong: (data) => tell("pong", data),
      closed: (code, reason) => tell("closed", code, reason),
      failed: ({ closeCode, message }) => tell("failed", closeCode, message),
      inflated() {},
      framed() {},
    },
  );
  const { receiver } = protocol;
  const goOn = () => {
    isPaused = false;
    receiver.resume();
    receiver.proceed();
  };
  for (const chunk of chunks) {
    give(receiver, chunk, isPlacing);
    if (isPaused && random.chance(0.7)) goOn();
  }
  const end = performance.now() + PATIENCE;
  while (!transcript.isOver) {
    goOn();
    if (receiver.isInflating) await immediate();
    else if (receiver.heldBytes === 0) break;
    if (performance.now() > end) {
      transcript.lines.push("hangs");
      break;
    }
  }
  protocol.end();
  return transcript.lines;
}

const chunkMemory = Buffer.allocUnsafeSlow(512 * 1024);

/** As a socket does: into memory that is used again, or to where the receiver wants it. */
function give(receiver, chunk, isPlacing) {
  for (let at = 0; at < chunk.length; ) {
    const place = isPlacing ? receiver.destination : undefined;
    const size = Math.min(chunk.length - at, place?.length ?? chunkMemory.length);
    const into =
      place === undefined ? chunkMemory : Buffer.from(place.buffer, place.byteOffset, place.length);
    chunk.copy(into, 0, at, at + size);
    receiver.receive(into, 0, size);
    if (place === undefined) chunkMemory.fill(0xee, 0, Math.min(size, 1000));
    at += size;
  }
}

export async function readByWs(chunks, side) {
  const transcript = new Transcript();
  const { role, maxPayload, isDeflating } = side;
  const extension = isDeflating ? negotiated(role, side) : undefined;
  const receiver = new Receiver({
    isServer: role === "server",
    maxPayload,
    maxFragments: 16 * 1024,
    extensions: extension === undefined ? {} : { "permessage-deflate": extension },
  });
  receiver.on("message", (data, isBinary) => transcript.message(isBinary ? data : data.toString()));
  receiver.on("ping", (data) => transcript.ping(data));
  receiver.on("pong", (data) => transcript.pong(data));
  receiver.on("conclude", (code, reason) => transcript.closed(code, reason.toString()));
  receiver.on("error", (error) => transcript.failed(closeCodeOf(error), error.message));
  let missing = 0;
  const end = performance.now() + PATIENCE;
  for (const chunk of chunks) {
    missing++;
    receiver.write(Buffer.from(chunk), () => missing--);
    // Behind what is inflated chunks wait in it, and those behind one that breaks a rule would be read all the same.
    while (missing > 0 && isDeflating && performance.now() < end) await immediate();
    if (transcript.isOver || receiver.destroyed) break;
  }
  await immediate();
  if (missing > 0 && !transcript.isOver) transcript.lines.push("hangs");
  extension?.cleanup();
  return transcript.lines;
}

/** It is behind a symbol of ws's own. */
function closeCodeOf(error) {
  const [symbol] = Object.getOwnPropertySymbols(error).filter(
    ({ description }) => description === "status-code",
  );
  return error[symbol];
}
