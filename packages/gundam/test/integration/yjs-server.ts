// A server for y-websocket: one document, kept in step with every client by y-protocols.

import { createDecoder, readVarUint } from "lib0/decoding";
import { createEncoder, length, toUint8Array, writeVarUint } from "lib0/encoding";
import { WebSocketServer } from "ws";
import { readSyncMessage, writeSyncStep1, writeUpdate } from "y-protocols/sync";
import * as Y from "yjs";
import type { CountingServer } from "./counting-server.ts";

/** y-websocket's message of this type is one of y-protocols/sync; there are others, of presence. */
const SYNC = 0;

export function serveDocument(tcp: CountingServer): Y.Doc {
  const document = new Y.Doc();
  const server = new WebSocketServer({ server: tcp.http });
  server.on("connection", (socket) => {
    const send = (write: (encoder: ReturnType<typeof createEncoder>) => void) => {
      const encoder = createEncoder();
      writeVarUint(encoder, SYNC);
      const header = length(encoder);
      write(encoder);
      if (length(encoder) > header) socket.send(toUint8Array(encoder));
    };
    const update = (change: Uint8Array, origin: unknown) => {
      if (origin !== socket) send((encoder) => writeUpdate(encoder, change));
    };
    document.on("update", update);
    socket.on("close", () => document.off("update", update));
    socket.on("error", () => {});
    socket.on("message", (data: Buffer) => {
      const decoder = createDecoder(new Uint8Array(data));
      if (readVarUint(decoder) === SYNC)
        send((encoder) => readSyncMessage(decoder, encoder, document, socket));
    });
    send((encoder) => writeSyncStep1(encoder, document));
  });
  return document;
}
