// What a page goes through, on request: offline, where nothing gets through until it is over, and hidden. The library
// hears of it just as it hears of the real thing, through its platform.

import {
  ConnectError,
  type Connection,
  type PageSignal,
  type Platform,
  type Runtime,
  sizeOf,
  type TransportListener,
  type Watcher,
} from "@gundam/core";

const shown: PageSignal = { type: "wake", hasSlept: false };
const online: PageSignal = { type: "wake", hasSlept: false, isOnline: true };

/**
 * What a page goes through, on request: offline, where nothing gets through until it is over, and hidden. Clients hear
 * of it through their platform, as they hear of the real thing.
 *
 * @example
 * const { runtime, server, page, platform } = virtualPage();
 * const client = new Client(platform, { url: server.url });
 * page.goOffline();
 * client.reconnect();
 * await runtime.advance(1000);
 * page.goOnline();
 * await runtime.advance(1000);
 * client.phase; // → "open"
 */
export class PageConditions {
  #isOffline = false;
  #isHidden = false;
  readonly #watchers: Set<Watcher> = new Set();
  readonly #lines: Set<Line> = new Set();

  /** Nothing gets through. */
  get isOffline(): boolean {
    return this.#isOffline;
  }

  /** Nobody sees the page. */
  get isHidden(): boolean {
    return this.#isHidden;
  }

  /** Lets nothing through any more, in either direction; connections learn nothing of it. */
  goOffline(): void {
    this.#isOffline = true;
    for (const line of this.#lines) line.hold();
  }

  /** The page is told that it is online; what waited arrives soon after, in order, where a connection is still there. */
  goOnline(): void {
    if (!this.#isOffline) return;
    this.#isOffline = false;
    for (const line of this.#lines) line.release();
    this.#tell(online);
  }

  /** Hides the page. */
  hide(): void {
    this.#isHidden = true;
  }

  /** Shows it again, and tells clients so. */
  show(): void {
    if (!this.#isHidden) return;
    this.#isHidden = false;
    this.#tell(shown);
  }

  /** The platform, on a page that goes through this. */
  lay(platform: Platform): Platform {
    const dial: Platform["dial"] = (request, listener) =>
      this.#isOffline ? unreachable(listener) : this.#dial(platform, request, listener);
    return {
      ...platform,
      dial,
      isHidden: () => this.#isHidden || platform.isHidden?.() === true,
      watch: (watcher, pageSignals) => {
        const stop = platform.watch?.(watcher, pageSignals);
        if (pageSignals) this.#watchers.add(watcher);
        return () => {
          this.#watchers.delete(watcher);
          stop?.();
        };
      },
    };
  }

  #dial(
    { dial, runtime }: Platform,
    request: Parameters<Platform["dial"]>[0],
    listener: TransportListener,
  ): Connection {
    const line = new Line(runtime, listener, () => this.#lines.delete(line));
    this.#lines.add(line);
    return line.connect(dial(request, line.listener));
  }

  #tell(signal: PageSignal): void {
    for (const watcher of [...this.#watchers]) watcher.post(signal);
  }
}

/** ms until TCP tries again once the network is back. That the other side has ended meanwhile is heard before. */
const RETRANSMISSION = 200;

/**
 * Between a client and its connection: lets everything through, or holds it back, as a network does that is gone. What is
 * sent meanwhile stays in the buffer. If the connection is still there afterwards, it leaves, late and in order; else it was
 * never written, and is lost with the connection.
 */
class Line {
  readonly listener: TransportListener;
  readonly #runtime: Runtime;
  readonly #told: TransportListener;
  readonly #ended: () => void;
  #isHeld = false;
  #cancelRelease: () => void = () => {};
  #isWatched = false;
  /** The connection is lost, whether or not the client has heard of that. */
  #isLost = false;
  /** The client has let go, and hears nothing any more. */
  #isAbandoned = false;
  #incoming: (() => void)[] = [];
  #outgoing: (() => void)[] = [];
  /** Bytes that the connection was not given yet, or never will be. */
  #unwritten = 0;

  constructor(runtime: Runtime, listener: TransportListener, ended: () => void) {
    this.#runtime = runtime;
    this.#told = listener;
    this.#ended = ended;
    const pass = <Arguments extends unknown[]>(tell: (...args: Arguments) => void) => {
      return (...args: Arguments) => this.#pass(() => tell.apply(listener, args));
    };
    this.listener = {
      phase: pass(listener.phase),
      opened: pass(listener.opened),
      message: pass(listener.message),
      ping: pass(listener.ping),
      pong: pass(listener.pong),
      troubled: pass(listener.troubled),
      ending: pass(listener.ending),
      lost: (failure) => {
        this.#isLost = true;
        this.#pass(() => {
          ended();
          listener.lost(failure);
        });
      },
      // Only says that it is worth a look, which is to come anyway when the line is released.
      taken: () => this.#isHeld || this.#isAbandoned || listener.taken(),
      rescheduled: () => this.#isAbandoned || listener.rescheduled(),
    };
  }

  connect(connection: Connection): Connection {
    const line = this;
    const own: Partial<Connection> = {
      get bufferedAmount() {
        return line.#unwritten + connection.bufferedAmount;
      },
      // That the connection has ended does not get through either.
      takes: () => line.#isHeld || connection.takes(),
      send(message) {
        if (!line.#isHeld) return connection.send(message);
        const bytes = sizeOf(message);
        line.#unwritten += bytes;
        line.#give(() => {
          if (!connection.takes()) return;
          line.#unwritten -= bytes;
          connection.send(message);
        });
      },
      // What the connection was not given is behind all that it was.
      mark: () => connection.mark() + line.#unwritten,
      hasTaken: (mark) => mark <= connection.mark() && connection.hasTaken(mark),
      watch(isWatched) {
        line.#isWatched = isWatched;
        connection.watch(isWatched);
      },
      close: (code, reason) => line.#give(() => connection.close(code, reason)),
      // The peer does not learn of it before the network is back.
      abandon(code, reason) {
        line.#isAbandoned = true;
        line.#incoming = [];
        if (code === 1006) line.#outgoing = [];
        const abandon = () => {
          line.#ended();
          connection.abandon(code, reason);
        };
        if (line.#isLost) abandon();
        else line.#give(abandon);
      },
    };
    return new Proxy(connection, {
      get(_, key: keyof Connection) {
        if (key in own) return own[key];
        const value = connection[key];
        return typeof value === "function" ? value.bind(connection) : value;
      },
    });
  }

  hold(): void {
    this.#cancelRelease();
    this.#isHeld = true;
  }

  release(): void {
    this.#cancelRelease();
    this.#cancelRelease = this.#runtime.setTimer(RETRANSMISSION, () => this.#flow());
  }

  #flow(): void {
    this.#isHeld = false;
    // What was sent was sent before anybody heard of what has come. Whoever hears of it may send, or go offline again.
    while (!this.#isHeld && this.#outgoing.length > 0) this.#outgoing.shift()!();
    while (!this.#isHeld && this.#incoming.length > 0) this.#incoming.shift()!();
    if (!this.#isHeld && this.#isWatched && !this.#isAbandoned) this.#told.taken();
  }

  #give(go: () => void): void {
    if (!this.#isHeld) go();
    else if (!this.#isLost) this.#outgoing.push(go);
  }

  #pass(go: () => void): void {
    if (this.#isAbandoned) return;
    if (this.#isHeld || this.#incoming.length > 0) this.#incoming.push(go);
    else go();
  }
}

function unreachable(listener: TransportListener): Connection {
  let isAbandoned = false;
  listener.phase("open");
  queueMicrotask(() => {
    if (isAbandoned) return;
    const error = new ConnectError("open", "not opened: the page is offline");
    listener.lost({ kind: "network", phase: "open", error, byUs: false });
  });
  const ignore = () => {};
  return {
    bufferedAmount: 0,
    deadline: Infinity,
    expire: ignore,
    takes: () => false,
    send: ignore,
    mark: () => 0,
    hasTaken: () => true,
    watch: ignore,
    close: ignore,
    abandon() {
      isAbandoned = true;
    },
    info: () => ({}),
  };
}
