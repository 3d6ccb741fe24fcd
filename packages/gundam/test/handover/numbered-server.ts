// A server that sends each of its clients a numbered stream, over whichever of the client's connections was greeted last,
// and writes down the numbers that the client sends. Who it is a client says in its first message, which is answered
// with WELCOME before the stream goes on there.

import { type EchoConnection, type EchoServer, startEchoServer } from "@gundam/testing/server";
import { HELLO, type Numbered, type StreamRecord, type Strike, WELCOME } from "./numbered-words.ts";

/** The numbers leave this many ms apart. */
const DISTANCE = 10;

interface Stream {
  readonly sent: Numbered[];
  readonly received: Numbered[];
  /** Where the stream goes; undefined while there is no connection for it. */
  connection: EchoConnection | undefined;
}

export async function startNumberedServer(): Promise<NumberedServer> {
  const echo = await startEchoServer();
  echo.mute();
  return new NumberedServer(echo);
}

export class NumberedServer {
  /** Has the faults, and the rest of the record. */
  readonly echo: EchoServer;
  readonly #streams: Map<string, Stream> = new Map();
  readonly #connections: Map<number, { readonly connection: EchoConnection; stream?: Stream }> = new Map();
  readonly #timer: NodeJS.Timeout;
  #strike: Strike | undefined;
  /** The numbers of those that were struck: they are greeted no more. */
  readonly struck: Set<number> = new Set();

  constructor(echo: EchoServer) {
    this.echo = echo;
    this.#timer = setInterval(() => this.#send(), DISTANCE);
    echo.on("upgradeRequested", () => this.#reached("requested"));
    echo.on("opened", (connection) => {
      this.#connections.set(connection.id, { connection });
      this.#reached("opened", connection);
    });
    echo.on("messageReceived", ({ connection, data }) => this.#receive(connection, String(data)));
    echo.on("closeReceived", ({ connection }) => this.#leave(connection));
    echo.on("disconnected", ({ connection }) => this.#leave(connection));
  }

  /** Once, when the next connection comes so far. */
  strike(strike: Strike): void {
    this.#strike = strike;
  }

  /** Sends no more. */
  finish(): void {
    clearInterval(this.#timer);
  }

  recordOf(name: string): StreamRecord {
    const { sent, received } = this.#streamOf(name);
    return { sent, received };
  }

  async stop(): Promise<void> {
    this.finish();
    await this.echo.stop();
  }

  #streamOf(name: string): Stream {
    const stream = this.#streams.get(name) ?? { sent: [], received: [], connection: undefined };
    this.#streams.set(name, stream);
    return stream;
  }

  #send(): void {
    for (const { sent, connection } of this.#streams.values()) {
      if (!connection?.isLive) continue;
      const number = sent.length + 1;
      sent.push({ number, connection: connection.id });
      connection.send(String(number));
    }
  }

  #receive(id: number, message: string): void {
    const known = this.#connections.get(id)!;
    if (message.startsWith(HELLO)) {
      if (this.struck.has(id)) return;
      known.stream = this.#streamOf(message.slice(HELLO.length));
      if (this.#reached("greeted", known.connection)) return;
      known.connection.send(WELCOME);
      known.stream.connection = known.connection;
    } else {
      known.stream!.received.push({ number: Number(message), connection: id });
    }
  }

  /** Whether the second was struck. */
  #reached(at: Strike["at"], second?: EchoConnection): boolean {
    if (this.#strike?.at !== at) return false;
    const { which, how } = this.#strike;
    this.#strike = undefined;
    const struck =
      which === "second" ? [second] : [...this.#streams.values()].map((stream) => stream.connection);
    for (const connection of struck) {
      if (connection === undefined) continue;
      this.struck.add(connection.id);
      this.#leave(connection.id);
      if (how === "reset") connection.drop("rst");
      else connection.close(how, "struck");
    }
    return which === "second";
  }

  /** No number is sent where it cannot arrive. */
  #leave(id: number): void {
    const stream = this.#connections.get(id)?.stream;
    if (stream?.connection?.id === id) stream.connection = undefined;
  }
}
