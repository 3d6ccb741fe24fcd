// The program as a worker of workerd: `/?server=url` is answered by what it has seen, and so is `/room?server=url` by a
// Durable Object, which keeps a client for the requests to come: `/room/again` is answered by what that one was echoed.

import * as gundam from "gundam";
import * as websocket from "gundam/websocket";
import { tryOut } from "./program.mjs";

const trying = (request) =>
  tryOut(gundam, websocket, new URL(request.url).searchParams.get("server")).then(Response.json);

export class Room {
  #client;

  async fetch(request) {
    if (new URL(request.url).pathname === "/room") {
      const answer = await trying(request);
      this.#client = gundam.connect({ url: new URL(request.url).searchParams.get("server") });
      await this.#client.ready();
      return answer;
    }
    const echo = new Promise((resolve) => this.#client.once("message", resolve));
    this.#client.send("again");
    return new Response(await echo);
  }
}

export default {
  fetch(request, { ROOM }) {
    const isForRoom = new URL(request.url).pathname.startsWith("/room");
    return isForRoom ? ROOM.get(ROOM.idFromName("one")).fetch(request) : trying(request);
  },
};
