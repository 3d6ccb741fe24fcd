import type { Contender } from "../contender.ts";
import { connect } from "../twelve-lines.ts";

export const contender: Contender = {
  id: "twelve-lines",
  name: "Twelve lines",
  usage: "onclose → setTimeout(open, 1000)",
  load:
    async () =>
    ({ url, WebSocket, told }) => {
      class Told extends WebSocket {
        constructor(url: string | URL) {
          super(url);
          this.addEventListener("open", told.opened);
          this.addEventListener("close", told.lost);
        }
      }
      // Whoever starts a race closes its sockets, and lets no other be opened.
      return { ...connect(url, told.received, Told), close: () => {} };
    },
};
