// What one seed checks: a stream read by both receivers, and messages sent by both senders.

import { Random } from "./random.mjs";
import { readByOurs, readByWs } from "./readers.mjs";
import { cut, makeStream } from "./streams.mjs";
import { expected, makeSending, writeByOurs, writeByWs } from "./writers.mjs";

/** How many frames went each way, and what differed, if anything. */
export async function check(seed) {
  const received = await checkReceiving(seed);
  const sent = await checkSending(seed);
  return { received: received.count, sent: sent.count, difference: received.difference ?? sent.difference };
}

/** What a seed stands for. */
export function show(seed) {
  const { role, isDeflating, maxPayload, bytes } = makeStream(seed);
  const hex = bytes.toString("hex");
  const facts = `${role}, ${isDeflating ? "permessage-deflate" : "no extension"}, maxPayload ${maxPayload}`;
  return `read by a ${facts}, ${bytes.length} bytes:\n${hex.length > 4000 ? `${hex.slice(0, 4000)}…` : hex}`;
}

// — in ———————————————————————————————————————————————————————————————————————————————————————————————————————————————

async function checkReceiving(seed) {
  const stream = makeStream(seed);
  const { random, bytes, count } = stream;
  const theirs = await readByWs(cut(stream, random), stream);
  let difference = differenceOf("receiving", theirs, await readByOurs(cut(stream, random), stream, random));
  if (bytes.length <= 300 && !stream.isDeflating && random.chance(0.2)) {
    for (let at = 1; at < bytes.length && difference === undefined; at++) {
      const ours = await readByOurs([bytes.subarray(0, at), bytes.subarray(at)], stream, random);
      difference = differenceOf(`receiving, cut at ${at}`, theirs, ours);
    }
  }
  return { count, difference };
}

// — out ——————————————————————————————————————————————————————————————————————————————————————————————————————————————

async function checkSending(seed) {
  const sending = makeSending(seed);
  const { random, words, role, isDeflating, maxFrameSize } = sending;
  const must = expected(sending);
  const peer = { ...sending, role: role === "client" ? "server" : "client" };
  const ours = await writeByOurs(sending);
  const theirs = await writeByWs(sending);
  const readOfOurs = await readByWs(cut({ bytes: ours }, random), peer);
  const readOfTheirs = await readByOurs(cut({ bytes: theirs }, random), peer, new Random(seed));
  const difference =
    differenceOf("our frames, read by ws", inTurn(must), inTurn(readOfOurs)) ??
    differenceOf("ws's frames, read by us", must, readOfTheirs) ??
    // Unmasked, and unless a pong has passed what waited, not a bit of them differs.
    (role === "server" && !isDeflating && maxFrameSize === Infinity && readOfOurs.join() === must.join()
      ? differenceOf("bytes", [theirs.toString("hex")], [ours.toString("hex")])
      : undefined);
  return { count: words.length, difference };
}

/** A pong may pass what waits, older pongs too. */
function inTurn(lines) {
  const isPong = (line) => line.startsWith("pong");
  return [...lines.filter((line) => !isPong(line)), ...lines.filter(isPong).sort()];
}

/** Where two transcripts differ first. */
function differenceOf(what, theirs, ours) {
  const at = theirs.findIndex((line, index) => line !== ours[index]);
  const index = at >= 0 ? at : theirs.length === ours.length ? -1 : theirs.length;
  if (index < 0) return undefined;
  return `${what}, event ${index + 1}: ${quote(theirs[index])} of ws, ${quote(ours[index])} of ours`;
}

function quote(line) {
  if (line === undefined) return "nothing";
  return JSON.stringify(line.length > 200 ? `${line.slice(0, 200)}… (${line.length})` : line);
}
