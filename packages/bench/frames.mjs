// Frames of RFC 6455 §5.2, whole messages of one frame, made without any library.

const FIN = 0x80;
const MASKED = 0x80;
const opcodes = { text: 1, binary: 2 };

/** A server masks nothing. */
export function serverFrame(payload, type) {
  return Buffer.concat([header(payload.length, type, 0), payload]);
}

/** With a key of its own for each frame, as a client has to. */
export function clientFrame(payload, type) {
  const key = crypto.getRandomValues(Buffer.alloc(4));
  const masked = payload.map((byte, index) => byte ^ key[index & 3]);
  return Buffer.concat([header(payload.length, type, MASKED), key, masked]);
}

function header(length, type, mask) {
  const first = FIN | opcodes[type];
  if (length < 126) return Buffer.of(first, mask | length);
  if (length < 2 ** 16) return Buffer.of(first, mask | 126, length >> 8, length & 0xff);
  const header = Buffer.of(first, mask | 127, 0, 0, 0, 0, 0, 0, 0, 0);
  header.writeUInt32BE(length, 6);
  return header;
}
