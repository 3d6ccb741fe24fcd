// Clients go from one copy of gundam to another: where it is imported to where it is required, and back.

import { connect, deliver, isGundamError, messages, type WebSocketClient } from "gundam";
import type { Equal, Expect } from "./expect.js";
import { required, told } from "./required.cjs";

export const imported: WebSocketClient<{ token: string }> = required;
void told(connect({ url: "wss://example.org/", state: { token: "a" } }));
void deliver(required, "text");
required.on("error", (error) => isGundamError(error) && error.code.trim());

export async function reading(): Promise<void> {
  for await (const message of messages(required)) {
    type _Message = Expect<Equal<typeof message, string | Uint8Array<ArrayBuffer>>>;
  }
}
