// The `WebSocket` class that contenders are given: it counts what is constructed, and after the race nothing comes of it,
// for code of one's own goes on to reconnect for ever.

export class Gate {
  readonly #sockets: WebSocket[] = [];
  #isShut = false;

  /** As the class itself, and tells of each socket that is about to be constructed. */
  through(Socket: typeof WebSocket, constructing: () => void): typeof WebSocket {
    return new Proxy(Socket, {
      construct: (target, args, newTarget) => {
        if (this.#isShut) return inert();
        constructing();
        const socket: WebSocket = Reflect.construct(target, args, newTarget);
        this.#sockets.push(socket);
        return socket;
      },
    });
  }

  /** Closes every socket, of which its owner hears no more. */
  shut(): void {
    this.#isShut = true;
    for (const socket of this.#sockets) {
      socket.onopen = socket.onmessage = socket.onerror = socket.onclose = null;
      socket.close();
    }
  }
}

/** A socket to which nothing happens. */
function inert(): object {
  const nothing = () => {};
  return Object.assign(new EventTarget(), { readyState: 3, send: nothing, close: nothing });
}
