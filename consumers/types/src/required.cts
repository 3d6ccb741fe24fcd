// A module that requires gundam, beside modules that import it: to them it is another copy.

import { connect, info, messages, type WebSocketClient } from "gundam";

export const required = connect({ url: "wss://example.org/", state: { token: "a" } });

export async function told(client: WebSocketClient<{ token: string }>): Promise<string> {
  for await (const message of messages(client)) if (typeof message === "string") return message;
  return `${client.state.token} ${info(client).phase}`;
}
