export { Deflate, type PerMessageDeflate } from "./deflate.ts";
export { type FrameOptions, frame } from "./frame.ts";
export type { Piece } from "./frames.ts";
export { isSendableCloseCode, opcodes } from "./opcodes.ts";
export { Protocol, type ProtocolEvents, type ProtocolOptions, type Role } from "./protocol.ts";
export { ProtocolViolation } from "./violation.ts";
