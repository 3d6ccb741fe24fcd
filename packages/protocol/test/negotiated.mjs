// permessage-deflate as it was negotiated with a peer of ws.

import { PerMessageDeflate } from "ws";

/** RFC 7692 §7.1.1: where no context is taken over, each message stands for itself. */
export function negotiated(role, { maxPayload, isContextTaken = true }) {
  const extension = new PerMessageDeflate({ isServer: role === "server", maxPayload });
  const params = isContextTaken
    ? {}
    : { server_no_context_takeover: [true], client_no_context_takeover: [true] };
  extension.accept([params]);
  return extension;
}
