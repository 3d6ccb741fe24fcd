// What the examples call wss://example.org/ is the server of the test that runs them. Import it before them.

const Native = globalThis.WebSocket;
let url = "";

globalThis.WebSocket = class extends Native {
  constructor(address: string | URL, protocols?: string | string[]) {
    super(String(address).replace("wss://example.org/", url), protocols);
  }
};

/** From now on it leads there. */
export function lead(to: string): void {
  url = to;
}
