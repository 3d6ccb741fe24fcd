import { type State, WebSocketClient } from "gundam";

interface Session {
  token: string;
}

export class Ticker extends WebSocketClient<Session> {
  override onConnect(_headers: Headers, client: this, state: State<Session>) {
    client.send(`login ${state.token}`);
  }

  override async onDisconnect(_client: this, state: State<Session>) {
    const token = await freshToken();
    return { ...state, token, headers: { authorization: `Bearer ${token}` } };
  }
}

async function freshToken(): Promise<string> {
  return crypto.randomUUID();
}
